using System.Text.Unicode;

namespace Parley.Files;

/// <summary>Text or not, by the first bytes.</summary>
internal static class TextSniff
{
    /// <summary>Bytes that are looked at.</summary>
    public const int LooksAt = 4096;

    private static readonly string[] Scripts =
    [
        ".html",
        ".htm",
        ".xhtml",
        ".svg",
        ".xml",
        ".js",
        ".mjs",
        ".cjs",
        ".vbs",
        ".hta",
        ".mht",
        ".mhtml",
    ];

    /// <summary>UTF-8 without U+0000; the last character may be cut off by the look.</summary>
    public static bool IsText(ReadOnlySpan<byte> head)
    {
        for (var cut = 0; cut < 4 && cut <= head.Length; cut++)
        {
            if (Utf8.IsValid(head[..^cut]))
            {
                return !head.Contains((byte)0);
            }
        }

        return false;
    }

    /// <summary><c>text/plain</c> for what may be shown as such: text that is no markup and is not named as a script (S31).</summary>
    public static string? PlainType(ReadOnlySpan<byte> head, string name)
    {
        var begin = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        var isMarkup = begin.TrimStart(" \t\r\n"u8).StartsWith("<"u8);
        var isScript = Scripts.Contains(Path.GetExtension(name).ToLowerInvariant());
        return IsText(head) && !isMarkup && !isScript ? "text/plain" : null;
    }
}
