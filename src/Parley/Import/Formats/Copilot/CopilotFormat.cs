using Parley.Conversations;
using Parley.Kernel.Archives;

namespace Parley.Import.Formats.Copilot;

/// <summary>
/// Microsoft Copilot's activity history as CSV, in two layouts (imports.md section 8). Conversations are known by title
/// alone, messages by content; the file stands newest first, and both of a pair share a time.
/// </summary>
internal sealed class CopilotFormat : IImportFormat
{
    /// <summary>Fields of the two layouts, in the order time, author, text, conversation.</summary>
    private static readonly string[][] Layouts =
    [
        ["Time", "Author", "Message", "Conversation"],
        ["CreatedAt", "Author", "MessageContent", "ChatName"],
    ];

    public string Name => "copilot";

    public string Provider => "copilot";

    public Claim Recognise(EntryHead head)
    {
        var end = head.Text.IndexOf((byte)'\n');
        var first = end < 0 ? head.Text : head.Text[..end];
        if (first.Length > 500 || first.IndexOf((byte)',') < 0)
        {
            return Claim.None;
        }

        using var csv = new CsvReader(new MemoryStream(first.ToArray()));
        return csv.Next() is { } header && Columns(header) is not null ? Claim.Conversations : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        foreach (var entry in claimed)
        {
            record.At(entry.Name);
            var chats = new CopilotChats(record, entry);
            using (var stream = entry.Open())
            using (var csv = new CsvReader(stream))
            {
                ReadRows(csv, chats, entry, record);
            }

            foreach (var draft in chats.Finish())
            {
                yield return draft;
            }
        }
    }

    private static void ReadRows(CsvReader csv, CopilotChats chats, SourceEntry entry, RecordContext record)
    {
        try
        {
            var columns = csv.Next() is { } header ? Columns(header) : null;
            while (columns is not null && csv.Next() is { } row)
            {
                record.At(entry.Name, csv.Index);
                if (row.Count <= columns.Max())
                {
                    record.Fail("bad-row", $"a row of {row.Count} fields");
                    continue;
                }

                chats.Add(row[columns[0]], row[columns[1]], row[columns[2]], row[columns[3]]);
            }
        }
        catch (Exception e) when (e is InvalidDataException or SourceException)
        {
            record.Fail((e as SourceException)?.Code ?? "damaged-entry", "the entry cannot be read on: " + e.Message);
        }
    }

    private static int[]? Columns(List<string> header)
    {
        foreach (var layout in Layouts)
        {
            var columns = layout
                .Select(name => header.FindIndex(h => h.Trim().Equals(name, StringComparison.OrdinalIgnoreCase)))
                .ToArray();
            if (columns.All(c => c >= 0))
            {
                return columns;
            }
        }

        return null;
    }
}
