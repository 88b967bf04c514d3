using Parley.Conversations;

namespace Parley.Import.Formats.Gemini;

/// <summary>Google Takeout, My Activity as HTML (imports.md 5.3): what Google gives where nobody asks for JSON.</summary>
internal sealed class GeminiTakeoutHtmlFormat : IImportFormat
{
    public string Name => "gemini-takeout-html";

    public string Provider => "gemini";

    public Claim Recognise(EntryHead head) =>
        head.IsHtml && head.Bytes.IndexOf("outer-cell"u8) >= 0 && head.Bytes.IndexOf("header-cell"u8) >= 0
            ? Claim.Conversations
            : Claim.None;

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var rows = new ActivityHtml(record);
        return ActivityRows.Gather(claimed, record, Provider, (entry, take) => ReadEntry(entry, record, rows, take));
    }

    private static void ReadEntry(SourceEntry entry, RecordContext record, ActivityHtml rows, Action<ActivityRow> take)
    {
        using var stream = entry.Open();
        using var cells = new ActivityCells(stream);
        while (ActivityRows.Next(record, entry, cells))
        {
            record.At(entry.Name, cells.Index);
            if (cells.Current is not { } html)
            {
                record.Fail("too-long", $"the row is longer than {ActivityCells.DefaultMaxCell} bytes");
                continue;
            }

            ActivityRows.Guard(
                record,
                () =>
                {
                    if (rows.Read(html) is { } row)
                    {
                        take(row);
                    }
                }
            );
            record.Import.Report.Progress(entry.Name, cells.Position);
        }
    }
}
