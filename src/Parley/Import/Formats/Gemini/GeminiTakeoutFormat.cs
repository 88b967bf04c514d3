using Parley.Conversations;

namespace Parley.Import.Formats.Gemini;

/// <summary>Google Takeout, My Activity as JSON (imports.md 5.2). Rows of all claimed files are gathered, whatever part they lie in.</summary>
internal sealed class GeminiTakeoutFormat : IImportFormat
{
    public string Name => "gemini-takeout";

    public string Provider => "gemini";

    public Claim Recognise(EntryHead head) =>
        head.Json is { IsArray: true } json && json.Has("[].header") && json.Has("[].title") && json.Has("[].time")
            ? Claim.Conversations
            : Claim.None;

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var rows = new ActivityJson(record);
        return ActivityRows.Gather(claimed, record, Provider, (entry, take) => ReadEntry(entry, record, rows, take));
    }

    private static void ReadEntry(SourceEntry entry, RecordContext record, ActivityJson rows, Action<ActivityRow> take)
    {
        using var records = RecordReader.Values(entry, record);
        while (records.MoveNext())
        {
            ActivityRows.Guard(
                record,
                () =>
                {
                    if (rows.Read(records.Current) is { } row)
                    {
                        take(row);
                    }
                }
            );
        }
    }
}
