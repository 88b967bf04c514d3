using Parley.Conversations;

namespace Parley.Import.Formats.Llm;

/// <summary>
/// The <c>logs.db</c> of the command line tool <c>llm</c> (imports.md section 8). Three generations of tables, each
/// known by itself and all possible in one file: <c>logs</c> (to 0.4), <c>responses</c> (to 0.31) and the message
/// store (<c>threads</c>, <c>turns</c>, <c>messages</c>, <c>parts</c>; since 0.32).
/// </summary>
internal sealed class LlmFormat : SqliteFormat
{
    public override string Name => "llm-logs";

    public override string Provider => "llm";

    protected override bool IsOurs(SqliteProbe schema) => HasStore(schema) || HasResponses(schema) || HasLogs(schema);

    protected override IEnumerable<ConversationDraft> Read(SqliteSource source, SourceEntry entry, RecordContext record)
    {
        var store = HasStore(source.Schema) ? new LlmStore(source, record) : null;
        if (store is not null)
        {
            foreach (var draft in store.Read(entry))
            {
                yield return draft;
            }
        }

        if (HasResponses(source.Schema))
        {
            foreach (var draft in new LlmResponses(source, record, store).Read(entry))
            {
                yield return draft;
            }
        }

        if (HasLogs(source.Schema))
        {
            foreach (var draft in new LlmResponses(source, record, null).ReadLogs(entry))
            {
                yield return draft;
            }
        }
    }

    private static bool HasStore(SqliteProbe schema) =>
        schema.Has("messages", "hash", "role")
        && schema.Has("parts", "message_hash", "type")
        && schema.Has("threads", "id");

    private static bool HasResponses(SqliteProbe schema) =>
        schema.Has("responses", "prompt", "response", "conversation_id") && schema.HasTable("conversations");

    private static bool HasLogs(SqliteProbe schema) =>
        schema.Has("logs", "id", "prompt", "response", "chat_id", "model");
}
