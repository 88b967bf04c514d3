using System.Text;
using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations.ChatDocuments;

/// <summary>A chat document as a client gave it, held to its shape.</summary>
internal sealed class GivenChat
{
    /// <summary>Messages one document may hold; longer conversations are changed message by message.</summary>
    public const int MostMessages = 10_000;

    /// <summary>Members that the tree and the conversation hold themselves.</summary>
    private static readonly string[] OfTree = ["id", "title", "history", "messages"];

    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    /// <summary>Everything else the document says, of which <see cref="ChatHead"/> makes the best.</summary>
    public ChatMembers Members { get; private init; } = new();

    /// <summary>Null where it says none.</summary>
    public string? Title { get; private set; }

    public List<GivenNode> Nodes { get; } = [];

    /// <summary>Where the client stands.</summary>
    public string? CurrentId { get; init; }

    /// <summary>The message the chat is to stand at, where it has no id yet.</summary>
    public GivenNode? StandsAt { get; init; }

    /// <summary>One message, where the conversation's own fields are not meant.</summary>
    /// <param name="currentId">Where the chat is to stand; null for at that message.</param>
    public static GivenChat Of(GivenNode node, string? currentId = null)
    {
        var chat = new GivenChat { CurrentId = currentId, StandsAt = currentId is null ? node : null };
        chat.Nodes.Add(node);
        return chat;
    }

    public static GivenChat Read(RawJson given, FieldChecks check)
    {
        if (!ChatJson.IsWellFormed(given.Utf8.Span))
        {
            check.Add("chat", "holds text that is not well-formed");
            return new GivenChat();
        }

        using var document = JsonDocument.Parse(given.Utf8, ChatJson.Reading);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            check.Add("chat", "must be an object");
            return new GivenChat();
        }

        var history = Member(root, "history");
        var chat = new GivenChat
        {
            Members = ChatMembers.Of(root),
            CurrentId = history is { } said ? JsonMembers.Text(said, "currentId") : null,
        };
        foreach (var name in OfTree)
        {
            chat.Members.Remove(name);
        }

        chat.ReadTitle(root, check);
        if (history is { } tree)
        {
            chat.ReadTree(tree, check);
        }
        else if (Member(root, "messages") is { } list)
        {
            chat.ReadList(list, check);
        }

        return chat;
    }

    private static JsonElement? Member(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private void ReadTitle(JsonElement root, FieldChecks check)
    {
        if (Member(root, "title") is not { } title)
        {
            return;
        }

        if (title.ValueKind != JsonValueKind.String)
        {
            check.Add("chat.title", "must be text");
            return;
        }

        Title = title.GetString();
        check.Text("chat.title", Title, TextLimits.Title);
    }

    private void ReadTree(JsonElement history, FieldChecks check)
    {
        if (history.ValueKind != JsonValueKind.Object)
        {
            check.Add("chat.history", "must be an object");
            return;
        }

        var beside = ChatMembers.Of(history);
        beside.Remove("messages");
        beside.Remove("currentId");
        if (!beside.IsEmpty)
        {
            Members.Set("history", beside.ToJson());
        }

        if (Member(history, "messages") is not { } messages)
        {
            return;
        }

        if (messages.ValueKind != JsonValueKind.Object)
        {
            check.Add("chat.history.messages", "must be an object of messages by id");
            return;
        }

        foreach (var node in messages.EnumerateObject())
        {
            if (!Add(GivenNode.Read(node.Name, node.Value, $"chat.history.messages.{node.Name}", check), check))
            {
                return;
            }
        }
    }

    /// <summary>The oldest documents have no tree: each message answers the one before it.</summary>
    private void ReadList(JsonElement list, FieldChecks check)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            check.Add("chat.messages", "must be an array");
            return;
        }

        GivenNode? last = null;
        foreach (var item in list.EnumerateArray())
        {
            var at = $"chat.messages[{Nodes.Count}]";
            var node = GivenNode.Read(JsonMembers.Text(item, "id"), item, at, check);
            if (node is not null)
            {
                node.Follows = last;
            }

            if (!Add(node, check))
            {
                return;
            }

            last = node;
        }
    }

    /// <returns>False where there is no use in reading on.</returns>
    private bool Add(GivenNode? node, FieldChecks check)
    {
        if (node is null)
        {
            return false;
        }

        if (node.Id is not null && !ids.Add(node.Id))
        {
            check.Add("chat", $"holds the message {node.Id} twice");
            return false;
        }

        Nodes.Add(node);
        if (Nodes.Count <= MostMessages)
        {
            return true;
        }

        check.Add("chat", $"must not hold more than {MostMessages} messages: send only those that are new or changed");
        return false;
    }
}

/// <summary>One message of a <see cref="GivenChat"/>.</summary>
internal sealed class GivenNode
{
    private const int LongestId = 200;

    /// <summary>Null for a new message that has none.</summary>
    public string? Id { get; private init; }

    /// <summary>Its parent is stated, be it none.</summary>
    public bool HasParent { get; private init; }

    public string? Parent { get; private init; }

    /// <summary>In a document without a tree: the message before it.</summary>
    public GivenNode? Follows { get; set; }

    /// <summary>Null where their order is not stated.</summary>
    public IReadOnlyList<string>? Children { get; private init; }

    public Role Role { get; private init; }

    public string Content { get; private init; } = "";

    /// <summary>All of it.</summary>
    public required ChatMembers Members { get; init; }

    /// <summary>A new message, said now and below that one where it does not say otherwise.</summary>
    public GivenNode Below(string? parent, long now)
    {
        if (Members["timestamp"] is null)
        {
            Members.Set("timestamp", ChatJson.Number(now / 1_000_000));
        }

        return new GivenNode
        {
            Id = Id,
            HasParent = true,
            Parent = HasParent ? Parent : parent,
            Role = Role,
            Content = Content,
            Members = Members,
        };
    }

    /// <summary>Null where it cannot be read; why is noted.</summary>
    public static GivenNode? Read(string? id, JsonElement node, string at, FieldChecks check)
    {
        if (node.ValueKind != JsonValueKind.Object)
        {
            check.Add(at, "must be an object");
            return null;
        }

        if (id is not null && (id.Length == 0 || Encoding.UTF8.GetByteCount(id) > LongestId || id.Any(char.IsControl)))
        {
            check.Add(at, $"must have an id of 1 to {LongestId} bytes without control characters");
            return null;
        }

        var role = Roles.Find(JsonMembers.Text(node, "role"));
        if (role is null)
        {
            check.Add(at + ".role", "must be user, assistant, system or tool");
            return null;
        }

        var content = node.TryGetProperty("content", out var said) ? said : default;
        if (content.ValueKind is not (JsonValueKind.String or JsonValueKind.Null or JsonValueKind.Undefined))
        {
            check.Add(at + ".content", "must be text");
            return null;
        }

        var text = content.ValueKind == JsonValueKind.String ? content.GetString()! : "";
        check.Text(at + ".content", text, TextLimits.MessageText);
        return new GivenNode
        {
            Id = id,
            HasParent = node.TryGetProperty("parentId", out _),
            Parent = JsonMembers.Text(node, "parentId"),
            Children = node.TryGetProperty("childrenIds", out var children) ? Names(children) : null,
            Role = role.Value,
            Content = text,
            Members = ChatMembers.Of(node),
        };
    }

    private static List<string>? Names(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)]
            : null;
}
