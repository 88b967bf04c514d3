using System.Text;
using System.Text.Unicode;

namespace Parley.Import;

/// <summary>What a file is, by its first bytes: to open archives, and to say what was seen where nothing can be done with it.</summary>
internal static class SourceKinds
{
    /// <summary>Bytes of the beginning that are enough to tell.</summary>
    public const int HeadSize = 512;

    private static readonly (byte[] Magic, string Words)[] Known =
    [
        ("Rar!"u8.ToArray(), "a RAR archive; unpack it and hand over the folder"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive; unpack it and hand over the folder"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "packed by XZ; unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "packed by Zstandard; unpack it first"),
        ("BZh"u8.ToArray(), "packed by BZip2; unpack it first"),
        ("%PDF-"u8.ToArray(), "a PDF document"),
        ([0x89, 0x50, 0x4E, 0x47], "a PNG picture"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
        ("GIF8"u8.ToArray(), "a GIF picture"),
        ("RIFF"u8.ToArray(), "a sound, film or picture (RIFF)"),
        ("SQLite format 3\0"u8.ToArray(), "a SQLite database without tables that are known"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program"),
        ("MZ"u8.ToArray(), "a program"),
        ([0xD0, 0xCF, 0x11, 0xE0], "a document of an old office program"),
        ("bplist"u8.ToArray(), "a binary property list"),
        ([0xFF, 0xFE], "text in UTF-16; save it as UTF-8"),
        ([0xFE, 0xFF], "text in UTF-16; save it as UTF-8"),
    ];

    public static bool IsZip(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\u0003\u0004"u8)
        || head.StartsWith("PK\u0005\u0006"u8)
        || head.StartsWith("PK\u0007\u0008PK"u8);

    public static bool IsGzip(ReadOnlySpan<byte> head) =>
        head.Length > 2 && head[0] == 0x1F && head[1] == 0x8B && head[2] == 8;

    /// <summary>By the name of the format, or, in the oldest form, by the checksum of the first header.</summary>
    public static bool IsTar(ReadOnlySpan<byte> head)
    {
        if (head.Length < 512)
        {
            return false;
        }

        return head[257..].StartsWith("ustar"u8) || (head[0] != 0 && Checksum(head) == Octal(head.Slice(148, 8)));
    }

    /// <summary>In words, for the message that it is not recognised.</summary>
    public static string Describe(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return "an empty file";
        }

        foreach (var (magic, words) in Known)
        {
            if (head.StartsWith(magic))
            {
                return words;
            }
        }

        if (IsZip(head) || IsGzip(head) || IsTar(head))
        {
            return "an archive within an archive";
        }

        var text = head.StartsWith(Encoding.UTF8.Preamble) ? head[3..] : head;
        text = text.TrimStart(" \t\r\n"u8);
        return text.IsEmpty ? "blank text"
            : !IsText(head) ? "binary data of no known kind"
            : text[0] is (byte)'{' or (byte)'[' ? "JSON of no shape that is known"
            : text[0] == '<' ? "HTML or XML of no shape that is known"
            : "text of no shape that is known";
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        // The head may end within a character.
        for (var cut = 0; cut < 4 && cut < head.Length; cut++)
        {
            if (Utf8.IsValid(head[..^cut]))
            {
                return !head.Contains((byte)0);
            }
        }

        return false;
    }

    private static int Checksum(ReadOnlySpan<byte> header)
    {
        var sum = 8 * ' ';
        for (var i = 0; i < 512; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : header[i];
        }

        return sum;
    }

    private static int Octal(ReadOnlySpan<byte> digits)
    {
        var value = -1;
        foreach (var digit in digits)
        {
            if (digit is >= (byte)'0' and <= (byte)'7')
            {
                value = (Math.Max(0, value) * 8) + digit - '0';
            }
        }

        return value;
    }
}
