using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.VsCode;

/// <summary>
/// Chat sessions of VS Code: a JSON object, or in newer versions JSON lines of a first state and changes to it
/// (<see cref="MutationLog"/>).
/// </summary>
internal sealed class VsCodeFormat : IImportFormat
{
    public string Name => "vscode";

    public string Provider => "vscode";

    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        if (IsLog(json))
        {
            return Claim.Conversations;
        }

        var requests =
            json.InRecords("requests[].message")
            || json.InRecords("requests[].response")
            || json.InRecords("requests[].requestId");
        return
            json.InRecords("requests")
            && (requests || (json.InRecords("sessionId") && json.InRecords("responderUsername")))
            ? Claim.Conversations
            : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var session = new VsCodeSession(record);
        foreach (var entry in claimed)
        {
            record.At(entry.Name);
            if (IsLog(EntryHead.Read(entry).Json))
            {
                using var state = Replay(entry, record);
                if (state is not null && Draft(new Json(state.RootElement), session, record, entry) is { } replayed)
                {
                    yield return replayed;
                }

                continue;
            }

            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                if (Draft(records.Current, session, record, entry) is { } draft)
                {
                    yield return draft;
                }
            }
        }
    }

    private static bool IsLog(JsonProbe json) =>
        json.Has("kind") && (json.Has("v.requests") || json.Has("v.sessionId"));

    private ConversationDraft? Draft(Json value, VsCodeSession session, RecordContext record, SourceEntry entry)
    {
        record.Id = value["sessionId"].Scalar() ?? Path.GetFileNameWithoutExtension(entry.FileName);
        return record.Fill(
            new ConversationDraft { Provider = Provider, ProviderId = record.Id },
            d => session.Fill(d, value)
        );
    }

    private static JsonDocument? Replay(SourceEntry entry, RecordContext record)
    {
        var log = new MutationLog(record);
        using (var lines = RecordReader.Lines(entry, record))
        {
            while (lines.MoveNext())
            {
                log.Apply(lines.Current);
            }
        }

        record.At(entry.Name);
        try
        {
            return log.State();
        }
        catch (JsonException e)
        {
            record.Fail("bad-json", e.Message);
            return null;
        }
    }
}
