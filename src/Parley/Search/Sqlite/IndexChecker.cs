using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Text;

namespace Parley.Search.Sqlite;

/// <summary>
/// Compares the index with the store. FTS5's own check of a contentless index sees only whether the index agrees with
/// itself, so rows are counted on both sides, and a sample of messages is searched for by its own words.
/// </summary>
internal sealed class IndexChecker(DbSession session)
{
    private const int MaxFaults = 20;
    private const int WordsAsked = 3;
    private readonly List<string> _faults = [];
    private long _messages;

    public IndexCheck Check(int sample)
    {
        if (IndexKeeper.IsRebuilding(session))
            return new IndexCheck(0, ["the index is being built anew; check again when that is done"]);
        CheckItself();
        CheckCounts();
        return new IndexCheck(CheckMessages(sample), _faults);
    }

    private void CheckItself()
    {
        // The check of FTS5 (3.53) trusts what this connection last saw of the segments; opening a cursor renews that.
        using (var renew = session.Query("SELECT rowid FROM search_index WHERE rowid = 0"))
            renew.Step();
        using var check = session.Query("PRAGMA integrity_check(search_index)");
        while (_faults.Count < MaxFaults && check.Step())
        {
            if (check.Text(0) is { } answer and not "ok")
                _faults.Add($"the index is damaged: {answer}");
        }
    }

    private void CheckCounts()
    {
        var indexed = Count("SELECT count(*) FROM search_index_docsize");
        _messages = Count("SELECT count(*) FROM messages");
        var stored =
            _messages
            + Count("SELECT count(*) FROM conversations WHERE title <> ''")
            + Count("SELECT count(*) FROM documents");
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
        var fields = new MessageFields();
        fields.Fill(batch.Added[0].Message);
        var match = new MatchExpression().Meta(SearchMeta.Conversation(batch.Added[0].ConversationId));
        foreach (var word in LongestWords(fields))
            match.And().Phrase([word], new RankedPhrase(-1, 0));
        using var find = session.Query("SELECT 1 FROM search_index WHERE search_index MATCH ?1 AND rowid = ?2");
        find.BindText(1, match.Utf8);
        find.Bind(2, id);
        if (!find.Step())
            _faults.Add($"message {Ids.Format(id, IdKind.Message)} is not found by its own words");
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
