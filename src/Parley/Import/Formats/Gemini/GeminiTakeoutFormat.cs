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
        using var spool = new ActivitySpool(context.ScratchFolder);
        var drafts = new ActivityDrafts(record, Provider);
        var rows = new ActivityJson(record);
        foreach (var entry in claimed)
        {
            ReadEntry(entry, record, rows, row => ActivityRows.Take(row, spool, drafts, context));
        }

        foreach (var conversation in spool.Conversations())
        {
            if (drafts.Draft(conversation) is { } draft)
            {
                yield return draft;
            }
        }
    }

    private static void ReadEntry(SourceEntry entry, RecordContext record, ActivityJson rows, Action<ActivityRow> take)
    {
        using var stream = entry.Open();
        using var slices = new JsonSlices(stream);
        while (slices.MoveNext())
        {
            var slice = slices.Current;
            record.At(entry.Name, slice.Index);
            if (slice.Error is not null)
            {
                record.Fail("bad-json", slice.Error);
                continue;
            }

            ActivityRows.Guard(
                record,
                () =>
                {
                    using var document = JsonSlices.Parse(slice.Bytes);
                    if (rows.Read(new Json(document.RootElement)) is { } row)
                    {
                        take(row);
                    }
                }
            );
            record.Import.Report.Progress(entry.Name, slices.Position);
        }
    }
}
