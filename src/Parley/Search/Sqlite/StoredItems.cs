using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>
/// Reads what is stored, a batch at a time by ascending id, in the form in which writes hand it to the index. Texts live in <paramref name="arena"/>.
/// </summary>
internal sealed class StoredItems(DbSession session, WriteBatch batch, Utf8Arena arena)
{
    private const int MaxItems = 2_000;
    private const long MaxBytes = 4 << 20;

    private const string MessagesSql = """
        SELECT m.id, m.conversation_id, c.owner_id, c.provider, m.role, m.hidden, models.name, m.text, m.parts, m.created_at
        FROM messages m JOIN conversations c ON c.id = m.conversation_id LEFT JOIN models ON models.id = m.model_id
        WHERE m.id > ?1 ORDER BY m.id
        """;

    private const string TitlesSql =
        "SELECT id, owner_id, provider, title FROM conversations WHERE id > ?1 ORDER BY id";

    private const string DocumentsSql =
        "SELECT id, owner_id, provider, name, text FROM documents WHERE id > ?1 ORDER BY id";

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [MessagesSql, TitlesSql, DocumentsSql];

    /// <returns>The last id read, or <see langword="null"/> where there was none.</returns>
    public long? ReadMessages(long after) => Read(MessagesSql, after, TakeMessage);

    /// <summary>The message of that id.</summary>
    public void ReadMessage(long id)
    {
        using var row = session.Query(MessagesSql);
        row.Bind(1, id - 1);
        if (row.Step() && row.Int64(0) == id)
            TakeMessage(row);
    }

    /// <inheritdoc cref="ReadMessages"/>
    public long? ReadTitles(long after) =>
        Read(
            TitlesSql,
            after,
            row =>
                batch.Titles.Add(new WrittenTitle(row.Int64(0), row.Int64(1), row.Text(2)!, row.Text(3), IsNew: true))
        );

    /// <inheritdoc cref="ReadMessages"/>
    public long? ReadDocuments(long after) =>
        Read(
            DocumentsSql,
            after,
            row =>
                batch.Documents.Add(
                    new WrittenDocument(
                        row.Int64(0),
                        row.Int64(1),
                        row.Text(2)!,
                        row.Text(3),
                        arena.Add(row.Utf8(4)),
                        IsNew: true
                    )
                )
        );

    private void TakeMessage(DbStatement row)
    {
        var message = new MessageDraft
        {
            Role = (Role)row.Int32(4),
            Hidden = row.Bool(5),
            Model = row.Text(6),
            CreatedAt = row.Int64OrNull(9),
        };
        if (row.IsNull(7))
            PartsCodec.Read(row.Utf8(8).ToArray(), message, arena);
        else
            message.AddText(arena.Add(row.Utf8(7)));
        batch.Added.Add(new WrittenMessage(row.Int64(0), row.Int64(1), row.Int64(2), row.Text(3)!, message));
    }

    private long? Read(string sql, long after, Action<DbStatement> take)
    {
        long? last = null;
        using var rows = session.Query(sql);
        rows.Bind(1, after);
        for (var items = 0; items < MaxItems && arena.Length < MaxBytes && rows.Step(); items++)
        {
            last = rows.Int64(0);
            take(rows);
        }

        return last;
    }
}
