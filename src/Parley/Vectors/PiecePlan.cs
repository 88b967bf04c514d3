using Parley.Kernel;

namespace Parley.Vectors;

/// <summary>
/// What is to be embedded of a piece of a group: the passages of texts that changed, and for the turns of a conversation those
/// before and after, of which a share goes into their vectors. Texts that stayed what they were, with the same neighbours, are
/// left alone.
/// </summary>
internal sealed class PiecePlan
{
    private readonly IReadOnlyList<SourceText> texts;
    private readonly float share;

    /// <summary>Passages of all texts; those of text i begin at first[i].</summary>
    private readonly List<ReadOnlyMemory<byte>> passages = [];
    private readonly int[] first;
    private readonly int[] before;
    private readonly int[] after;
    private readonly long[] hashes;
    private readonly List<int> changed = [];
    private readonly Dictionary<int, int> places = [];

    /// <param name="held">The hash each text was embedded with.</param>
    /// <param name="share">Of <see cref="Embeddings.IEmbedder.NeighbourShare"/>; 0 where texts are no turns.</param>
    /// <param name="into">Where what is to be embedded is added.</param>
    public PiecePlan(
        IReadOnlyList<SourceText> texts,
        IReadOnlyDictionary<long, long> held,
        float share,
        List<ReadOnlyMemory<byte>> into
    )
    {
        (this.texts, this.share) = (texts, share);
        (first, before, after) = (new int[texts.Count + 1], new int[texts.Count], new int[texts.Count]);
        Cut();
        Link();
        hashes = Hash();
        for (var i = 0; i < texts.Count; i++)
        {
            if (held.TryGetValue(texts[i].Id, out var known) ? known == hashes[i] : first[i] == first[i + 1])
            {
                continue;
            }

            changed.Add(i);
            Want(i, into);
        }
    }

    /// <summary>Texts whose vectors are no longer right, and those that have none any more.</summary>
    public List<long> Gone => changed.ConvertAll(i => texts[i].Id);

    public long OwnerId => texts.Count > 0 ? texts[0].OwnerId : 0;

    /// <summary>Makes the vectors of the changed texts of what was embedded.</summary>
    /// <param name="has">Which of the embedded passages have a vector.</param>
    public void Add(List<NewVector> to, ReadOnlyMemory<float> embedded, IReadOnlyList<bool> has, int dims)
    {
        foreach (var i in changed)
        {
            for (var passage = first[i]; passage < first[i + 1]; passage++)
            {
                if (Find(passage) is not { } own)
                {
                    continue;
                }

                var vector = own.ToArray();
                if (share > 0)
                {
                    Blend(vector, passage > first[i] ? passage - 1 : before[i]);
                    Blend(vector, passage + 1 < first[i + 1] ? passage + 1 : after[i]);
                    if (!VectorMath.TryMakeUnit(vector))
                    {
                        continue;
                    }
                }

                to.Add(new NewVector(texts[i].Id, passage - first[i], hashes[i], vector));
            }
        }

        ReadOnlyMemory<float>? Find(int passage) =>
            passage >= 0 && places.TryGetValue(passage, out var place) && has[place]
                ? embedded.Slice(place * dims, dims)
                : default(ReadOnlyMemory<float>?);

        void Blend(float[] vector, int passage)
        {
            if (Find(passage) is { } other)
            {
                VectorMath.Add(vector, other.Span, share);
            }
        }
    }

    private void Cut()
    {
        for (var i = 0; i < texts.Count; i++)
        {
            foreach (var range in Passages.Cut(texts[i].Text.Span))
            {
                passages.Add(texts[i].Text[range]);
            }

            first[i + 1] = passages.Count;
        }
    }

    /// <summary>The passage before the first of each text, and the one behind its last: of several that follow, the latest.</summary>
    private void Link()
    {
        Array.Fill(before, -1);
        Array.Fill(after, -1);
        var index = new Dictionary<long, int>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            index[texts[i].Id] = i;
            if (texts[i].Follows == 0 || !index.TryGetValue(texts[i].Follows, out var up))
            {
                continue;
            }

            before[i] = first[up + 1] > first[up] ? first[up + 1] - 1 : -1;
            after[up] = first[i + 1] > first[i] ? first[i] : after[up];
        }
    }

    private long[] Hash()
    {
        var own = new long[passages.Count];
        for (var i = 0; i < own.Length; i++)
        {
            var hash = new ContentHash();
            hash.Add(passages[i].Span);
            own[i] = hash.Value;
        }

        var all = new long[texts.Count];
        for (var i = 0; i < all.Length; i++)
        {
            var hash = new ContentHash();
            hash.Add(texts[i].OwnerId);
            for (var passage = first[i]; passage < first[i + 1]; passage++)
            {
                hash.Add(own[passage]);
            }

            if (share > 0)
            {
                hash.Add(before[i] >= 0 ? own[before[i]] : -1);
                hash.Add(after[i] >= 0 ? own[after[i]] : -1);
            }

            all[i] = hash.Value;
        }

        return all;
    }

    private void Want(int text, List<ReadOnlyMemory<byte>> into)
    {
        for (var passage = first[text]; passage < first[text + 1]; passage++)
        {
            Place(passage);
        }

        if (share > 0 && first[text + 1] > first[text])
        {
            Place(before[text]);
            Place(after[text]);
        }

        void Place(int passage)
        {
            if (passage >= 0 && places.TryAdd(passage, into.Count))
            {
                into.Add(passages[passage]);
            }
        }
    }
}
