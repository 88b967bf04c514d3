using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;

namespace Parley.Documents;

/// <summary>The pieces of documents, for the index of words when it is built anew or checked.</summary>
internal sealed class ChunkPassages : IPassageSource
{
    private const string CountSql = "SELECT count(*) FROM library_chunks";
    private const string ReadSql = """
        SELECT c.id, d.owner_id, c.document_id, d.name, c.heading, c.text FROM library_chunks c CROSS JOIN library_documents d ON d.id = c.document_id
        WHERE c.id > ?1 ORDER BY c.id LIMIT ?2
        """;

    public long Count(DbSession session)
    {
        using var count = session.Query(CountSql);
        count.Step();
        return count.Int64(0);
    }

    public long? Read(DbSession session, long after, int limit, WriteBatch batch, Utf8Arena arena)
    {
        using var rows = session.Query(ReadSql);
        rows.Bind(1, after).Bind(2, limit);
        long? last = null;
        while (rows.Step())
        {
            last = rows.Int64(0);
            var name = AddedChunk.NameOf(rows.Text(3)!, rows.Text(4));
            batch.Passages.Add(
                new WrittenPassage(rows.Int64(0), rows.Int64(1), rows.Int64(2), name, arena.Add(rows.Utf8(5)))
            );
        }

        return last;
    }
}
