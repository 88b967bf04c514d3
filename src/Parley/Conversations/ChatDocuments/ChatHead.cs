using System.Text.Json;
using Parley.Kernel;

namespace Parley.Conversations.ChatDocuments;

/// <summary>
/// The members of a document that are about the conversation. Title, the first model and <c>params.system</c> are the
/// conversation's own; what else a document says is kept beside it as it stood.
/// </summary>
internal sealed class ChatHead
{
    private static readonly string[] Shown = ["id", "title", "models", "params", "history", "messages"];

    private readonly ConversationView conversation;
    private readonly ReadOnlyMemory<byte> extras;
    private readonly ChatMembers beside;

    private ChatHead(ConversationView conversation, ReadOnlyMemory<byte> extras, long? leaf)
    {
        this.conversation = conversation;
        this.extras = extras;
        Leaf = leaf;
        var said = ChatExtras.Read(extras.Span);
        IsOfDocument = said is not null;
        beside = said ?? ChatExtras.Kept(conversation.Provider, extras.Span);
    }

    public long? Leaf { get; }

    /// <summary>A document said how it is: then nothing is added to it.</summary>
    public bool IsOfDocument { get; }

    /// <summary>Members of <c>history</c> beside the tree.</summary>
    public ChatMembers History => beside["history"] is { } history ? ChatMembers.Of(history) : new ChatMembers();

    public static ChatHead Load(DbSession session, ConversationView conversation)
    {
        using var row = session.Query("SELECT extras, active_leaf_id FROM conversations WHERE id = ?1");
        row.Bind(1, conversation.Key).Step();
        return new ChatHead(conversation, row.IsNull(0) ? default : row.Utf8(0).ToArray(), row.Int64OrNull(1));
    }

    /// <summary>Everything but the messages.</summary>
    public ChatMembers ToMembers()
    {
        var chat = new ChatMembers()
            .Set("id", ChatJson.Text(conversation.Id))
            .Set("title", ChatJson.Text(conversation.Title ?? ""));
        if (Models() is { } models)
        {
            chat.Set("models", models);
        }

        if (Params() is { } parameters)
        {
            chat.Set("params", parameters);
        }

        foreach (var name in beside.Names)
        {
            if (!Shown.Contains(name))
            {
                chat.Set(name, beside[name]!.Value);
            }
        }

        if (!IsOfDocument && Epoch.Micros(conversation.CreatedAt) is { } created)
        {
            chat.Set("timestamp", ChatJson.Number(created / 1000));
        }

        return chat;
    }

    /// <summary>What the document changes of the conversation's own fields; what it leaves out stays.</summary>
    public ChangeConversation Changes(GivenChat given, string? folder)
    {
        var model = given.Members["models"] is { } models ? FirstModel(models) ?? "" : null;
        var prompt = given.Members["params"] is { } parameters ? Prompt(parameters) ?? "" : null;
        return new ChangeConversation
        {
            Title = given.Title == (conversation.Title ?? "") ? null : given.Title,
            Model = model == (conversation.Model ?? "") ? null : model,
            SystemPrompt = prompt == (conversation.SystemPrompt ?? "") ? null : prompt,
            Folder = folder == (conversation.Folder?.Id ?? "") ? null : folder,
        };
    }

    /// <summary>The extras with what the document says beyond that; null where they say so already.</summary>
    public ReadOnlyMemory<byte>? Beside(GivenChat given)
    {
        var said = beside.IsEmpty ? new ChatMembers() : ChatMembers.Of(beside.ToJson());
        foreach (var name in given.Members.Names)
        {
            said.Set(name, given.Members[name]!.Value);
        }

        if (said["models"] is { } models && FirstModel(models) is { } model && ChatJson.Same(models, ListOf(model)))
        {
            said.Remove("models");
        }

        if (said["params"] is { } parameters && Prompt(parameters) is not null)
        {
            var rest = ChatMembers.Of(parameters);
            rest.Remove("system");
            said.Set("params", rest.ToJson());
        }

        return IsOfDocument && ChatJson.Same(said.ToJson(), beside.ToJson())
            ? (ReadOnlyMemory<byte>?)null
            : ChatExtras.With(extras.Span, said, always: true);
    }

    /// <summary>The first that names a model.</summary>
    public static string? FirstModel(ReadOnlyMemory<byte> models)
    {
        using var document = JsonDocument.Parse(models, ChatJson.Reading);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (var item in document.RootElement.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && ModelName(item.GetString()) is { } name)
            {
                return name;
            }
        }

        return null;
    }

    public static string? ModelName(string? name) =>
        name is { Length: > 0 and <= TextLimits.ModelName } && !name.Contains('\0', StringComparison.Ordinal)
            ? name
            : null;

    public static string? Prompt(ReadOnlyMemory<byte> parameters)
    {
        using var document = JsonDocument.Parse(parameters, ChatJson.Reading);
        return
            JsonMembers.Text(document.RootElement, "system") is { Length: > 0 and <= TextLimits.MessageText } prompt
            && !prompt.Contains('\0', StringComparison.Ordinal)
            ? prompt
            : null;
    }

    private static ReadOnlyMemory<byte> ListOf(string model) => ChatJson.Array([ChatJson.Text(model)]);

    /// <summary>A list that a document gave counts as long as it begins with the conversation's model.</summary>
    private ReadOnlyMemory<byte>? Models() =>
        beside["models"] is { } given && FirstModel(given) == conversation.Model ? given
        : conversation.Model is { } model ? ListOf(model)
        : IsOfDocument ? (ReadOnlyMemory<byte>?)null
        : ChatJson.Array([]);

    private ReadOnlyMemory<byte>? Params()
    {
        if (conversation.SystemPrompt is not { } prompt)
        {
            return beside["params"];
        }

        var all = beside["params"] is { } given ? ChatMembers.Of(given) : new ChatMembers();
        all.SetText("system", prompt);
        return all.ToJson();
    }
}

/// <summary>Times as documents have them.</summary>
internal static class Epoch
{
    public static long? Micros(string? iso) =>
        iso is not null && Kernel.Http.ApiTime.TryParse(iso, out var micros) ? micros : null;

    public static long? Seconds(string? iso) => Micros(iso) / 1_000_000;
}
