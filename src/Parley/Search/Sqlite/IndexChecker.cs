using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Matching;
using Parley.Search.Segments;
using Parley.Search.Text;

namespace Parley.Search.Sqlite;

/// <summary>
/// Compares the index with the store: every page is read against its checksum, documents are counted on both sides, and a
/// sample of messages is searched for by its own words.
/// </summary>
internal sealed class IndexChecker(DbSession session, IPageSource pages)
{
    private const int MaxFaults = 20;
    private const int WordsAsked = 3;
    private readonly List<string> _faults = [];
    private readonly Dictionary<long, List<ViewedSegment>> _segments = [];
    private long _messages;

    /// <param name="sample">So many messages are looked up by their words.</param>
    /// <param name="sources">Who holds pieces of documents.</param>
    public IndexCheck Check(int sample, IReadOnlyList<IPassageSource> sources)
    {
        if (IndexKeeper.IsRebuilding(session))
            return new IndexCheck(0, ["the index is being built anew; check again when that is done"]);
        CheckPages();
        CheckCounts(sources);
        return new IndexCheck(_faults.Count == 0 ? CheckMessages(sample) : 0, _faults);
    }

    private void CheckPages()
    {
        try
        {
            foreach (var segment in SegmentSets.All(session))
                CheckSegment(segment);
        }
        catch (SegmentDamagedException damage)
        {
            _faults.Add($"the index is damaged: {damage.Message}");
        }
    }

    private void CheckSegment(StoredSegment segment)
    {
        for (var stream = 0; segment.Inline is null && stream < SegmentLayout.Streams; stream++)
        {
            for (var page = 0; page << SegmentLayout.PageShift < segment.Header.Lengths[stream]; page++)
                pages.Read(segment.Id, (SegmentStream)stream, page).Release();
        }

        var words = segment.Open(pages).Dictionary.All();
        while (words.MoveNext()) { }
    }

    private void CheckCounts(IReadOnlyList<IPassageSource> sources)
    {
        var indexed = Count("SELECT coalesce(sum(documents - deleted), 0) FROM search_segments WHERE state = 1");
        _messages = Count("SELECT count(*) FROM messages");
        var stored =
            _messages
            + Count("SELECT count(*) FROM conversations WHERE title <> ''")
            + Count("SELECT count(*) FROM documents")
            + sources.Sum(source => source.Count(session));
        if (indexed != stored)
            _faults.Add($"the index holds {indexed} documents, the store {stored}");
    }

    private long Count(string sql)
    {
        using var count = session.Query(sql);
        return count.Step() ? count.Int64(0) : 0;
    }

    /// <summary>Looks a sample of messages, spread over all time, up by their longest words.</summary>
    private int CheckMessages(int sample)
    {
        using var ends = session.Query("SELECT min(id), max(id) FROM messages");
        if (!ends.Step() || ends.IsNull(0))
            return 0;
        var (first, last) = (ends.Int64(0), ends.Int64(1));
        var seen = 0;
        long before = 0;
        for (var index = 0; index < sample && _faults.Count < MaxFaults; index++)
        {
            var from =
                _messages <= sample ? 0 : first + (long)((last - first) * (double)index / Math.Max(1, sample - 1));
            if (NextMessage(Math.Max(from, before + 1), last) is not { } id)
                break;
            CheckMessage(id);
            before = id;
            seen++;
        }

        return seen;
    }

    private long? NextMessage(long from, long last)
    {
        using var find = session.Query("SELECT id FROM messages WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 1");
        find.Bind(1, from);
        find.Bind(2, last);
        return find.Step() ? find.Int64(0) : null;
    }

    private void CheckMessage(long id)
    {
        using var arena = new Utf8Arena();
        var batch = new WriteBatch();
        new StoredItems(session, batch, arena).ReadMessage(id);
        if (batch.Added.Count == 0)
            return;
        var written = batch.Added[0];
        var fields = new MessageFields();
        fields.Fill(written.Message);
        var view = View(written.OwnerId, id);
        var query = new MatchQuery
        {
            Wanted =
            [
                .. LongestWords(fields).Select(word => new MatchGroup([new MatchAtom([], [view.Find(word)], 1)])),
            ],
            Filter = new DocumentFilter { Ids = (id, id) },
        };
        var work = new SearchWork(long.MaxValue, TimeSpan.MaxValue, CancellationToken.None);
        if (new Matcher(query, view, work).ByTime(1, newestFirst: true, accepts: null).Count == 0)
            _faults.Add($"message {Ids.Format(id, IdKind.Message)} is not found by its own words");
    }

    /// <summary>The segments that hold a document: after many small writes there are hundreds of others.</summary>
    private IndexView View(long ownerId, long id)
    {
        if (!_segments.TryGetValue(ownerId, out var segments))
        {
            var all = SegmentSets.All(session).Where(segment => segment.OwnerId == ownerId);
            _segments[ownerId] = segments = [.. all.Select(segment => segment.View(pages))];
        }

        return new IndexView([.. segments.Where(segment => segment.Reader.Find(id) >= 0)]);
    }

    private static IEnumerable<byte[]> LongestWords(MessageFields fields)
    {
        var words = new Words([]);
        for (var field = SearchField.Prompt; field <= SearchField.Thinking; field++)
            TextTokenizer.Run(fields[field], ref words);
        return words.All.OrderByDescending(word => word.Length).Take(WordsAsked);
    }

    private readonly struct Words(List<byte[]> all) : ITokenSink
    {
        private const int Enough = 500;

        public List<byte[]> All { get; } = all;

        public bool Accept(scoped Token token)
        {
            All.Add(token.Term.ToArray());
            return All.Count < Enough;
        }
    }
}
