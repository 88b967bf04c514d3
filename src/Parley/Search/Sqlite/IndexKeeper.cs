using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Segments;
using Parley.Search.Text;

namespace Parley.Search.Sqlite;

/// <summary>
/// Builds the index from the stored messages, in batches that a crash does not lose: <c>search_state</c> says how far it
/// came. For another tokenizer each batch takes the place of what the old segments hold of it, so that searches go on
/// finding everything; after damage the old segments are dropped first. What is written meanwhile takes part as always.
/// </summary>
internal sealed class IndexKeeper(
    Db db,
    SegmentIndexWriter writer,
    SegmentTable table,
    PagePool pool,
    IEnumerable<IPassageSource> sources,
    TimeProvider time,
    ILogger<IndexKeeper> log
) : IHealthSource, IDisposable
{
    private const int Messages = 0;
    private const int Titles = 1;
    private const int Documents = 2;
    private const int RemovingOld = 3;
    private const int Passages = 4;
    private const int PassagesAtOnce = 2_000;

    private static readonly TimeSpan CheckLimit = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _one = new(1);
    private readonly IReadOnlyList<IPassageSource> _sources = [.. sources];
    private volatile bool _rebuilding;

    public string Name => "search";

    public string State => _rebuilding ? "rebuilding" : "ready";

    public string? Warning =>
        _rebuilding ? "The search index is being built anew: not everything can be found yet." : null;

    public void Dispose() => _one.Dispose();

    public static bool IsRebuilding(DbSession session)
    {
        using var state = session.Query("SELECT rebuild_stage FROM search_state WHERE id = 1");
        return state.Step() && !state.IsNull(0);
    }

    public Task<IndexCheck> CheckAsync(int sample, CancellationToken ct) =>
        db.ReadAsync(
            session => new IndexChecker(session, new SqlitePages(session, cache: null, pool)).Check(sample, _sources),
            CheckLimit,
            ct
        );

    public async Task RebuildAsync(IProgress<long>? progress, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            SearchLog.RebuildBegan(log, "asked for");
            await db.WriteAsync(tx => Begin(tx, dropOld: true), ct);
            await RunAsync(progress, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Drops what is there, so that <see cref="FinishAsync"/> builds it anew; nothing where that is going on.</summary>
    public Task BeginRepairAsync(CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                if (!IsRebuilding(tx))
                    Begin(tx, dropOld: true);
            },
            ct
        );

    /// <summary>Does what is due: the rest of a rebuild that was cut short, or a rebuild for another tokenizer.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var (tokenizer, layout, running) = await db.ReadAsync(ReadState, ct);
            if (tokenizer != TextTokenizer.Version || layout != SegmentLayout.Version)
            {
                SearchLog.RebuildBegan(
                    log,
                    $"tokenizer {TextTokenizer.Version}, layout {SegmentLayout.Version}; the index has {tokenizer} and {layout}"
                );
                await db.WriteAsync(tx => Begin(tx, dropOld: layout != SegmentLayout.Version), ct);
            }
            else if (!running)
            {
                return;
            }

            await RunAsync(null, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    private static (long Tokenizer, long Layout, bool Running) ReadState(DbSession session)
    {
        using var state = session.Query(
            "SELECT tokenizer_version, layout_version, rebuild_stage IS NOT NULL FROM search_state WHERE id = 1"
        );
        return state.Step() ? (state.Int64(0), state.Int64(1), state.Bool(2)) : (0, 0, false);
    }

    private void Begin(DbTransaction tx, bool dropOld)
    {
        if (dropOld)
            tx.Execute("UPDATE search_segments SET state = 2 WHERE state = 1");
        using (
            var begin = tx.Query(
                "UPDATE search_state SET tokenizer_version = ?1, layout_version = ?3, rebuild_stage = 0, rebuild_after = 0, rebuild_before = ?2 WHERE id = 1"
            )
        )
            begin.Bind(1, TextTokenizer.Version).Bind(2, table.NextId(tx)).Bind(3, SegmentLayout.Version).Run();
        SegmentTable.Changed(tx);
    }

    private async Task RunAsync(IProgress<long>? progress, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        long documents = 0;
        _rebuilding = true;
        try
        {
            while (await db.WriteLargeAsync(Step, ct) is { } added)
            {
                documents += added;
                progress?.Report(documents);
            }
        }
        finally
        {
            _rebuilding = false;
        }

        SearchLog.RebuildEnded(log, documents, time.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>One batch.</summary>
    /// <returns>How many documents went in; <see langword="null"/> where the rebuild was at its end.</returns>
    private long? Step(DbTransaction tx)
    {
        long stage;
        long after;
        using (var state = tx.Query("SELECT rebuild_stage, rebuild_after FROM search_state WHERE id = 1"))
        {
            if (!state.Step() || state.IsNull(0))
                return null;
            (stage, after) = (state.Int64(0), state.Int64(1));
        }

        if (stage == RemovingOld)
        {
            End(tx);
            return 0;
        }

        using var arena = new Utf8Arena();
        var batch = new WriteBatch { Bulk = true };
        var source = new StoredItems(tx, batch, arena);
        var last = stage switch
        {
            Messages => source.ReadMessages(after),
            Titles => source.ReadTitles(after),
            Documents => source.ReadDocuments(after),
            Passages => ReadPassages(tx, after, batch, arena),
            _ => throw new InvalidOperationException($"a rebuild has no stage {stage}"),
        };
        writer.Replace(tx, batch);
        using var save = tx.Query("UPDATE search_state SET rebuild_stage = ?1, rebuild_after = ?2 WHERE id = 1");
        if (last is { } id)
            save.Bind(1, stage).Bind(2, id).Run();
        else
            save.Bind(1, Next(stage)).Bind(2, 0).Run();
        return batch.Added.Count + batch.Titles.Count + batch.Documents.Count + batch.Passages.Count;
    }

    /// <summary>Pieces of documents came later than the others: their stage has a later number, and comes before the last.</summary>
    private static long Next(long stage) =>
        stage switch
        {
            Documents => Passages,
            Passages => RemovingOld,
            _ => stage + 1,
        };

    private long? ReadPassages(DbTransaction tx, long after, WriteBatch batch, Utf8Arena arena)
    {
        long? last = null;
        foreach (var source in _sources)
            last = source.Read(tx, after, PassagesAtOnce, batch, arena) ?? last;
        return last;
    }

    /// <summary>What the old segments still hold is in no table any more.</summary>
    private static void End(DbTransaction tx)
    {
        tx.Execute(
            """
            UPDATE search_segments SET state = 2
            WHERE state = 1 AND id < (SELECT rebuild_before FROM search_state WHERE id = 1);
            UPDATE search_state SET rebuild_stage = NULL, rebuild_after = NULL, rebuild_before = NULL WHERE id = 1
            """
        );
        SegmentTable.Changed(tx);
    }
}
