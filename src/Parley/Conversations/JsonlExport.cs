using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>One line the conversation, then one line a message, parents before children.</summary>
internal static class JsonlExport
{
    public static void Write(DbSession session, ConversationView conversation, ExportScope scope, Stream to)
    {
        var origin = new ExportOrigin(session, conversation);
        Line(
            to,
            new JsonLine("conversation")
            {
                Conversation = conversation with
                {
                    Id = origin.Id,
                    SourceId = origin.SourceId,
                    ActiveLeaf = origin.ActiveLeaf,
                },
                Account = origin.Account,
                SourceExtras = origin.Extras,
            }
        );
        foreach (var message in MessageReads.Walk(session, conversation.Key, MessageOrderOf.Tree))
        {
            var (id, parent, key, extras) = origin.Of(message);
            Line(
                to,
                new JsonLine("message")
                {
                    ConversationId = origin.Id,
                    Message = message with { Id = id, ParentId = parent },
                    SourceKey = key,
                    SourceExtras = extras,
                }
            );
        }
    }

    private static void Line(Stream to, JsonLine line)
    {
        using (var json = new Utf8JsonWriter(to, JsonOut.Options))
        {
            JsonSerializer.Serialize(json, line, ExportJson.Default.JsonLine);
        }

        to.Write("\n"u8);
    }
}

/// <param name="Type">conversation or message.</param>
internal sealed record JsonLine(string Type)
{
    public string? ConversationId { get; init; }
    public ConversationView? Conversation { get; init; }
    public MessageView? Message { get; init; }

    /// <summary>Of the conversation: the provider's account.</summary>
    public string? Account { get; init; }

    /// <summary>Of the message: how it is known to its source (Conversations/MessageKey.cs), in hexadecimal.</summary>
    public string? SourceKey { get; init; }

    /// <summary>The source's own fields, as they stood.</summary>
    public RawJson? SourceExtras { get; init; }
}
