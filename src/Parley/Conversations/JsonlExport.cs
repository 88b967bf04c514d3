using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>One line the conversation, then one line a message, parents before children.</summary>
internal static class JsonlExport
{
    public static void Write(DbSession session, ConversationView conversation, ExportScope scope, Stream to)
    {
        Line(to, new JsonLine("conversation") { Conversation = conversation });
        foreach (var message in MessageReads.Walk(session, conversation.Key, MessageOrderOf.Tree))
        {
            Line(to, new JsonLine("message") { ConversationId = conversation.Id, Message = message });
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
}
