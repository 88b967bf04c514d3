using Parley.Conversations;

namespace Parley.Import.Formats.Zed;

/// <summary>The messages of one document, in order: Zed knows no branches, an edit truncates.</summary>
internal sealed class ZedMessages(RecordContext record, ConversationDraft draft)
{
    private static readonly FieldMap UserFields = new("Zed user message", mapped: "id content");
    private static readonly FieldMap AgentFields = new(
        "Zed agent message",
        mapped: "content tool_results",
        kept: "reasoning_details"
    );
    private static readonly FieldMap OldFields = new(
        "old Zed message",
        mapped: "id role segments text tool_uses tool_results context is_hidden",
        kept: "creases"
    );

    private readonly ZedParts parts = new(record);
    private readonly HashSet<string> ids = [];
    private readonly List<PartDraft> waiting = [];

    /// <summary>Id of the last user message, or a stand-in by its place; agent messages are counted from it.</summary>
    private string after = "";
    private int answers;

    public void Read(Json messages)
    {
        foreach (var message in messages.Items())
        {
            if (message["role"].IsString)
            {
                AddOld(message);
            }
            else
            {
                AddNew(message);
            }
        }

        if (waiting.Count > 0)
        {
            // Nothing but marks in the whole thread: they must stand somewhere.
            Add(new MessageDraft { Role = Role.System, Hidden = true });
        }
    }

    private void AddNew(Json message)
    {
        if (message.Is("Resume"u8))
        {
            return;
        }

        if (message["User"] is { IsObject: true } user)
        {
            AddUser(user);
        }
        else if (message["Agent"] is { IsObject: true } agent)
        {
            AddAgent(agent);
        }
        else
        {
            AddMark(message);
        }
    }

    private void AddUser(Json user)
    {
        var message = Start(Role.User, user["id"].Scalar());
        foreach (var content in Contents(user["content"]))
        {
            parts.AddContent(message, content, new ZedResults(), draft.Arena);
        }

        message.Extras = record.Rest(user, UserFields, draft.Arena);
    }

    private void AddAgent(Json agent)
    {
        var message = Start(Role.Assistant, null);
        var results = new ZedResults().Add(agent["tool_results"]);
        foreach (var content in Contents(agent["content"]))
        {
            parts.AddContent(message, content, results, draft.Arena);
        }

        parts.AddLeftOver(message, results, draft.Arena);
        message.Extras = record.Rest(agent, AgentFields, draft.Arena);
    }

    private static IEnumerable<Json> Contents(Json content) => content.IsString ? [content] : content.Items();

    /// <summary>
    /// Something between the messages: the summary that stands for what came before it (Compaction), or what no
    /// version known to us writes. It counts as no message (imports.md section 10), so it becomes a part of the one
    /// before it, which its text does not mix with.
    /// </summary>
    private void AddMark(Json mark)
    {
        if (!mark.Exists)
        {
            return;
        }

        var tag = mark.String() ?? mark.Members().Select(m => m.Name).FirstOrDefault();
        var part =
            tag == "Compaction"
                ? new PartDraft(PartKind.Unknown) { Name = tag, Text = mark["Compaction"].Readable(draft.Arena) }
                : record.Unknown(tag, mark, draft.Arena);
        if (draft.Messages.Count > 0)
        {
            draft.Messages[^1].Add(part);
        }
        else
        {
            waiting.Add(part);
        }
    }

    private void AddOld(Json old)
    {
        var results = new ZedResults().Add(old["tool_results"]);
        var raw = old["role"].String();
        if (raw == "user" && results.Count > 0 && draft.Messages is [.., { Role: Role.Assistant } asked])
        {
            // Results came back in a user message whose text is filler.
            Fold(asked, results);
            ZedParts.AddContext(asked, old["context"], draft.Arena);
            return;
        }

        var role = Roles.Find(raw);
        if (role is null)
        {
            record.Warn("unknown-role", $"unknown role \"{RecordContext.Short(raw)}\", kept as an answer");
        }

        var message = Start(role ?? Role.Assistant, old["id"].Scalar());
        message.RawRole = role is null ? raw : null;
        message.Hidden = old["is_hidden"].Bool();
        foreach (var segment in old["segments"].Items())
        {
            parts.AddSegment(message, segment, draft.Arena);
        }

        if (old["text"].Utf8(draft.Arena) is { IsEmpty: false } text)
        {
            message.AddText(text);
        }

        foreach (var use in old["tool_uses"].Items())
        {
            parts.AddToolUse(message, use, results, draft.Arena);
        }

        parts.AddLeftOver(message, results, draft.Arena);
        ZedParts.AddContext(message, old["context"], draft.Arena);
        message.Extras = record.Rest(old, OldFields, draft.Arena);
    }

    /// <summary>Puts each result behind its call in the message that asked; what finds no call comes last.</summary>
    private void Fold(MessageDraft asked, ZedResults results)
    {
        PartDraft[] calls = [.. asked.Parts];
        asked.Parts.Clear();
        foreach (var part in calls)
        {
            asked.Parts.Add(part);
            if (part is { Kind: PartKind.ToolCall, CallId: { } id } && results.Take(id, out var result))
            {
                parts.AddResult(asked, result, id, part.Name, draft.Arena);
            }
        }

        parts.AddLeftOver(asked, results, draft.Arena);
    }

    /// <summary>
    /// A message with its key. Agent messages carry no id: theirs is the id of the user message before them and their
    /// ordinal behind it, which a later export of the grown thread repeats.
    /// </summary>
    private MessageDraft Start(Role role, string? id)
    {
        if (role == Role.User)
        {
            after = id ?? $"#{draft.Messages.Count}";
            answers = 0;
        }
        else
        {
            id ??= $"{after}+{++answers}";
        }

        if (id is not null && !ids.Add(id))
        {
            record.Warn(
                "repeated-id",
                "one message id stands more than once in a thread: the later message is kept under a key of its own"
            );
            id = null;
        }

        return Add(new MessageDraft { Role = role, ProviderId = id });
    }

    private MessageDraft Add(MessageDraft message)
    {
        message.Parts.AddRange(waiting);
        waiting.Clear();
        draft.Messages.Add(message);
        return message;
    }
}
