using Parley.Conversations;

namespace Parley.Import.Formats.ClaudeCode;

/// <summary>
/// Sessions of Claude Code (imports.md 4.3): one file of JSON lines each, subagents in files of their own, and beside
/// them the history of prompts, results too large for a line, and titles. Also what the tool streams to programs
/// (<c>session_id</c> instead of <c>sessionId</c>).
/// </summary>
internal sealed class ClaudeCodeFormat : IImportFormat
{
    private static readonly HashSet<string> Types =
    [
        "user",
        "assistant",
        "system",
        "summary",
        "attachment",
        "file-history-snapshot",
        "queue-operation",
        "progress",
        "custom-title",
        "ai-title",
        "agent-name",
        "last-prompt",
        "permission-mode",
        "mode",
        "pr-link",
        "result",
    ];

    public string Name => "claude-code";

    public string Provider => "claude-code";

    public Claim Recognise(EntryHead head)
    {
        if (!head.IsJson)
        {
            return Claim.None;
        }

        if (head.Entry.Name.Contains("/tool-results/", StringComparison.Ordinal))
        {
            // Whatever a tool gave out, it is read with the call that gave it.
            return Claim.Ignored;
        }

        if (IsCompanion(head))
        {
            return Claim.Companion;
        }

        foreach (var line in RecordHead.Read(head.Text))
        {
            if (IsHistory(line) || (line["type"] is { } type && Types.Contains(type) && HasMark(line, type)))
            {
                return Claim.Conversations;
            }
        }

        return Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var index = new SessionIndex(record);
        var sessions = new List<SourceEntry>();
        var histories = new List<SourceEntry>();
        foreach (var entry in claimed)
        {
            var head = EntryHead.Read(entry);
            if (IsCompanion(head))
            {
                index.AddCompanion(entry);
            }
            else
            {
                (RecordHead.Read(head.Text).Any(IsHistory) ? histories : sessions).Add(entry);
            }
        }

        index.Scan(sessions);
        var reader = new SessionReader(record, index);
        for (var i = 0; i < sessions.Count; i++)
        {
            foreach (var draft in reader.Read(sessions[i], i))
            {
                yield return draft;
            }
        }

        var prompts = new PromptHistory(record, Provider, "display", "timestamp", "project", "sessionId");
        foreach (var entry in histories)
        {
            prompts.Read(entry, index.HasSession);
        }
    }

    private static bool IsHistory(RecordHead line) =>
        line.Has("display") && line.Has("timestamp") && line.Has("project");

    private static bool HasMark(RecordHead line, string type) =>
        line.Has("sessionId")
        || line.Has("session_id")
        || (line.Has("message") && (line.Has("uuid") || line.Has("timestamp") || type is "user" or "assistant"))
        || line.Has("leafUuid")
        || (line.Has("snapshot") && line.Has("messageId"));

    private static bool IsCompanion(EntryHead head) =>
        SessionIndex.IsSubagentMeta(head.Entry)
        || (head.FileName == "sessions-index.json" && head.Json.Has("entries[].sessionId"));
}
