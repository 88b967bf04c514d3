using System.Text;
using Parley.Kernel;

namespace Parley.Conversations.ChatDocuments;

/// <summary>One message as documents show it: what its row says, and over that what a document said beside it.</summary>
internal sealed class ChatRow
{
    private const string Columns = MessageRows.DraftColumns + ", m.extras";

    /// <summary>Where a message is and who says it come from the tree alone.</summary>
    private static readonly string[] OfTree = ["id", "parentId", "childrenIds", "role", "content", "hidden"];

    /// <summary>What only the server knows while it knows it: the state of an answer, its thoughts and calls.</summary>
    private static readonly string[] OfServer = ["done", "error", "output"];

    private ChatRow(long id, MessageDraft draft, string provider, byte[] extras)
    {
        Id = id;
        Draft = draft;
        Extras = extras;
        var source = SourceIn(extras);
        Own = Words(draft);
        Said = ChatExtras.Read(source);
        Whole = Words(draft);
        var beside = Said ?? ChatExtras.Kept(provider, source);
        foreach (var name in beside.Names)
        {
            if (!IsTold(name) && (Said is not null || Own[name] is null))
            {
                Whole.Set(name, beside[name]!.Value);
            }
        }
    }

    public long Id { get; }

    public MessageDraft Draft { get; }

    /// <summary>The extras column as it stands.</summary>
    public byte[] Extras { get; }

    /// <summary>What the row says.</summary>
    public ChatMembers Own { get; }

    /// <summary>What a document said beside it; null where none did.</summary>
    public ChatMembers? Said { get; }

    /// <summary>Both: the node without its place.</summary>
    public ChatMembers Whole { get; }

    public bool IsBusy => Draft.Status is MessageStatus.Pending or MessageStatus.Streaming;

    /// <summary>What a node says beyond what its row does.</summary>
    public static ChatMembers Beyond(ChatMembers own, ChatMembers given)
    {
        var said = new ChatMembers();
        foreach (var name in given.Names)
        {
            if (!IsTold(own, name) && !ChatJson.Same(own[name], given[name]))
            {
                said.Set(name, given[name]!.Value);
            }
        }

        return said;
    }

    /// <summary>A client's word for that member changes nothing.</summary>
    public bool IsTold(string name) => IsTold(Own, name);

    private static bool IsTold(ChatMembers own, string name) =>
        OfTree.Contains(name) || (OfServer.Contains(name) && own[name] is not null);

    public static ChatRow Get(DbSession session, string provider, long id, Utf8Arena arena)
    {
        using var row = session.Query($"SELECT {Columns} FROM messages m WHERE m.id = ?1");
        row.Bind(1, id).Step();
        return Read(row, provider, arena);
    }

    /// <summary>Every message of a conversation in its order, one at a time, while the session is open; its texts live until the next.</summary>
    public static IEnumerable<ChatRow> Walk(DbSession session, string provider, long conversationId)
    {
        using var rows = session.Query($"SELECT {Columns} FROM messages m WHERE m.conversation_id = ?1 ORDER BY m.ord");
        rows.Bind(1, conversationId);
        while (rows.Step())
        {
            using var arena = new Utf8Arena();
            yield return Read(rows, provider, arena);
        }
    }

    /// <summary>The node with its place in the tree.</summary>
    public ChatMembers Placed(ChatPlace place, ChatTree tree)
    {
        var node = new ChatMembers()
            .Set("id", ChatJson.Text(place.DocumentId))
            .Set("parentId", tree.NameOf(place.Parent) is { } parent ? ChatJson.Text(parent) : ChatJson.Null)
            .Set("childrenIds", ChatJson.Array(tree.Children(Id).Select(c => ChatJson.Text(c.DocumentId))));
        foreach (var name in Whole.Names)
        {
            node.Set(name, Whole[name]!.Value);
        }

        return node;
    }

    /// <summary>What the source, and documents, said of the message.</summary>
    public static ReadOnlySpan<byte> SourceIn(ReadOnlySpan<byte> extras) =>
        extras.IsEmpty ? default : MessageExtras.Source(extras);

    private static ChatRow Read(DbStatement row, string provider, Utf8Arena arena)
    {
        var (id, _, draft) = MessageRows.ReadDraft(row, arena);
        return new ChatRow(id, draft, provider, row.IsNull(9) ? [] : row.Utf8(9).ToArray());
    }

    public static ChatMembers Words(MessageDraft draft)
    {
        var node = new ChatMembers()
            .Set("role", ChatJson.Text(Roles.Name(draft.Role)))
            .Set("content", ChatJson.Text(Content(draft)));
        node.SetText("model", draft.Model);
        if (draft.CreatedAt is { } micros)
        {
            node.Set("timestamp", ChatJson.Number(micros / 1_000_000));
        }

        if (draft.Hidden)
        {
            node.Set("hidden", ChatJson.True);
        }

        ChatParts.AddTo(node, draft);
        if (draft.Status is MessageStatus.Pending or MessageStatus.Streaming)
        {
            node.Set("done", ChatJson.False);
        }
        else if (draft.Status == MessageStatus.Failed)
        {
            node.Set("error", ChatJson.True);
        }

        return node;
    }

    /// <summary>What was said, as Markdown: texts and code. A message of one text is that text, byte for byte.</summary>
    private static byte[] Content(MessageDraft draft)
    {
        var to = new List<byte>();
        foreach (var part in draft.Parts)
        {
            if (part.Kind is not (PartKind.Text or PartKind.Code))
            {
                continue;
            }

            if (to.Count > 0)
            {
                to.AddRange("\n\n"u8);
            }

            to.AddRange(
                part.Kind == PartKind.Text
                    ? part.Text.Span
                    : Encoding.UTF8.GetBytes(Markdown.Fence(Encoding.UTF8.GetString(part.Text.Span), part.Name))
            );
        }

        return [.. to];
    }
}
