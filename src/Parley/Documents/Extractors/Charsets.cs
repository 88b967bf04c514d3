using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Parley.Documents;

/// <summary>Text in the encodings that documents come in, made UTF-8.</summary>
internal static class Charsets
{
    /// <summary>Windows-1252, 0x80 to 0x9F; U+FFFD where it has nothing.</summary>
    private const string Upper1252 = "€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ";

    /// <summary>UTF-8, UTF-16 with its mark, or bytes of which none is a control that texts do not have.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes)
    {
        if (IsUtf16(bytes))
        {
            return true;
        }

        return !bytes.Contains((byte)0) && (Utf8.IsValid(bytes) || Odd(bytes) * 100 <= bytes.Length);
    }

    /// <summary>By its mark, else UTF-8, else Windows-1252 (or Latin-1, which is within it).</summary>
    public static ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> bytes)
    {
        if (IsUtf16(bytes))
        {
            return FromUtf16(bytes[2..], bigEndian: bytes[0] == 0xFE);
        }

        if (bytes.StartsWith("\uFEFF"u8))
        {
            return bytes[3..];
        }

        return Utf8.IsValid(bytes) ? bytes : From1252(bytes);
    }

    /// <summary>By the name that a header states; one that is not known, by the bytes.</summary>
    public static ReadOnlySpan<byte> ToUtf8(ReadOnlySpan<byte> bytes, string? charset) =>
        charset?.Trim().Trim('"').ToLowerInvariant() switch
        {
            "utf-16" when IsUtf16(bytes) => FromUtf16(bytes[2..], bigEndian: bytes[0] == 0xFE),
            "utf-16" or "utf-16be" => FromUtf16(bytes, bigEndian: true),
            "utf-16le" => FromUtf16(bytes, bigEndian: false),
            "iso-8859-1" or "latin1" or "windows-1252" or "cp1252" => From1252(bytes),
            "iso-8859-15" or "latin-9" => Encoding.UTF8.GetBytes(Decode1252(bytes).Replace('¤', '€')),
            _ => ToUtf8(bytes),
        };

    private static bool IsUtf16(ReadOnlySpan<byte> bytes) => bytes is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..];

    private static byte[] FromUtf16(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        var words = new char[bytes.Length / 2];
        for (var i = 0; i < words.Length; i++)
        {
            var two = bytes[(2 * i)..];
            words[i] = (char)(
                bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(two) : BinaryPrimitives.ReadUInt16LittleEndian(two)
            );
        }

        return Encoding.UTF8.GetBytes(words);
    }

    private static byte[] From1252(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetBytes(Decode1252(bytes));

    private static string Decode1252(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = bytes[i] is >= 0x80 and < 0xA0 ? Upper1252[bytes[i] - 0x80] : (char)bytes[i];
        }

        return new string(text);
    }

    /// <summary>Bytes that no text of one byte a character holds.</summary>
    private static int Odd(ReadOnlySpan<byte> bytes)
    {
        var odd = 0;
        foreach (var b in bytes)
        {
            odd += b is < 9 or (> 13 and < 27) or (> 27 and < 32) or 0x7F or 0x81 or 0x8D or 0x8F or 0x90 or 0x9D
                ? 1
                : 0;
        }

        return odd;
    }
}
