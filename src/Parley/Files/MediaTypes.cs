namespace Parley.Files;

/// <summary>Media types from content (S31): only what is told apart by its first bytes; anything else is unknown.</summary>
internal static class MediaTypes
{
    /// <summary>The type the first bytes show; null where none of the known ones does.</summary>
    public static string? FromContent(ReadOnlySpan<byte> head)
    {
        if (head.Length > 8 && head[0] == 0x89 && head[1..].StartsWith("PNG\r\n"u8))
        {
            return "image/png";
        }

        if (head.Length > 3 && head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF)
        {
            return "image/jpeg";
        }

        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
        {
            return "image/gif";
        }

        if (head.StartsWith("%PDF-"u8))
        {
            return "application/pdf";
        }

        if (head.StartsWith("RIFF"u8) && head.Length > 12)
        {
            return head[8..].StartsWith("WEBP"u8) ? "image/webp"
                : head[8..].StartsWith("WAVE"u8) ? "audio/wav"
                : null;
        }

        if (head.Length > 12 && head[4..].StartsWith("ftyp"u8))
        {
            return head[8..].StartsWith("avif"u8) ? "image/avif"
                : head[8..].StartsWith("M4A"u8) ? "audio/mp4"
                : "video/mp4";
        }

        if (head.StartsWith("OggS"u8))
        {
            return "audio/ogg";
        }

        if (head.StartsWith("ID3"u8) || (head.Length > 2 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0))
        {
            return "audio/mpeg";
        }

        if (head.Length > 4 && head[0] == 0x1A && head[1] == 0x45 && head[2] == 0xDF && head[3] == 0xA3)
        {
            return "video/webm";
        }

        return head.StartsWith("PK\u0003\u0004"u8) ? "application/zip" : null;
    }
}
