using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Version 1.0 of the JSON export: everything there is of a conversation, tree and raw fields included.</summary>
internal static class JsonExport
{
    private const int FlushAt = 64 * 1024;

    private const string RowSql = "SELECT source_key, extras FROM messages WHERE id = ?1";

    public static void Write(DbSession session, ConversationView conversation, ExportScope scope, Stream to)
    {
        using var json = new Utf8JsonWriter(to, JsonOut.Options with { Indented = false });
        json.WriteStartObject();
        WriteHead(json, session, conversation);
        json.WriteStartArray("messages"u8);
        using var row = session.Query(RowSql);
        foreach (var message in MessageReads.Walk(session, conversation.Key, MessageOrderOf.Tree))
        {
            row.Reset();
            row.Bind(1, message.Key).Step();
            JsonSerializer.Serialize(json, Exported(message, row), ExportJson.Default.ExportedMessage);
            if (json.BytesPending > FlushAt)
            {
                json.Flush();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, DbSession session, ConversationView conversation)
    {
        using var row = session.Query("SELECT account, extras FROM conversations WHERE id = ?1");
        row.Bind(1, conversation.Key).Step();
        json.WriteString("version"u8, ExportedConversation.CurrentVersion);
        json.WriteString("generator"u8, "Parley");
        Text(json, "id", conversation.Id);
        Text(json, "title", conversation.Title);
        Text(json, "provider", conversation.Provider);
        Text(json, "account", ConversationEdits.NullIfEmpty(row.Text(0)));
        Text(json, "source_id", conversation.SourceId);
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
        Text(json, "active_leaf", conversation.ActiveLeaf);
        Raw(json, "extra_data", conversation.ExtraData);
        Raw(json, "source_extras", RawJson.Of(row.Utf8(1)));
    }

    private static ExportedMessage Exported(MessageView message, DbStatement row) =>
        new()
        {
            Id = message.Id,
            ParentId = message.ParentId,
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
            Reactions = message.Reactions.Count > 0 ? message.Reactions : null,
            ExtraData = message.ExtraData,
            SourceExtras = row.IsNull(1) ? null : RawJson.Of(MessageExtras.Source(row.Utf8(1))),
            SourceKey = row.IsNull(0) ? null : Convert.ToHexStringLower(row.Blob(0)),
        };

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
