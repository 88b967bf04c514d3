using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>Reads the texts of stored items by field, as the index saw them.</summary>
internal static class StoredTexts
{
    /// <summary>Fills in a message; nothing where it is gone.</summary>
    public static void ReadMessage(DbSession session, long id, Role role, MessageFields to)
    {
        using var find = session.Query("SELECT text, parts FROM messages WHERE id = ?1");
        find.Bind(1, id);
        if (!find.Step())
            return;
        if (!find.IsNull(0))
        {
            to.Fill(role, find.Utf8(0));
            return;
        }

        using var arena = new Utf8Arena();
        var message = new MessageDraft { Role = role };
        PartsCodec.Read(find.Utf8(1).ToArray(), message, arena);
        to.Fill(message);
    }

    /// <summary>Fills in a project's document.</summary>
    public static void ReadDocument(DbSession session, long id, MessageFields to)
    {
        using var find = session.Query("SELECT name, text FROM documents WHERE id = ?1");
        find.Bind(1, id);
        if (!find.Step())
            return;
        to.Add(SearchField.Title, find.Utf8(0));
        to.Add(SearchField.Tool, find.Utf8(1));
    }
}
