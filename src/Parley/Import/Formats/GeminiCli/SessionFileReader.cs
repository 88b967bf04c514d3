using Parley.Conversations;

namespace Parley.Import.Formats.GeminiCli;

/// <summary>One session file: one object, or lines (a head, messages, <c>$set</c> for what changed, <c>$rewindTo</c>).</summary>
internal sealed class SessionFileReader(RecordContext record)
{
    private static readonly FieldMap Fields = new(
        "Gemini CLI session",
        mapped: "sessionId startTime lastUpdated summary messages",
        kept: "projectHash directories kind activeExtensionName memoryScratchpad"
    );

    /// <summary>Null where nothing could be read; the report then says so.</summary>
    public ConversationDraft? Read(SourceEntry entry, string provider, bool lines)
    {
        record.At(entry.Name);
        var draft = record.Fill(new ConversationDraft { Provider = provider }, d => Fill(d, entry, lines));
        if (draft is not { Messages.Count: 0, ProviderId: null })
        {
            return draft;
        }

        draft.Dispose();
        return null;
    }

    private void Fill(ConversationDraft draft, SourceEntry entry, bool lines)
    {
        var messages = new SessionMessages(record, draft);
        var subagent = false;
        using var records = lines ? RecordReader.Lines(entry, record) : RecordReader.Values(entry, record);
        while (records.MoveNext())
        {
            record.Id = draft.ProviderId;
            var json = records.Current;
            if (json["$rewindTo"].String() is { } rewind)
            {
                messages.Rewind(rewind);
            }
            else if (json["id"].Exists)
            {
                messages.Add(json);
            }
            else if (json.IsObject)
            {
                var head = json["$set"].IsObject ? json["$set"] : json;
                subagent |= head["kind"].Is("subagent"u8);
                Head(draft, head, messages);
            }
            else
            {
                record.Fail("bad-record", "the record is no part of a session");
            }
        }

        draft.ProviderId ??= draft.Messages.Count > 0 ? Path.GetFileNameWithoutExtension(entry.FileName) : null;
        draft.ActiveLeaf = messages.Leaf;
        draft.ParentConversationId = subagent ? ParentOf(entry.Name) : null;
        DraftDefaults.TimesFromMessages(draft);
        DraftDefaults.TitleFromPrompt(draft);
    }

    private void Head(ConversationDraft draft, Json head, SessionMessages messages)
    {
        draft.ProviderId = head["sessionId"].Scalar() ?? draft.ProviderId;
        record.Id = draft.ProviderId;
        draft.CreatedAt = record.Time(head["startTime"]) ?? draft.CreatedAt;
        draft.UpdatedAt = record.Time(head["lastUpdated"]) ?? draft.UpdatedAt;
        draft.Title = head["summary"].String() is { Length: > 0 } summary ? summary : draft.Title;
        if (head["messages"].Count > 0)
        {
            messages.Replace(head["messages"]);
        }

        var extras = record.Rest(head, Fields, draft.Arena);
        draft.Extras = extras.Length >= draft.Extras.Length ? extras : draft.Extras;
    }

    /// <summary>Subagents lie in a folder called by the session that began them.</summary>
    private static string? ParentOf(string name)
    {
        var segments = name.Split('/');
        return segments.Length > 1 && segments[^2] != "chats" ? segments[^2] : null;
    }
}
