using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;

namespace Parley.Conversations.ChatDocuments;

/// <summary>A new chat from a document.</summary>
internal sealed record CreateChat : IRequestBody<CreateChat>
{
    /// <summary>The document; fields that are not known are kept.</summary>
    public RawJson? Chat { get; init; }

    /// <summary>Id of the folder.</summary>
    public string? FolderId { get; init; }

    [JsonIgnore]
    public GivenChat Given { get; private set; } = new();

    public static JsonTypeInfo<CreateChat> Json => ConversationsJson.Default.CreateChat;

    public void Check(FieldChecks check) => Given = ChatChecks.Read(Chat, check);
}

/// <summary>A document as a client holds it. Messages it does not hold stay; deleted are only those that are named.</summary>
internal sealed record WriteChat : IRequestBody<WriteChat>
{
    private const int MostDeleted = 200;

    /// <summary>The document, whole or only what is new or changed in it.</summary>
    public RawJson? Chat { get; init; }

    /// <summary>Id of the folder; empty takes it out of its folder.</summary>
    public string? FolderId { get; init; }

    /// <summary>Ids of messages to delete; what answers them moves up.</summary>
    public IReadOnlyList<string>? Deleted { get; init; }

    [JsonIgnore]
    public GivenChat Given { get; private set; } = new();

    public static JsonTypeInfo<WriteChat> Json => ConversationsJson.Default.WriteChat;

    public void Check(FieldChecks check)
    {
        Given = ChatChecks.Read(Chat, check);
        if (Deleted is { Count: > MostDeleted })
        {
            check.Add("deleted", $"must not name more than {MostDeleted} messages");
        }

        for (var i = 0; i < Deleted?.Count; i++)
        {
            if (Deleted[i] is not { } id || Given.Nodes.Exists(n => n.Id == id))
            {
                check.Add($"deleted[{i}]", "must be the id of a message that chat does not hold");
            }
        }
    }
}

/// <summary>A message to add, as documents hold them; without parentId it answers the message the chat stands at.</summary>
internal sealed record AddChatMessage : IRequestBody<AddChatMessage>
{
    public RawJson? Message { get; init; }

    [JsonIgnore]
    public GivenNode? Given { get; private set; }

    public static JsonTypeInfo<AddChatMessage> Json => ConversationsJson.Default.AddChatMessage;

    public void Check(FieldChecks check) => Given = ChatChecks.Node(Message, check);
}

/// <summary>Members of a message to change; null takes one away.</summary>
internal sealed record ChangeChatMessage : IRequestBody<ChangeChatMessage>
{
    public RawJson? Message { get; init; }

    public static JsonTypeInfo<ChangeChatMessage> Json => ConversationsJson.Default.ChangeChatMessage;

    public void Check(FieldChecks check) => ChatChecks.Object(Message, check);
}

/// <summary>Chats to put into the bin.</summary>
internal sealed record DeleteChats : IRequestBody<DeleteChats>
{
    private const int Most = 200;

    public IReadOnlyList<string>? Ids { get; init; }

    public static JsonTypeInfo<DeleteChats> Json => ConversationsJson.Default.DeleteChats;

    public void Check(FieldChecks check)
    {
        if (Ids is null || Ids.Count is 0 or > Most || Ids.Any(id => id is null))
        {
            check.Add("ids", $"must be 1 to {Most} ids");
        }
    }
}

internal static class ChatChecks
{
    public static GivenChat Read(RawJson? chat, FieldChecks check)
    {
        if (chat is { } given)
        {
            return GivenChat.Read(given, check);
        }

        check.Add("chat", "is required");
        return new GivenChat();
    }

    public static GivenNode? Node(RawJson? message, FieldChecks check)
    {
        if (!Object(message, check))
        {
            return null;
        }

        using var document = JsonDocument.Parse(message!.Value.Utf8, ChatJson.Reading);
        var root = document.RootElement;
        return GivenNode.Read(Kernel.JsonMembers.Text(root, "id"), root, "message", check);
    }

    public static bool Object(RawJson? message, FieldChecks check)
    {
        if (message is not { } given)
        {
            check.Add("message", "is required");
        }
        else if (given.Utf8.Span[0] != (byte)'{' || !ChatJson.IsWellFormed(given.Utf8.Span))
        {
            check.Add("message", "must be an object of well-formed text");
        }
        else
        {
            return true;
        }

        return false;
    }
}
