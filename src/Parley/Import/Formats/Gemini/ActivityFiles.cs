using Parley.Conversations;
using Parley.Kernel.Html;

namespace Parley.Import.Formats.Gemini;

/// <summary>Finds the entries that rows of an activity file name: they lie beside it, sometimes in another part of the export.</summary>
internal sealed class ActivityFiles(ImportSource source)
{
    private Dictionary<string, SourceEntry>? byName;

    /// <param name="activity">Name of the activity file's entry.</param>
    public PartDraft Part(ActivityFile file, string activity)
    {
        var entry = Find(file.Name, activity);
        return Part(file.Name, file.Shown, null, entry);
    }

    /// <summary>A picture of an answer, in the archive or inline.</summary>
    public PartDraft Part(HtmlMedium medium, string activity, Utf8Arena arena)
    {
        if (InlineBytes.OfDataUrl(arena.Add(medium.Source)) is { } inline)
        {
            return new PartDraft(MediaKinds.OfType(inline.MediaType))
            {
                Attachment = inline,
                Text = arena.Add(medium.Alt ?? ""),
            };
        }

        var name = Uri.UnescapeDataString(medium.Source);
        return Part(name, null, medium.Alt is null ? default : arena.Add(medium.Alt), Find(name, activity));
    }

    private static PartDraft Part(string name, string? shown, ReadOnlyMemory<byte>? caption, SourceEntry? entry)
    {
        // Both names are worth finding: what it was called, and what it is called in the export.
        var type = MediaKinds.TypeOf(shown ?? name) ?? MediaKinds.TypeOf(name);
        return new PartDraft(MediaKinds.OfType(type))
        {
            Text = caption ?? default,
            Attachment = new AttachmentDraft
            {
                ProviderId = name,
                Name = shown ?? name,
                MediaType = type,
                Size = entry is { Length: >= 0 } ? entry.Length : null,
                Open = entry?.Open,
            },
        };
    }

    /// <summary>In the activity file's folder, else anywhere by its last segment; the ending of a JPEG is not to be relied on.</summary>
    private SourceEntry? Find(string name, string activity)
    {
        byName ??= source
            .Entries.DistinctBy(e => e.Name, StringComparer.Ordinal)
            .ToDictionary(e => e.Name, StringComparer.Ordinal);
        name = name.Replace('\\', '/');
        var last = name[(name.LastIndexOf('/') + 1)..];
        var folder = activity[..(activity.LastIndexOf('/') + 1)];
        return byName.GetValueOrDefault(folder + name.TrimStart('.', '/'))
            ?? FindLast(last)
            ?? FindLast(OtherEnding(last));
    }

    private SourceEntry? FindLast(string? name) => string.IsNullOrEmpty(name) ? null : source.Find(name);

    private static string? OtherEnding(string name) =>
        name.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase) ? name[..^5] + ".jpg"
        : name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) ? name[..^4] + ".jpeg"
        : null;
}
