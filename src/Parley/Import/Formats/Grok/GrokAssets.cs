using Parley.Conversations;
using Parley.Files;
using Parley.Kernel.Archives;

namespace Parley.Import.Formats.Grok;

/// <summary>
/// Bytes of files, at <c>prod-mc-asset-server/&lt;uuid&gt;/content</c>: without name and type, and often not there.
/// </summary>
internal sealed class GrokAssets(ImportSource source)
{
    private const int HeadLength = 64;

    private Dictionary<string, SourceEntry>? byId;

    /// <param name="reference">An id, or a path that holds one: <c>users/u/generated/&lt;uuid&gt;/image.jpg</c>.</param>
    public PartDraft Part(string reference, string? name, string? mediaType, PartKind? kind, string? url = null)
    {
        var entry = Find(reference);
        var type = mediaType ?? (entry is null ? null : TypeOf(entry)) ?? MediaKinds.TypeOf(name ?? reference);
        return new PartDraft(kind ?? MediaKinds.OfType(type))
        {
            Url = url,
            Attachment = new AttachmentDraft
            {
                ProviderId = reference,
                Name = name ?? NameIn(reference),
                MediaType = type,
                Size = entry is { Length: >= 0 } ? entry.Length : null,
                Open = entry?.Open,
            },
        };
    }

    private SourceEntry? Find(string reference)
    {
        byId ??= Index();
        foreach (var segment in reference.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (byId.TryGetValue(segment, out var entry))
            {
                return entry;
            }
        }

        return null;
    }

    private Dictionary<string, SourceEntry> Index()
    {
        var index = new Dictionary<string, SourceEntry>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in source.Entries)
        {
            var segments = entry.Name.Split('/');
            if (segments.Length > 1 && Guid.TryParse(segments[^2], out _))
            {
                index.TryAdd(segments[^2], entry);
            }
            else if (Guid.TryParse(Path.GetFileNameWithoutExtension(segments[^1]), out _))
            {
                index.TryAdd(Path.GetFileNameWithoutExtension(segments[^1]), entry);
            }
        }

        return index;
    }

    private static string? TypeOf(SourceEntry entry)
    {
        try
        {
            using var stream = entry.Open();
            Span<byte> head = stackalloc byte[HeadLength];
            return MediaTypes.FromContent(head[..stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (e is InvalidDataException or SourceException)
        {
            // Whoever stores the bytes meets the same and reports it.
            return null;
        }
    }

    /// <summary>The last segment of a path; a bare id is no name.</summary>
    private static string? NameIn(string reference)
    {
        var path = reference.Split('?', 2)[0];
        var slash = path.LastIndexOf('/');
        return slash >= 0 && slash < path.Length - 1 ? path[(slash + 1)..]
            : Path.HasExtension(path) ? path
            : null;
    }
}
