using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>A message while its content becomes parts.</summary>
internal readonly struct ChatGptScope(
    ConversationDraft conversation,
    MessageDraft message,
    Json source,
    Json metadata,
    string? tool,
    string? recipient
)
{
    public ConversationDraft Conversation { get; } = conversation;
    public MessageDraft Message { get; } = message;
    public Json Source { get; } = source;
    public Json Metadata { get; } = metadata;
    public Utf8Arena Arena => Conversation.Arena;

    /// <summary>The tool that speaks, of a tool's message.</summary>
    public string? Tool { get; } = tool;

    /// <summary>The tool that is called; null where the message is for a person.</summary>
    public string? Recipient { get; } = recipient;
}

/// <summary>One message of the mapping to a draft: role, times, state, extras; its content goes to <see cref="ChatGptContent"/>.</summary>
internal sealed class ChatGptMessage(IImportReport report, ChatGptCompanions companions, ChatGptAssets assets)
{
    private readonly ExtrasWriter extras = new(report);
    private readonly ExtrasWriter metadataExtras = new(report);
    private readonly ChatGptContent content = new(report, assets);
    private readonly NameCache names = new();
    private readonly List<(string Id, ReadOnlyMemory<byte> Raw)> roleless = [];

    /// <summary>Null where the node has no message, or one without a role: that is kept with <see cref="AddRoleless"/>.</summary>
    public MessageDraft? Draft(string id, Json node, Json source, ConversationDraft conversation)
    {
        if (RoleOf(source) is not { } role)
        {
            if (source.Exists)
            {
                report.Warn(
                    "no-role",
                    "a message without a role, kept with the conversation's extras",
                    conversation.Entry,
                    conversation.Index,
                    id
                );
                roleless.Add((id, source.Raw(conversation.Arena)));
            }

            return null;
        }

        var message = new MessageDraft { ProviderId = id, Role = role };
        var metadata = source["metadata"u8];
        var author = source["author"u8];
        var tool = role == Role.Tool ? names.Get(author["name"u8]) : null;
        var scope = new ChatGptScope(
            conversation,
            message,
            source,
            metadata,
            tool,
            role == Role.Assistant ? Recipient(source["recipient"u8]) : null
        );
        KeepRawRole(source, message, conversation);
        message.CreatedAt = source["create_time"u8].Time();
        message.Model = role is Role.Assistant or Role.Tool ? names.Get(metadata["model_slug"u8]) : null;
        SetState(source, metadata, message);
        var isContext = content.Read(scope);
        message.Hidden =
            isContext
            || metadata["is_visually_hidden_from_conversation"u8].Bool()
            || (source["weight"u8].Double() == 0 && IsEmpty(message));
        message.Extras = Extras(id, node, source, scope);
        return message;
    }

    /// <summary>Messages without a role are not counted and have no place in a conversation, but nothing is lost.</summary>
    public void AddRoleless(ExtrasWriter to, ConversationDraft conversation)
    {
        if (roleless.Count == 0)
        {
            return;
        }

        metadataExtras.Begin();
        foreach (var (id, raw) in roleless)
        {
            metadataExtras.Add(JsonEncodedText.Encode(id).EncodedUtf8Bytes, raw.Span);
        }

        to.Add("messages_without_role"u8, metadataExtras.Finish(conversation.Arena).Span);
        roleless.Clear();
    }

    /// <summary>What an earlier conversation that failed half-way left behind.</summary>
    public void Begin() => roleless.Clear();

    private static Json RoleValue(Json source) =>
        source["author"u8] is { Exists: true } author
            ? (author.IsString ? author : author["role"u8])
            : source["role"u8];

    private static Role? RoleOf(Json source)
    {
        var role = RoleValue(source);
        return role.Is("user"u8) ? Role.User
            : role.Is("assistant"u8) ? Role.Assistant
            : role.Is("tool"u8) || role.Is("function"u8) ? Role.Tool
            : role.Is("system"u8) || role.Is("developer"u8) ? Role.System
            : role.Scalar() is { Length: > 0 } ? Role.Assistant
            : null;
    }

    private void KeepRawRole(Json source, MessageDraft message, ConversationDraft conversation)
    {
        var role = RoleValue(source);
        if (role.Is("user"u8) || role.Is("assistant"u8) || role.Is("tool"u8) || role.Is("system"u8))
        {
            return;
        }

        message.RawRole = role.Scalar();
        if (message.Role == Role.Assistant && message.RawRole != "critic")
        {
            report.Warn(
                "unknown-role",
                $"unknown role \"{message.RawRole}\", kept as assistant",
                conversation.Entry,
                conversation.Index,
                message.ProviderId
            );
        }
    }

    /// <summary>The tool that an assistant's message is for; null where it is for a person or for itself.</summary>
    private string? Recipient(Json recipient) =>
        recipient.Is("all"u8) || recipient.Is("user"u8) || recipient.Is("assistant"u8) || recipient.Is(""u8)
            ? null
            : names.Get(recipient);

    private void SetState(Json source, Json metadata, MessageDraft message)
    {
        var status = source["status"u8];
        message.Finish = names.Get(metadata["finish_details"u8]["type"u8]);
        message.Status =
            message.Finish == "interrupted" ? MessageStatus.Stopped
            : status.Is("in_progress"u8) || status.Is("finished_partial_completion"u8) ? MessageStatus.Interrupted
            : status.Is("error"u8) ? MessageStatus.Failed
            : MessageStatus.Complete;
        if (message.Status != MessageStatus.Complete)
        {
            message.Finish ??= names.Get(status);
        }
    }

    private static bool IsEmpty(MessageDraft message) =>
        message.Parts.TrueForAll(p => p.Text.IsEmpty && p.Attachment is null);

    private static bool HasMembers(Json value) => value.IsObject && !value.RawBytes().SequenceEqual("{}"u8);

    private ReadOnlyMemory<byte> Extras(string id, Json node, Json source, in ChatGptScope scope)
    {
        var (entry, index) = (scope.Conversation.Entry, scope.Conversation.Index);
        var metadata = metadataExtras.Rest(scope.Metadata, ChatGptFields.Metadata, scope.Arena, entry, index, id);
        extras
            .Begin()
            .Take(source, ChatGptFields.Message, entry, index, id)
            .Take(node, ChatGptFields.Node, entry, index, id);
        if (source["id"u8] is { Exists: true } own && own.Scalar() != id)
        {
            extras.Add("id"u8, own);
        }

        var author = source["author"u8];
        if (
            HasMembers(author["metadata"u8])
            || (author["name"u8].Exists && !scope.Message.Parts.Exists(p => p.Kind == PartKind.ToolResult))
        )
        {
            extras.Add("author"u8, author);
        }

        if (source["weight"u8] is { Exists: true } weight && weight.Double() != 1)
        {
            extras.Add("weight"u8, weight);
        }

        if (
            scope.Message.Role != Role.Assistant
            && source["recipient"u8] is { Exists: true } recipient
            && !recipient.Is("all"u8)
        )
        {
            extras.Add("recipient"u8, recipient);
        }

        if (companions.Feedback(id) is { } feedback)
        {
            extras.Add("feedback"u8, feedback);
        }

        return extras.Add("metadata"u8, metadata.Span).Finish(scope.Arena);
    }
}
