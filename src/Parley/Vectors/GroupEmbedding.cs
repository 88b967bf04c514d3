using Parley.Embeddings;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Vectors;

/// <summary>
/// Reads marked groups, embeds what changed in them and writes it: many groups in one batch, or one in several. Belongs to one
/// stretch of work.
/// </summary>
internal sealed class GroupEmbedding(Db db, IVectorIndex index, IEmbedder embedder, IReadOnlyList<ITextSource> sources)
{
    /// <summary>Passages of one write: a block, and some 50 ms of the store's writer.</summary>
    private const int MostPassages = 4_096;

    private readonly List<ReadOnlyMemory<byte>> passages = [];
    private readonly List<Piece> pieces = [];

    private readonly record struct Piece(
        PendingGroup Group,
        PiecePlan Plan,
        IReadOnlyCollection<long> Gone,
        bool IsLast
    );

    /// <summary>Vectors made so far.</summary>
    public long Made { get; private set; }

    /// <summary>Adds a group's texts to the batch; the batch is written whenever it is large enough.</summary>
    public async Task AddAsync(PendingGroup group, CancellationToken ct)
    {
        var held = await index.HeldAsync(embedder.Model, group.Kind, group.GroupId, ct);
        var source = PendingGroups.Find(sources, group.Kind);
        var left = new HashSet<long>(held.Keys);
        var share = group.Kind == TextKind.Message ? embedder.NeighbourShare : 0;
        for (var from = 0; ; )
        {
            var at = from;
            IReadOnlyList<SourceText> texts = source is null
                ? []
                : await db.ReadAsync(session => source.ReadGroup(session, group.GroupId, at), ct);
            foreach (var text in texts)
            {
                left.Remove(text.Id);
            }

            var plan = new PiecePlan(texts, held, share, passages);
            var isLast = texts.Count == 0;
            pieces.Add(new Piece(group, plan, isLast ? left : plan.Gone, isLast));
            if (passages.Count >= MostPassages)
            {
                await FlushAsync(ct);
            }

            if (isLast)
            {
                return;
            }

            from += texts.Count;
        }
    }

    /// <summary>Embeds and writes what was added.</summary>
    /// <exception cref="EmbeddingException">Nothing of it was written.</exception>
    public async Task FlushAsync(CancellationToken ct)
    {
        if (pieces.Count == 0)
        {
            return;
        }

        var dims = embedder.Dimensions;
        var vectors = new float[passages.Count * dims];
        // What answers for itself works where it takes processor time from nobody.
        var embedding = embedder.IsLocal
            ? await BackgroundThread.RunAsync(() => embedder.EmbedAsync(passages, EmbedRole.Passage, vectors, ct))
            : embedder.EmbedAsync(passages, EmbedRole.Passage, vectors, ct);
        var has = await embedding;
        var writes = new List<GroupWrite>(pieces.Count);
        foreach (var (group, plan, gone, isLast) in pieces)
        {
            var made = new List<NewVector>();
            plan.Add(made, vectors, has, dims);
            Made += made.Count;
            writes.Add(new GroupWrite(group.Kind, group.GroupId, plan.OwnerId, group.Mark, gone, made, isLast));
        }

        await index.WriteAsync(embedder.Model, writes, ct);
        pieces.Clear();
        passages.Clear();
    }
}
