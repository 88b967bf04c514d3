using Parley.Conversations;

namespace Parley.Import.Formats.GeminiCli;

/// <summary><c>logs.json</c>: what was typed, session by session. Kept apart from the sessions, whose messages have other ids.</summary>
internal sealed class PromptLogReader(RecordContext record)
{
    private static readonly FieldMap Fields = new(
        "Gemini CLI log entry",
        mapped: "sessionId messageId type message timestamp"
    );

    public IEnumerable<ConversationDraft> Read(SourceEntry entry, string provider, IReadOnlySet<string> sessions)
    {
        var drafts = new Dictionary<string, ConversationDraft>(StringComparer.Ordinal);
        var order = new List<ConversationDraft>();
        using (var records = RecordReader.Values(entry, record))
        {
            while (records.MoveNext())
            {
                var json = records.Current;
                if (json["sessionId"].Scalar() is not { Length: > 0 } session)
                {
                    record.Fail("bad-record", "the element is no logged prompt");
                    continue;
                }

                record.Id = session;
                if (sessions.Contains(session))
                {
                    record.Ignore("logged-prompt", "a prompt of a session that is here itself");
                    continue;
                }

                if (!drafts.TryGetValue(session, out var draft))
                {
                    draft = new ConversationDraft
                    {
                        Provider = provider,
                        ProviderId = session + "/logs",
                        ParentConversationId = session,
                        Linear = true,
                        Entry = entry.Name,
                        Index = records.Index,
                    };
                    drafts.Add(session, draft);
                    order.Add(draft);
                }

                Add(draft, json);
            }
        }

        foreach (var draft in order)
        {
            DraftDefaults.TimesFromMessages(draft);
            DraftDefaults.TitleFromPrompt(draft);
            yield return draft;
        }
    }

    private void Add(ConversationDraft draft, Json json)
    {
        var isUser = json["type"].Is("user"u8) || !json["type"].Exists;
        var message = new MessageDraft
        {
            ProviderId = json["messageId"].Scalar(),
            Role = isUser ? Role.User : Role.System,
            RawRole = isUser ? null : json["type"].String(),
            CreatedAt = record.Time(json["timestamp"]),
        };
        if (json["message"] is { Exists: true } text)
        {
            message.AddText(text.TextOrRaw(draft.Arena));
        }

        message.Extras = record.Rest(json, Fields, draft.Arena);
        draft.Messages.Add(message);
    }
}
