using Parley.Conversations;

namespace Parley.Import.Formats.Zed;

/// <summary>Zed's text threads, one file each (imports.md 7.3): <c>conversations/&lt;title&gt; - &lt;n&gt;.zed.json</c>.</summary>
internal sealed class ZedTextThreadFormat : IImportFormat
{
    private const string Ending = ".zed.json";

    public string Name => "zed-text-threads";

    public string Provider => "zed";

    /// <summary>By its members; where a long text comes before the rest, the file's name decides.</summary>
    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        var ours =
            json is { IsObject: true, IsLines: false }
            && json.Has("text")
            && (
                json.Has("zed") && (json.Has("messages") || json.Has("version"))
                || head.FileName.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)
            );
        return ours ? Claim.Conversations : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        foreach (var entry in claimed)
        {
            using var records = RecordReader.Values(entry, record);
            while (records.MoveNext())
            {
                var thread = records.Current;
                if (
                    record.Fill(
                        new ConversationDraft { Provider = Provider },
                        draft => Read(entry, thread, record, draft)
                    ) is
                    { } read
                )
                {
                    yield return read;
                }
            }
        }
    }

    private static void Read(SourceEntry entry, Json json, RecordContext record, ConversationDraft draft)
    {
        record.Id = json["id"].Scalar();
        draft.ProviderId = record.Id ?? entry.FileName;
        draft.Title = json["summary"].String() is { Length: > 0 } summary ? summary : TitleOf(entry.FileName);

        // The file says nothing else of time, and it is written anew at each change. 1980 is a zip's word for "unknown".
        draft.UpdatedAt = entry.Modified is { Year: > 1980 } modified ? Times.FromTime(modified) : null;
        new ZedTextThread(record, draft).Read(json);
    }

    /// <summary>"Title - 2.zed.json" → "Title".</summary>
    private static string? TitleOf(string fileName)
    {
        if (!fileName.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var title = fileName[..^Ending.Length];
        var dash = title.LastIndexOf(" - ", StringComparison.Ordinal);
        return dash > 0 && int.TryParse(title.AsSpan(dash + 3), out _) ? title[..dash] : title;
    }
}
