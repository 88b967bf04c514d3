using Parley.Conversations;

namespace Parley.Import.Formats.Codex;

/// <summary>
/// One file of a session. Messages are the items with a role; reasoning and tools between them become parts of the
/// answer they lead up to. The file only grows and its messages have no ids, so a message is known by its line.
/// </summary>
internal sealed class CodexSession(RecordContext record, ConversationDraft draft)
{
    private static readonly FieldMap Meta = new(
        "session_meta",
        mapped: "id timestamp cwd forked_from_id",
        kept: "originator cli_version source git instructions base_instructions model_provider agent_nickname agent_role agent_path memory_mode session_id parent_thread_id thread_source context_window",
        dropped: "type record_type dynamic_tools history_mode"
    );

    private readonly CodexItems items = new(record);
    private readonly List<PartDraft> pending = [];
    private readonly List<MessageDraft> shown = [];
    private bool hasMessages;
    private string? model;
    private string? title;

    public void Read(SourceEntry entry, IReadOnlyDictionary<string, string> names)
    {
        draft.Linear = true;
        using (var lines = RecordReader.Lines(entry, record))
        {
            while (lines.MoveNext())
            {
                record.Id = draft.ProviderId;
                try
                {
                    ReadLine(lines.Current);
                }
                catch (Exception e) when (RecordContext.IsBadRecord(e))
                {
                    record.Fail("bad-record", e.Message);
                }
            }
        }

        record.At(entry.Name);
        draft.Entry = entry.Name;
        SettlePending();
        if (!hasMessages)
        {
            draft.Messages.InsertRange(0, shown);
        }

        draft.ProviderId ??= IdOf(entry);
        draft.Title = title ?? names.GetValueOrDefault(draft.ProviderId);
        draft.Model = model;
        DraftDefaults.TitleFromPrompt(draft);
        DraftDefaults.TimesFromMessages(draft);
    }

    /// <summary>The uuid at the end of <c>rollout-2026-01-02T03-04-05-uuid</c>, else the file's name.</summary>
    private static string IdOf(SourceEntry entry)
    {
        var stem = Path.GetFileNameWithoutExtension(entry.FileName);
        return stem.Length > 36 && Guid.TryParseExact(stem[^36..], "D", out _) ? stem[^36..] : stem;
    }

    private void ReadLine(Json line)
    {
        var time = record.Time(line["timestamp"]);
        var payload = line["payload"];
        switch (line["type"].String())
        {
            case "session_meta":
                AddMeta(payload["meta"].IsObject ? payload["meta"] : payload, time);
                break;
            case "response_item":
                AddItem(payload, time);
                break;
            case "event_msg":
                AddEvent(payload, time);
                break;
            case "turn_context":
                model = payload["model"].String() ?? model;
                SetProject(payload["cwd"]);
                break;
            case "compacted":
                SettlePending();
                Add(new MessageDraft { Role = Role.System, Hidden = true }, time, payload["message"]);
                break;
            case not null when !payload.Exists:
                AddItem(line, time);
                break;
            case null when line["id"].Exists && !line["record_type"].Exists:
                AddMeta(line, time);
                break;
            case null when line["record_type"].Exists:
                break;
            case var type:
                record.Warn("unknown-content-type", $"unknown line of type \"{RecordContext.Short(type)}\", kept raw");
                Add(
                    new MessageDraft { Role = Role.System, Hidden = true }.Add(
                        new PartDraft(PartKind.Unknown) { Name = type, Text = line.Readable(draft.Arena) }
                    ),
                    time,
                    default
                );
                break;
        }
    }

    /// <summary>Forked sessions repeat the meta of the one before: the first is the file's own.</summary>
    private void AddMeta(Json meta, long? time)
    {
        if (draft.ProviderId is not null || meta["id"].Scalar() is not { } id)
        {
            return;
        }

        draft.ProviderId = id;
        draft.CreatedAt = record.Time(meta["timestamp"]) ?? time;
        draft.ParentConversationId = meta["forked_from_id"].Scalar() ?? meta["parent_thread_id"].Scalar();
        SetProject(meta["cwd"]);
        draft.Extras = record.BeginExtras(meta, Meta).Add("cwd"u8, meta["cwd"]).Finish(draft.Arena);
    }

    private void SetProject(Json cwd)
    {
        if (draft.ProjectId is null && cwd.String() is { Length: > 0 } folder)
        {
            draft.ProjectId = folder;
            draft.ProjectName = folder[(folder.TrimEnd('/', '\\').LastIndexOfAny(['/', '\\']) + 1)..]
                .TrimEnd('/', '\\');
        }
    }

    private void AddItem(Json item, long? time)
    {
        if (item["type"].Is("message"u8) || (item["role"].IsString && item["content"].Exists))
        {
            AddMessage(item, time);
        }
        else
        {
            items.Add(pending, item, draft.Arena);
        }
    }

    private void AddMessage(Json item, long? time)
    {
        hasMessages = true;
        var role = item["role"].String();
        var message = new MessageDraft
        {
            Role = role switch
            {
                "user" => Role.User,
                "system" or "developer" => Role.System,
                "tool" => Role.Tool,
                _ => Role.Assistant,
            },
        };
        message.RawRole = Roles.Find(role) is null ? role : null;
        message.Hidden = message.Role == Role.System;
        if (message.Role == Role.Assistant)
        {
            message.Model = model;
            message.Parts.AddRange(pending);
            pending.Clear();
        }
        else
        {
            SettlePending();
        }

        items.AddContent(message, item["content"], draft.Arena);
        message.Hidden |= message.Role == Role.User && CodexItems.IsInjected(message);
        message.Extras = items.Rest(item, draft.Arena);
        Add(message, time, default);
    }

    private void Add(MessageDraft message, long? time, Json text)
    {
        message.ProviderId = "line-" + record.Index;
        message.CreatedAt = time;
        OpenAiContent.AddText(message, PartKind.Text, text, draft.Arena);
        draft.Messages.Add(message);
    }

    /// <summary>Tools without an answer behind them: the turn broke off, or is still going on.</summary>
    private void SettlePending()
    {
        if (pending.Count == 0)
        {
            return;
        }

        if (draft.Messages.Count == 0 || draft.Messages[^1].Role != Role.Assistant)
        {
            draft.Messages.Add(
                new MessageDraft
                {
                    ProviderId = $"after-{draft.Messages.Count}",
                    Role = Role.Assistant,
                    Model = model,
                    Status = MessageStatus.Interrupted,
                }
            );
        }

        draft.Messages[^1].Parts.AddRange(pending);
        pending.Clear();
    }

    /// <summary>
    /// Events repeat what the items say, for display. Names of sessions and broken-off turns stand only here; and a file
    /// that has no items is read by its events.
    /// </summary>
    private void AddEvent(Json payload, long? time)
    {
        var text = payload["message"];
        switch (payload["type"].String())
        {
            case "thread_name_updated":
                title = payload["thread_name"].String() ?? title;
                break;
            case "turn_aborted" when draft.Messages.Count > 0 && draft.Messages[^1].Role == Role.Assistant:
                draft.Messages[^1].Status = MessageStatus.Interrupted;
                break;
            case "user_message" or "agent_message" when !hasMessages && text.IsString:
                var message = new MessageDraft
                {
                    ProviderId = "line-" + record.Index,
                    Role = payload["type"].Is("user_message"u8) ? Role.User : Role.Assistant,
                    CreatedAt = time,
                };
                message.Hidden = message.Role == Role.User && CodexItems.IsInjected(text.Utf8(draft.Arena).Span);
                shown.Add(message.AddText(text.Utf8(draft.Arena)));
                break;
        }
    }
}
