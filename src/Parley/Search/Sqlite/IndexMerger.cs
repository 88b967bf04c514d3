using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>
/// Joins segments of like size in the background, so that a search looks into few of them (tiered merging; O'Neil et al.
/// 1996). It reads page by page without a long transaction, which it may since only it removes segments, and writes in
/// small transactions, so that neither writers nor readers wait; the last one puts the new segment in the place of the old.
/// One at a time.
/// </summary>
internal sealed class IndexMerger(Db db, SegmentTable table, PageCache cache, PagePool pool, IndexSignal signal)
{
    /// <summary>So many segments of one tier are joined; each tier is eight times the one below.</summary>
    private const int TierSegments = 8;

    private const int TierBits = 3;

    /// <summary>Small ones are joined in one go.</summary>
    private const int MaxInputs = 48;

    /// <summary>Larger segments are left as they are.</summary>
    private const long MaxDocuments = 16_000_000;

    /// <summary>A segment with this share of its documents gone is written anew.</summary>
    private const double DeletedShare = 0.2;

    /// <summary>Pages a transaction writes or removes: some 10 ms of the writer's time.</summary>
    private const int PagesAtOnce = 64;

    /// <summary>With fewer segments than this, merging waits until nothing is being written.</summary>
    public const int BusySegments = 32;

    /// <summary>The same while somebody searches.</summary>
    public const int AskedSegments = 12;

    /// <summary>One merge, where one is due.</summary>
    /// <returns>Whether there was something to merge.</returns>
    public async Task<bool> StepAsync(CancellationToken ct)
    {
        var inputs = await db.ReadAsync(session => Choose(session, int.MaxValue), ct);
        if (inputs.Count == 0)
            return false;
        await MergeAsync(inputs, ct);
        return true;
    }

    /// <summary>Removes what a merge left that did not end, and the pages of segments that were replaced.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        while (await db.ReadAsync(FindUnused, ct) is { } segment)
        {
            while (await db.WriteAsync(tx => RemovePages(tx, segment), ct)) { }
        }
    }

    /// <summary>Segments that searches look into.</summary>
    public static int Segments(DbSession session)
    {
        using var count = session.Query("SELECT count(*) FROM search_segments WHERE state = 1");
        return count.Step() ? count.Int32(0) : 0;
    }

    private static long? FindUnused(DbSession session)
    {
        using var find = session.Query("SELECT id FROM search_segments WHERE state IN (0, 2) LIMIT 1");
        return find.Step() ? find.Int64(0) : null;
    }

    /// <returns>Whether there may be more.</returns>
    private static bool RemovePages(DbTransaction tx, long segment)
    {
        using (
            var remove = tx.Query(
                "DELETE FROM search_pages WHERE id IN (SELECT id FROM search_pages WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3)"
            )
        )
        {
            remove.Bind(1, SqlitePages.Key(segment, SegmentStream.Ids, 0));
            remove.Bind(2, SqlitePages.Key(segment + 1, SegmentStream.Ids, 0) - 1);
            remove.Bind(3, PagesAtOnce).Run();
        }

        if (tx.Changes == PagesAtOnce)
            return true;
        using (var bits = tx.Query("DELETE FROM search_deleted WHERE segment_id = ?1"))
            bits.Bind(1, segment).Run();
        using var row = tx.Query("DELETE FROM search_segments WHERE id = ?1");
        row.Bind(1, segment).Run();
        return false;
    }

    /// <summary>Segments to join: the smallest tier that is full, else one with much that is gone.</summary>
    /// <param name="below">Tiers from this one on are left alone.</param>
    private static List<StoredSegment> Choose(DbSession session, int below)
    {
        var before = RebuildBefore(session);
        var all = SegmentSets.All(session).Where(segment => segment.Id >= before).ToList();
        foreach (var owner in all.GroupBy(segment => segment.OwnerId))
        {
            foreach (var tier in owner.GroupBy(Tier).Where(tier => tier.Key < below).OrderBy(tier => tier.Key))
            {
                var segments = tier.Take(MaxInputs).ToList();
                if (segments.Count >= TierSegments && segments.Sum(s => (long)s.Header.Documents) <= MaxDocuments)
                    return segments;
            }
        }

        return
            below == int.MaxValue
            && all.Find(segment => segment.DeletedCount > segment.Header.Documents * DeletedShare) is { } worn
            ? [worn]
            : [];
    }

    private static int Tier(StoredSegment segment) =>
        System.Numerics.BitOperations.Log2((uint)segment.Header.Documents) / TierBits;

    /// <summary>While the index is built anew, the old segments are left alone.</summary>
    private static long RebuildBefore(DbSession session)
    {
        using var state = session.Query("SELECT coalesce(rebuild_before, 0) FROM search_state WHERE id = 1");
        return state.Step() ? state.Int64(0) : 0;
    }

    private async Task MergeAsync(List<StoredSegment> inputs, CancellationToken ct)
    {
        var merge = new Merge(db, table, cache, pool, signal, inputs, ct);

        // On a thread of its own: it computes for seconds, and waits for its own writes.
        await Task.Factory.StartNew(() => merge.Run(), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await SweepAsync(ct);
    }

    /// <summary>One merge: the sink of its pages, too.</summary>
    private sealed class Merge(
        Db db,
        SegmentTable table,
        PageCache cache,
        PagePool pool,
        IndexSignal signal,
        List<StoredSegment> inputs,
        CancellationToken ct
    ) : IPageSink, IPageSource
    {
        private readonly List<(SegmentStream Stream, int Page, SegmentPage Data)> _held = [];
        private long _id;
        private bool _begun;

        public void Run()
        {
            var header = new SegmentMerger(
                [.. inputs.Select(input => new MergeInput(input.Open(this, walks: true), input.Deleted))],
                this
            ).Merge(ct);
            Wait(db.WriteAsync(tx => Finish(tx, header), ct));
        }

        public void Write(SegmentStream stream, int page, ReadOnlySpan<byte> data)
        {
            var bytes = pool.Rent();
            data.CopyTo(bytes);
            _held.Add((stream, page, new SegmentPage(bytes, data.Length, pool)));
            if (_held.Count < PagesAtOnce)
                return;
            Wait(db.WriteAsync(WriteHeld, ct));
            MergeSmaller();
        }

        /// <summary>Where somebody searches while much is written, small segments do not wait for a large merge to end.</summary>
        private void MergeSmaller()
        {
            while (
                signal.IsAsked && db.Read(session => Choose(session, Tier(inputs[0])), ct: ct) is { Count: > 0 } smaller
            )
                new Merge(db, table, cache, pool, signal, smaller, ct).Run();
        }

        public SegmentPage Read(long segment, SegmentStream stream, int page) =>
            cache.Find(SqlitePages.Key(segment, stream, page))
            ?? db.Read(session => new SqlitePages(session, cache: null, pool).Read(segment, stream, page), ct: ct);

#pragma warning disable VSTHRD002 // The merge has a thread of its own, on which nothing else ever runs: it may wait for its writes.
        private static void Wait(Task task) => task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

        /// <summary>A row names the pages before they are there, so that nothing is left over where it does not come to an end.</summary>
        private void WriteHeld(DbTransaction tx)
        {
            if (!_begun)
            {
                _id = table.NextId(tx);
                SegmentTable.Insert(tx, _id, inputs[0].OwnerId, SegmentTable.BeingWritten, inputs[0].Header, null);
                tx.OnCommitted(() => _begun = true);
            }

            foreach (var (stream, page, data) in _held)
                SegmentTable.InsertPage(tx, SqlitePages.Key(_id, stream, page), data.Bytes.AsSpan(0, data.Length));
            tx.OnCommitted(LetGo);
        }

        private void LetGo()
        {
            foreach (var (_, _, data) in _held)
                data.Release();
            _held.Clear();
        }

        private void Finish(DbTransaction tx, SegmentHeader? header)
        {
            // A rebuild dropped them meanwhile, and nobody marked what was removed since: the sweep takes what was written.
            if (!inputs.TrueForAll(input => IsSearched(tx, input.Id)))
                return;
            if (header is not null && _begun)
            {
                WriteHeld(tx);
                using (var remove = tx.Query("DELETE FROM search_segments WHERE id = ?1"))
                    remove.Bind(1, _id).Run();
                SegmentTable.Insert(tx, _id, inputs[0].OwnerId, SegmentTable.Searched, header, null);
            }
            else if (header is not null)
            {
                var pages = new MemoryPages();
                foreach (var (stream, page, data) in _held)
                    pages.Write(stream, page, data.Bytes.AsSpan(0, data.Length));
                _id = table.Add(tx, inputs[0].OwnerId, header, pages);
            }

            if (header is not null)
                DeleteLate(tx, header);
            using (var replace = tx.Query("UPDATE search_segments SET state = 2 WHERE id = ?1"))
            {
                foreach (var input in inputs)
                    replace.Bind(1, input.Id).Run();
            }

            SegmentTable.Changed(tx);
        }

        private static bool IsSearched(DbTransaction tx, long segment)
        {
            using var state = tx.Query("SELECT state FROM search_segments WHERE id = ?1");
            state.Bind(1, segment);
            return state.Step() && state.Int32(0) == SegmentTable.Searched;
        }

        /// <summary>What was deleted while the merge ran is deleted in its result, too.</summary>
        private void DeleteLate(DbTransaction tx, SegmentHeader header)
        {
            var late = new List<long>();
            foreach (var input in inputs)
            {
                var now = new DeletedBits(tx, input.Id);
                using var count = tx.Query("SELECT deleted FROM search_segments WHERE id = ?1");
                count.Bind(1, input.Id);
                if (!count.Step() || count.Int32(0) == input.DeletedCount)
                    continue;
                var before = new MergeInput(input.Open(new SqlitePages(tx, cache, pool)), input.Deleted);
                for (var document = 0; document < input.Header.Documents; document++)
                {
                    if (now.Has(document) && !before.IsDeleted(document))
                        late.Add(before.Segment.DocumentId(document));
                }
            }

            if (late.Count == 0)
                return;
            var merged = SegmentSets.ReadSegment(tx, _id).Open(new SqlitePages(tx, cache, pool));
            var deleted = new DeletedBits(tx, _id);
            foreach (var id in late)
                deleted.Add(merged.Find(id));
            deleted.Save();
        }
    }
}
