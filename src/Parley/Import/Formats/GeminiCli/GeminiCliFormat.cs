using Parley.Conversations;

namespace Parley.Import.Formats.GeminiCli;

/// <summary>
/// Sessions of Gemini CLI (imports.md 5.5): <c>chats/session-*.json</c>, newer <c>.jsonl</c>; saved checkpoints; and
/// <c>logs.json</c>, prompts alone, read where the session itself is not there.
/// </summary>
internal sealed class GeminiCliFormat : IImportFormat
{
    private enum Kind
    {
        None,
        Session,
        Lines,
        Checkpoint,
        Logs,
    }

    public string Name => "gemini-cli";

    public string Provider => "gemini-cli";

    public Claim Recognise(EntryHead head) => KindOf(head) == Kind.None ? Claim.None : Claim.Conversations;

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var sessions = new HashSet<string>(StringComparer.Ordinal);
        var logs = new List<SourceEntry>();
        foreach (var entry in claimed)
        {
            var kind = KindOf(EntryHead.Read(entry));
            if (kind == Kind.Logs)
            {
                logs.Add(entry);
                continue;
            }

            var draft =
                kind == Kind.Checkpoint
                    ? new CheckpointReader(record).Read(entry, Provider)
                    : new SessionFileReader(record).Read(entry, Provider, kind == Kind.Lines);
            if (draft is not null)
            {
                sessions.Add(draft.ProviderId!);
                yield return draft;
            }
        }

        foreach (var entry in logs)
        {
            foreach (var draft in new PromptLogReader(record).Read(entry, Provider, sessions))
            {
                yield return draft;
            }
        }
    }

    private static Kind KindOf(EntryHead head)
    {
        var json = head.Json;
        if (json.IsArray)
        {
            return json.Has("[].sessionId") && json.Has("[].messageId") && json.Has("[].message") ? Kind.Logs
                : json.Has("[].role") && json.Has("[].parts") ? Kind.Checkpoint
                : Kind.None;
        }

        if (!json.IsObject)
        {
            return Kind.None;
        }

        if (json.Has("projectHash") && json.Has("sessionId"))
        {
            return json.Has("messages") ? Kind.Session : Kind.Lines;
        }

        // A long list of messages may stand before the rest.
        return json.Has("messages[].type")
            && json.Has("messages[].timestamp")
            && json.Has("messages[].content")
            && head.FileName.StartsWith("session-", StringComparison.Ordinal)
                ? Kind.Session
            : json.Has("history[].role") && json.Has("history[].parts") ? Kind.Checkpoint
            : Kind.None;
    }
}
