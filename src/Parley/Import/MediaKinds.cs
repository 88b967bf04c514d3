using System.Collections.Frozen;
using Parley.Conversations;

namespace Parley.Import;

/// <summary>What a file is by its name or by the media type a source states; content decides later, where there are bytes.</summary>
internal static class MediaKinds
{
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".avif"] = "image/avif",
        [".heic"] = "image/heic",
        [".bmp"] = "image/bmp",
        [".tif"] = "image/tiff",
        [".tiff"] = "image/tiff",
        [".svg"] = "image/svg+xml",
        [".mp3"] = "audio/mpeg",
        [".wav"] = "audio/wav",
        [".m4a"] = "audio/mp4",
        [".aac"] = "audio/aac",
        [".flac"] = "audio/flac",
        [".ogg"] = "audio/ogg",
        [".opus"] = "audio/ogg",
        [".mp4"] = "video/mp4",
        [".mov"] = "video/quicktime",
        [".webm"] = "video/webm",
        [".mkv"] = "video/x-matroska",
        [".pdf"] = "application/pdf",
        [".json"] = "application/json",
        [".zip"] = "application/zip",
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        [".txt"] = "text/plain",
        [".md"] = "text/markdown",
        [".csv"] = "text/csv",
        [".html"] = "text/html",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>By the ending of a name; null where it is none of the known.</summary>
    public static string? TypeOf(string name) =>
        name.LastIndexOf('.') is var dot and >= 0 && Types.TryGetValue(name[dot..], out var type) ? type : null;

    public static PartKind OfType(string? mediaType) =>
        mediaType is null ? PartKind.File
        : mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? PartKind.Image
        : mediaType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? PartKind.Audio
        : mediaType.StartsWith("video/", StringComparison.OrdinalIgnoreCase) ? PartKind.Video
        : PartKind.File;
}
