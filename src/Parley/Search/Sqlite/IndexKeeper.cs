using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Text;

namespace Parley.Search.Sqlite;

/// <summary>
/// Builds the index from the stored messages, in batches that a crash does not lose: <c>search_state</c> says how far it
/// came. What is written meanwhile takes part as always; the rebuild leaves out what is in already.
/// </summary>
internal sealed class IndexKeeper(Db db, SqliteIndexWriter writer, TimeProvider time, ILogger<IndexKeeper> log)
    : IDisposable
{
    private static readonly TimeSpan CheckLimit = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _one = new(1);

    public void Dispose() => _one.Dispose();

    public static bool IsRebuilding(DbSession session)
    {
        using var state = session.Query("SELECT rebuild_stage FROM search_state WHERE id = 1");
        return state.Step() && !state.IsNull(0);
    }

    public Task<IndexCheck> CheckAsync(int sample, CancellationToken ct) =>
        db.ReadAsync(session => new IndexChecker(session).Check(sample), CheckLimit, ct);

    public async Task RebuildAsync(IProgress<long>? progress, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            SearchLog.RebuildBegan(log, "asked for");
            await db.WriteAsync(Begin, ct);
            await RunAsync(progress, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Does what is due: the rest of a rebuild that was cut short, or a rebuild for another tokenizer.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var (version, running) = await db.ReadAsync(ReadState, ct);
            if (version != TextTokenizer.Version)
            {
                SearchLog.RebuildBegan(log, $"tokenizer {TextTokenizer.Version}, the index has {version}");
                await db.WriteAsync(Begin, ct);
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

    private static (long Version, bool Running) ReadState(DbSession session)
    {
        using var state = session.Query(
            "SELECT tokenizer_version, rebuild_stage IS NOT NULL FROM search_state WHERE id = 1"
        );
        return state.Step() ? (state.Int64(0), state.Bool(1)) : (0, false);
    }

    private void Begin(DbTransaction tx)
    {
        writer.Clear(tx);
        tx.Execute(
            $"UPDATE search_state SET tokenizer_version = {TextTokenizer.Version}, rebuild_stage = 0, rebuild_after = 0 WHERE id = 1"
        );
    }

    private async Task RunAsync(IProgress<long>? progress, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        long documents = 0;
        while (await db.WriteLargeAsync(Step, ct) is { } added)
        {
            documents += added;
            progress?.Report(documents);
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

        using var arena = new Utf8Arena();
        var batch = new WriteBatch { Bulk = true };
        var source = new StoredItems(tx, batch, arena);
        var last = stage switch
        {
            0 => source.ReadMessages(after),
            1 => source.ReadTitles(after),
            _ => source.ReadDocuments(after),
        };
        writer.Apply(tx, batch);
        using var save = tx.Query("UPDATE search_state SET rebuild_stage = ?1, rebuild_after = ?2 WHERE id = 1");
        if (last is not null)
            save.Bind(1, stage).Bind(2, last);
        else if (stage < 2)
            save.Bind(1, stage + 1).Bind(2, 0);
        save.Run();
        return batch.Added.Count + batch.Titles.Count + batch.Documents.Count;
    }
}
