using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>
/// Merges the segments of the index in small steps. Every transaction leaves a segment and every search looks into all
/// of them; FTS5 would merge inside the transaction that somebody waits for, so it is told not to, and it is done here.
/// </summary>
internal sealed class IndexMerger(Db db)
{
    /// <summary>Pages of 4 KB written by one step: some 20 ms of the writer's time, then others have their turn.</summary>
    private const int StepPages = 400;

    /// <summary>With fewer segments than this, merging waits until nothing is being written.</summary>
    public const int BusySegments = 32;

    /// <summary>One step.</summary>
    /// <returns>Whether there was something to merge.</returns>
    public Task<bool> StepAsync(CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                // https://sqlite.org/fts5.html#the_merge_command: fewer than two changes mean that nothing was left to do.
                var before = TotalChanges(tx);
                tx.Execute($"INSERT INTO search_index (search_index, rank) VALUES ('merge', {StepPages})");
                return TotalChanges(tx) - before >= 2;
            },
            ct
        );

    /// <summary>Segments of the index, from its structure record (version 1 and 2 of the format agree so far).</summary>
    public static int Segments(DbSession session)
    {
        const int structureRecord = 10;
        const int cookieBytes = 4;
        using var find = session.Query("SELECT block FROM search_index_data WHERE id = ?1");
        find.Bind(1, structureRecord);
        if (!find.Step() || find.Blob(0) is not { Length: > cookieBytes } block)
            return 0;
        var at = cookieBytes;
        if (block[at..].StartsWith((ReadOnlySpan<byte>)[0xFF, 0x00, 0x00, 0x01]))
            at += 4;
        ReadVarint(block, ref at); // levels
        return ReadVarint(block, ref at);
    }

    private static int ReadVarint(ReadOnlySpan<byte> block, ref int at)
    {
        var value = 0;
        while (at < block.Length)
        {
            var b = block[at++];
            value = (value << 7) | (b & 0x7F);
            if (b < 0x80)
                break;
        }

        return value;
    }

    private static long TotalChanges(DbTransaction tx)
    {
        using var ask = tx.Query("SELECT total_changes()");
        return ask.Step() ? ask.Int64(0) : 0;
    }
}
