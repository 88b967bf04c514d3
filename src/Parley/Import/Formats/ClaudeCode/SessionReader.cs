using Parley.Conversations;

namespace Parley.Import.Formats.ClaudeCode;

/// <summary>
/// One file of lines to conversations: mostly one, more where a resumed session took over lines that no other file has.
/// </summary>
internal sealed class SessionReader(RecordContext record, SessionIndex index)
{
    private readonly SessionMessage messages = new(record);
    private readonly SessionFiles files = new(record.Import.Source);

    public IEnumerable<ConversationDraft> Read(SourceEntry entry, int file)
    {
        var sessions = new Dictionary<string, SessionDraft>();
        try
        {
            ReadLines(entry, file, sessions);
        }
        catch
        {
            foreach (var session in sessions.Values)
            {
                session.Draft.Dispose();
            }

            throw;
        }

        record.At(entry.Name);
        if (sessions.Count == 0)
        {
            record.Ignore("no-turns", "a file of sessions without a message of its own");
        }

        foreach (var session in sessions.Values)
        {
            session.Finish(record, index, entry);
            yield return session.Draft;
        }
    }

    private void ReadLines(SourceEntry entry, int file, Dictionary<string, SessionDraft> sessions)
    {
        var name = SessionName.Of(entry);
        var seen = new HashSet<string>();
        SessionDraft? last = null;
        using var lines = RecordReader.Lines(entry, record);
        while (lines.MoveNext())
        {
            var line = lines.Current;
            var session = name.Session(line.Any("sessionId", "session_id").Scalar());
            var uuid = line["uuid"].Scalar();
            record.Id = uuid ?? session;
            if (uuid is not null && (!index.Owns(file, session, uuid) || !seen.Add(uuid)))
            {
                record.Ignore("repeated-line", "a copy of a line that stands elsewhere (resumed session)");
                continue;
            }

            try
            {
                last = ReadLine(line, session, name, sessions, last);
            }
            catch (Exception e) when (RecordContext.IsBadRecord(e))
            {
                record.Fail("bad-record", e.Message);
            }
        }
    }

    private SessionDraft? ReadLine(
        Json line,
        string session,
        SessionName name,
        Dictionary<string, SessionDraft> sessions,
        SessionDraft? last
    )
    {
        var type = line["type"].String();
        var turn =
            type is "user" or "assistant" or "system"
            || (line["message"]["role"].IsString && line["message"]["content"].Exists);
        if (!sessions.TryGetValue(session, out var to) && !turn)
        {
            // A note before the first message of its session: kept for when that comes, or said to be left out.
            to = Begin(session, name);
            if (AddNote(line, type, to))
            {
                sessions.Add(session, to);
                return to;
            }

            to.Draft.Dispose();
            return last;
        }

        if (to is null)
        {
            sessions.Add(session, to = Begin(session, name));
        }

        if (turn)
        {
            messages.Add(to, line, type);
            files.AddResults(to);
        }
        else
        {
            AddNote(line, type, to);
        }

        return to;
    }

    private static SessionDraft Begin(string session, SessionName name) =>
        new(
            new ConversationDraft
            {
                Provider = "claude-code",
                SharesMessages = true,
                ProviderId = session,
                ParentConversationId =
                    name.IsSubagent && session != name.Stem ? session[..^(name.Stem.Length + 1)] : null,
            }
        );

    /// <summary>A line that is no turn; false where nothing of it is kept.</summary>
    private bool AddNote(Json line, string? type, SessionDraft to)
    {
        if (type is null || !(IsKnownNote(type) || ClaudeCodeTypes.IsNoise(type)))
        {
            messages.AddUnknown(to, line, type);
            return true;
        }

        to.Pass(line);
        switch (type)
        {
            case "attachment":
                return files.AddAttachment(to, line, record);
            case "queue-operation":
                to.Queued(line, record);
                return true;
            case "pr-link" or "tag" or "result":
                to.Keep(line);
                return true;
            default:
                record.Ignore("no-turn", $"lines of type {type} are no turns");
                return line["uuid"].Exists;
        }
    }

    private static bool IsKnownNote(string type) =>
        type is "attachment" or "queue-operation" or "pr-link" or "tag" or "result";
}
