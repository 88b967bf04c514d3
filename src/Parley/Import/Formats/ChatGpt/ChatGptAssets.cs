using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// Asset pointers to the entries that hold their bytes: <c>&lt;id&gt;.dat</c>, or a file whose name begins with the id
/// (imports.md 3.4). Many are not in the archive.
/// </summary>
internal sealed class ChatGptAssets(ImportSource source, Dictionary<string, string> names)
{
    private SourceEntry[]? sorted;

    /// <summary><c>file-service://file-ABC</c>, <c>sediment://file_abc#file_def#p_0.jpg</c> → the id.</summary>
    public static string IdOf(string pointer)
    {
        var scheme = pointer.IndexOf("://", StringComparison.Ordinal);
        var id = scheme < 0 ? pointer : pointer[(scheme + 3)..];
        var end = id.AsSpan().IndexOfAny('#', '?');
        return (end < 0 ? id : id[..end]).Trim('/');
    }

    public AttachmentDraft Attachment(string id, string? name, string? mediaType, long? size)
    {
        var entry = Find(id);
        return new AttachmentDraft
        {
            ProviderId = id,
            Name = name ?? names.GetValueOrDefault(id + ".dat") ?? names.GetValueOrDefault(id) ?? NameIn(entry, id),
            MediaType = mediaType,
            Size = size ?? (entry?.Length is >= 0 and var length ? length : null),
            Open = entry?.Open,
        };
    }

    private SourceEntry? Find(string id)
    {
        if (id.Length < 3)
        {
            return null;
        }

        sorted ??= Sorted();
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(sorted[middle].FileName, id) < 0 ? (middle + 1, high) : (low, middle);
        }

        SourceEntry? found = null;
        for (; low < sorted.Length && sorted[low].FileName.StartsWith(id, StringComparison.Ordinal); low++)
        {
            var rest = sorted[low].FileName.AsSpan(id.Length);
            if (rest is ".dat")
            {
                return sorted[low];
            }

            if (rest.IsEmpty || rest[0] is '-' or '.' or '_')
            {
                found ??= sorted[low];
            }
        }

        return found;
    }

    /// <summary>The owner's name in <c>&lt;id&gt;-&lt;name&gt;</c>; generated files have an id there, and keep the whole.</summary>
    private static string? NameIn(SourceEntry? entry, string id)
    {
        if (entry is null || entry.FileName.EndsWith(".dat", StringComparison.Ordinal))
        {
            return null;
        }

        var rest = entry.FileName.AsSpan(Math.Min(entry.FileName.Length, id.Length + 1));
        var stem = rest[..(rest.LastIndexOf('.') is >= 0 and var dot ? dot : rest.Length)];
        var isOwners =
            !rest.IsEmpty
            && entry.FileName[id.Length] == '-'
            && !stem.SequenceEqual("sanitized")
            && !Guid.TryParse(stem, out _);
        return isOwners ? rest.ToString() : entry.FileName;
    }

    private SourceEntry[] Sorted()
    {
        var all = source
            .Entries.Where(e =>
                !e.FileName.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                || e.FileName.StartsWith("file", StringComparison.Ordinal)
            )
            .ToArray();
        Array.Sort(all, (a, b) => string.CompareOrdinal(a.FileName, b.FileName));
        return all;
    }
}
