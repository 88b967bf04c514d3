using System.Buffers;

namespace Parley.Search.Text;

/// <summary>What the tokenizer needs to know of a byte before it looks closer.</summary>
internal static class Ascii
{
    public const byte Lower = 1;
    public const byte Digit = 2;

    /// <summary>Joins pieces of a word: <c>_ - '</c>.</summary>
    public const byte Joiner = 4;

    /// <summary>Part of a character beyond ASCII.</summary>
    public const byte High = 8;

    /// <summary><c>+ #</c>, which end some names.</summary>
    public const byte Sign = 16;

    /// <summary>An upper-case letter; the value is the bit that makes it lower case.</summary>
    public const byte Upper = 32;

    public const byte Word = Lower | Digit | Upper;

    private const int BlobLength = 256;
    private const int BlobSigns = 20;
    private static readonly SearchValues<byte> BlobBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"u8);
    private static readonly SearchValues<byte> BlobSignBytes = SearchValues.Create("+/=_-"u8);

    /// <summary>The class of each byte, indexed by it; 256 entries, so that a byte needs no bounds check.</summary>
    public static ReadOnlySpan<byte> Classes =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 16, 0, 0, 0, 4, 0, 0, 0, 16, 0, 4, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0,
        0, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 0, 0, 0, 0, 4,
        0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
        8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
        8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
        8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
        8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
    ];

    /// <summary>
    /// Where an encoded blob (base64, hex) that begins at <paramref name="start"/> ends, or -1 where none begins.
    /// A blob is more than 256 bytes of that alphabet with hardly a sign among them: nobody searches inside it, and
    /// its random pieces would fill the vocabulary. A path of that length has a sign in every few letters and is none.
    /// </summary>
    public static int BlobEnd(ReadOnlySpan<byte> text, int start)
    {
        var rest = text[start..];
        if (rest.Length <= BlobLength || rest[..BlobLength].IndexOfAnyExcept(BlobBytes) >= 0)
            return -1;
        var signs = 0;
        for (var head = rest[..BlobLength]; head.IndexOfAny(BlobSignBytes) is >= 0 and var at; head = head[(at + 1)..])
            signs++;
        if (signs > BlobSigns)
            return -1;
        var length = rest.IndexOfAnyExcept(BlobBytes);
        return length < 0 ? text.Length : start + length;
    }
}
