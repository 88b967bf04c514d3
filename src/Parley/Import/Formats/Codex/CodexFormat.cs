using Parley.Conversations;

namespace Parley.Import.Formats.Codex;

/// <summary>
/// Sessions of the Codex CLI (<c>rollout-*.jsonl</c>, imports.md section 8), its index of names, and its history of
/// prompts. The oldest files are bare items without an envelope.
/// </summary>
internal sealed class CodexFormat : IImportFormat
{
    private static readonly HashSet<string> Types =
    [
        "session_meta",
        "response_item",
        "event_msg",
        "turn_context",
        "compacted",
    ];

    private static readonly HashSet<string> BareTypes =
    [
        "function_call",
        "function_call_output",
        "reasoning",
        "local_shell_call",
        "custom_tool_call",
    ];

    public string Name => "codex";

    public string Provider => "codex";

    public Claim Recognise(EntryHead head)
    {
        if (!head.IsJson)
        {
            return Claim.None;
        }

        var lines = RecordHead.Read(head.Text);
        if (lines.Any(l => IsEnvelope(l) || IsHistory(l)) || IsBare(lines))
        {
            return Claim.Conversations;
        }

        return lines.Any(IsName) ? Claim.Companion : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var names = new Dictionary<string, string>();
        var sessions = new List<SourceEntry>();
        var histories = new List<SourceEntry>();
        foreach (var entry in claimed)
        {
            var lines = RecordHead.Read(EntryHead.Read(entry).Text);
            if (lines.Any(IsEnvelope) || IsBare(lines))
            {
                sessions.Add(entry);
            }
            else if (lines.Any(IsHistory))
            {
                histories.Add(entry);
            }
            else
            {
                ReadNames(entry, names, record);
            }
        }

        var seen = new HashSet<string>();
        foreach (var entry in sessions)
        {
            record.At(entry.Name);
            if (
                record.Fill(
                    new ConversationDraft { Provider = Provider },
                    d => new CodexSession(record, d).Read(entry, names)
                ) is
                { } draft
            )
            {
                seen.Add(draft.ProviderId!);
                yield return draft;
            }
        }

        var prompts = new PromptHistory(record, Provider, "text", "ts", "project", "session_id");
        foreach (var entry in histories)
        {
            prompts.Read(entry, seen.Contains);
        }
    }

    private static bool IsEnvelope(RecordHead line) =>
        line["type"] is { } type && Types.Contains(type) && line.Has("payload");

    private static bool IsHistory(RecordHead line) => line.Has("session_id") && line.Has("ts") && line.Has("text");

    private static bool IsName(RecordHead line) => line.Has("thread_name") && line.Has("id");

    /// <summary>First <c>{id,timestamp,instructions}</c>, then items of the Responses API.</summary>
    private static bool IsBare(IReadOnlyList<RecordHead> lines)
    {
        if (lines.Count == 0 || !lines[0].Has("id") || !lines[0].Has("timestamp") || lines[0].Has("type"))
        {
            return false;
        }

        return lines.Any(l => l["record_type"] == "state")
            || lines.Any(l =>
                (l["type"] == "message" && l.Has("role") && l.Has("content"))
                || (l["type"] is { } type && BareTypes.Contains(type))
            );
    }

    private static void ReadNames(SourceEntry entry, Dictionary<string, string> names, RecordContext record)
    {
        using var records = RecordReader.Lines(entry, record);
        while (records.MoveNext())
        {
            if (
                records.Current["id"].Scalar() is { } id
                && records.Current["thread_name"].String() is { Length: > 0 } name
            )
            {
                names[id] = name;
            }
        }
    }
}
