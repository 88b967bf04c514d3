using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// What people and models said to each other, for indexes of meaning: text and code of messages that are shown, without
/// thinking, calls of tools and files. An answer that is still being written has no text yet. Conversations in the bin are
/// read, too: who searches leaves them out.
/// </summary>
internal sealed class MessageTexts : ITextSource
{
    private const int MostTexts = 1_000;
    private const long MostBytes = 4 << 20;

    private const string OutlineSql =
        "SELECT id, parent_id, role IN (1, 2) AND hidden = 0 AND status NOT IN (1, 2) FROM messages WHERE conversation_id = ?1 ORDER BY ord";
    private const string TextSql = "SELECT text, parts FROM messages WHERE id = ?1";
    private const string GroupsSql = "SELECT id FROM conversations WHERE id > ?1 ORDER BY id LIMIT ?2";

    /// <summary>For the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [OutlineSql, TextSql, GroupsSql];

    public TextKind Kind => TextKind.Message;

    public IReadOnlyList<SourceText> ReadGroup(DbSession db, long groupId, int from)
    {
        if (Owner(db, groupId) is not { } owner)
        {
            return [];
        }

        var texts = new List<SourceText>();
        long bytes = 0;
        foreach (var (id, follows) in Outline(db, groupId).Skip(from).Take(MostTexts))
        {
            var text = Read(db, id);
            texts.Add(new SourceText(id, owner, text) { Follows = follows });
            bytes += text.Length;
            if (bytes >= MostBytes)
            {
                break;
            }
        }

        return texts;
    }

    public IReadOnlyList<long> ListGroups(DbSession db, long after, int limit)
    {
        var groups = new List<long>();
        using var rows = db.Query(GroupsSql);
        rows.Bind(1, after).Bind(2, limit);
        while (rows.Step())
        {
            groups.Add(rows.Int64(0));
        }

        return groups;
    }

    private static long? Owner(DbSession db, long conversationId)
    {
        using var row = db.Query("SELECT owner_id FROM conversations WHERE id = ?1");
        return row.Bind(1, conversationId).Step() ? row.Int64(0) : null;
    }

    /// <summary>The messages that count, each with the nearest such message above it; parents come before children.</summary>
    private static List<(long Id, long Follows)> Outline(DbSession db, long conversationId)
    {
        var shown = new List<(long, long)>();
        // Of each message the nearest that counts, itself included.
        var nearest = new Dictionary<long, long>();
        using var rows = db.Query(OutlineSql);
        rows.Bind(1, conversationId);
        while (rows.Step())
        {
            var id = rows.Int64(0);
            var above = rows.Int64OrNull(1) is { } parent ? nearest.GetValueOrDefault(parent) : 0;
            if (rows.Bool(2))
            {
                shown.Add((id, above));
                above = id;
            }

            nearest[id] = above;
        }

        return shown;
    }

    /// <summary>The text of one message, whether it is shown or not; empty where it has none or is not there.</summary>
    public static ReadOnlyMemory<byte> Read(DbSession db, long id)
    {
        using var row = db.Query(TextSql);
        if (!row.Bind(1, id).Step())
        {
            return default;
        }

        return row.IsNull(0) ? TextOfParts(row.Utf8(1).ToArray()) : row.Utf8(0).ToArray();
    }

    /// <summary>Each part on lines of its own.</summary>
    private static byte[] TextOfParts(byte[] stored)
    {
        using var arena = new Utf8Arena();
        var message = new MessageDraft { Role = Role.Assistant };
        PartsCodec.Read(stored, message, arena);
        var shown = message.Parts.FindAll(part => part is { Kind: PartKind.Text or PartKind.Code, Text.Length: > 0 });
        var whole = new byte[Math.Max(0, shown.Sum(part => part.Text.Length + 1) - 1)];
        var at = 0;
        foreach (var part in shown)
        {
            if (at > 0)
            {
                whole[at++] = (byte)'\n';
            }

            part.Text.Span.CopyTo(whole.AsSpan(at));
            at += part.Text.Length;
        }

        return whole;
    }
}
