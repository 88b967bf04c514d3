using System.Text.Json;
using Parley.Conversations;
using Parley.Kernel.Archives;

namespace Parley.Import.Formats.Gemini;

/// <summary>What both forms of My Activity do with a row.</summary>
internal static class ActivityRows
{
    /// <summary>The conversations of all claimed entries, whatever part of the archive their rows lie in.</summary>
    /// <param name="read">Reads one entry's rows, in either form.</param>
    public static IEnumerable<ConversationDraft> Gather(
        IReadOnlyList<SourceEntry> claimed,
        RecordContext record,
        string provider,
        Action<SourceEntry, Action<ActivityRow>> read
    )
    {
        using var spool = new ActivitySpool(record.Import.ScratchFolder);
        var drafts = new ActivityDrafts(record, provider);
        foreach (var entry in claimed)
        {
            read(entry, row => Take(row, spool, drafts, record.Import));
        }

        foreach (var conversation in spool.Conversations())
        {
            if (drafts.Draft(conversation) is { } draft)
            {
                yield return draft;
            }
        }
    }

    /// <summary>Turns wait for the others of their conversation; the text of a canvas goes out as a document at once.</summary>
    private static void Take(ActivityRow row, ActivitySpool spool, ActivityDrafts drafts, ImportContext context)
    {
        if (drafts.Document(row) is { } document)
        {
            context.Documents(document);
        }

        spool.Add(row);
    }

    /// <summary>A row that breaks on the way is failed; the next follows.</summary>
    public static void Guard(RecordContext record, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (RecordContext.IsBadRecord(e))
        {
            record.Fail(e is JsonException ? "bad-json" : "bad-record", e.Message);
        }
    }

    /// <summary>The next cell; an entry that is damaged there ends there, and the report says so.</summary>
    public static bool Next(RecordContext record, SourceEntry entry, ActivityCells cells)
    {
        try
        {
            return cells.MoveNext();
        }
        catch (Exception e) when (e is InvalidDataException or SourceException)
        {
            record.At(entry.Name);
            record.Fail((e as SourceException)?.Code ?? "damaged-entry", "the entry cannot be read on: " + e.Message);
            return false;
        }
    }
}
