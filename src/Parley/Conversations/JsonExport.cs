using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Version 1.0 of the JSON export: everything there is of a conversation, tree and raw fields included.</summary>
internal static class JsonExport
{
    private const int FlushAt = 64 * 1024;

    public static void Write(DbSession session, ConversationView conversation, ExportScope scope, Stream to)
    {
        using var json = new Utf8JsonWriter(to, JsonOut.Options with { Indented = false });
        json.WriteStartObject();
        var origin = new ExportOrigin(session, conversation);
        WriteHead(json, conversation, origin);
        json.WriteStartArray("messages"u8);
        foreach (var message in MessageReads.Walk(session, conversation.Key, MessageOrderOf.Tree))
        {
            JsonSerializer.Serialize(json, Exported(message, origin), ExportJson.Default.ExportedMessage);
            if (json.BytesPending > FlushAt)
            {
                json.Flush();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, ConversationView conversation, ExportOrigin origin)
    {
        json.WriteString("version"u8, ExportedConversation.CurrentVersion);
        json.WriteString("generator"u8, "Parley");
        Text(json, "id", origin.Id);
        Text(json, "title", conversation.Title);
        Text(json, "provider", conversation.Provider);
        Text(json, "account", origin.Account);
        Text(json, "source_id", origin.SourceId);
        Text(json, "model", conversation.Model);
        Text(json, "space", conversation.Space);
        Text(json, "folder", conversation.Folder?.Name);
        json.WriteStartArray("tags"u8);
        foreach (var tag in conversation.Tags)
        {
            json.WriteStringValue(tag);
        }

        json.WriteEndArray();
        Text(json, "created_at", conversation.CreatedAt);
        Text(json, "updated_at", conversation.UpdatedAt);
        json.WriteBoolean("pinned"u8, conversation.Pinned);
        json.WriteBoolean("starred"u8, conversation.Starred);
        json.WriteBoolean("archived"u8, conversation.Archived);
        Text(json, "system_prompt", conversation.SystemPrompt);
        Text(json, "started_from", conversation.StartedFrom);
        Text(json, "active_leaf", origin.ActiveLeaf);
        Raw(json, "extra_data", conversation.ExtraData);
        Raw(json, "source_extras", origin.Extras);
    }

    private static ExportedMessage Exported(MessageView message, ExportOrigin origin)
    {
        var (id, parent, key, extras) = origin.Of(message);
        return new()
        {
            Id = id,
            ParentId = parent,
            Role = message.Role,
            RawRole = message.RawRole,
            Content = message.Content.ToString(),
            Parts = message.Parts,
            Model = message.Model,
            CreatedAt = message.CreatedAt,
            Hidden = message.Hidden,
            Active = message.Active,
            Status = message.Status,
            Finish = message.Finish,
            Favourite = message.Favourite,
            Pinned = message.Pinned,
            Reactions = message.Reactions.Count > 0 ? message.Reactions : null,
            ExtraData = message.ExtraData,
            SourceExtras = extras,
            SourceKey = key,
        };
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Raw(Utf8JsonWriter json, string name, RawJson? value)
    {
        if (value is { } given)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(given.Utf8.Span, skipInputValidation: true);
        }
    }
}
