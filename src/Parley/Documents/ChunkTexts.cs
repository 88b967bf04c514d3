using Parley.Kernel;

namespace Parley.Documents;

/// <summary>The pieces of documents, for indexes of meaning: those of the version that is ready.</summary>
internal sealed class ChunkTexts : ITextSource
{
    private const int MostTexts = 1_000;
    private const long MostBytes = 4 << 20;

    private const string TextSql =
        "SELECT id, text FROM library_chunks WHERE document_id = ?1 AND ord >= ?2 ORDER BY ord LIMIT ?3";
    private const string OwnerSql = "SELECT owner_id FROM library_documents WHERE id = ?1";
    private const string GroupsSql = "SELECT id FROM library_documents WHERE id > ?1 ORDER BY id LIMIT ?2";

    public TextKind Kind => TextKind.Chunk;

    public IReadOnlyList<SourceText> ReadGroup(DbSession db, long groupId, int from)
    {
        long owner;
        using (var row = db.Query(OwnerSql))
        {
            if (!row.Bind(1, groupId).Step())
            {
                return [];
            }

            owner = row.Int64(0);
        }

        using var rows = db.Query(TextSql);
        rows.Bind(1, groupId).Bind(2, from).Bind(3, MostTexts);
        var texts = new List<SourceText>();
        for (long bytes = 0; bytes < MostBytes && rows.Step(); bytes += texts[^1].Text.Length)
        {
            texts.Add(
                new SourceText(rows.Int64(0), owner, rows.Utf8(1).ToArray())
                {
                    Follows = texts.Count > 0 ? texts[^1].Id : 0,
                }
            );
        }

        return texts;
    }

    public IReadOnlyList<long> ListGroups(DbSession db, long after, int limit)
    {
        using var rows = db.Query(GroupsSql);
        rows.Bind(1, after).Bind(2, limit);
        var groups = new List<long>();
        while (rows.Step())
        {
            groups.Add(rows.Int64(0));
        }

        return groups;
    }
}
