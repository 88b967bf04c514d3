using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Parley.Search.Text;

/// <summary>
/// Turns UTF-8 text into the terms of the index; index and query share it.
/// <list type="bullet">
/// <item>Case, accents, width and composed or decomposed form make no difference; English is stemmed lightly.</item>
/// <item>Identifiers and hyphenated words give their pieces at successive positions and, at the first one, all of them
/// written together: <c>getUserName</c>, <c>get_user_name</c> and <c>get-user-name</c> are <c>get user name</c> and
/// <c>getusernam</c>. Paths, URLs, addresses and versions are their pieces, found whole as a phrase.</item>
/// <item>Scripts without spaces are pairs of neighbours and the last character of the run, so that any two characters of
/// a run are one term and any longer piece of it is a phrase.</item>
/// <item>A term is at most <see cref="MaxTermBytes"/> bytes, longer words are cut; blobs (<see cref="Ascii.BlobEnd"/>)
/// leave only their first term.</item>
/// </list>
/// Invalid UTF-8 separates words; nothing throws. Allocates nothing.
/// </summary>
internal static class TextTokenizer
{
    /// <summary>Raised whenever the same text gives other terms: indexes of another version are built anew.</summary>
    public const int Version = 1;

    public const int MaxTermBytes = 64;

    /// <summary>Shorter ASCII words are never asked whether they begin a blob.</summary>
    private const int ShortestBlobPiece = 24;

    /// <summary>Hands every token of <paramref name="text"/> to <paramref name="sink"/>, until it has enough.</summary>
    /// <returns><see langword="false"/> where the sink stopped.</returns>
    public static bool Run<TSink>(ReadOnlySpan<byte> text, ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        Span<byte> word = stackalloc byte[MaxTermBytes];
        Span<byte> stem = stackalloc byte[MaxTermBytes + 1];
        var classes = Ascii.Classes;
        var at = 0;
        while (at < text.Length)
        {
            var first = classes[text[at]];
            if ((first & Ascii.Word) == 0)
            {
                if (first != Ascii.High)
                    at++;
                else if (!Other(text, ref at, ref sink))
                    return false;
                continue;
            }

            // The common case, a plain ASCII word between separators, without leaving this loop.
            var start = at;
            var length = ReadWord(text, ref at, word, out var humped);
            var next = at < text.Length ? classes[text[at]] : 0;
            if (at - start >= ShortestBlobPiece && Ascii.BlobEnd(text, start) is > 0 and var end)
            {
                at = end;
            }
            else if (humped || (next & (Ascii.Joiner | Ascii.High | Ascii.Sign)) != 0)
            {
                at = start;
                if (!Compound(text, ref at, ref sink))
                    return false;
                continue;
            }

            ReadOnlySpan<byte> surface = word[..length];
            if (!sink.Accept(new Token(Stem<TSink>(surface, stem), surface, start, at, TokenKind.Part)))
                return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> Stem<TSink>(ReadOnlySpan<byte> word, Span<byte> buffer)
        where TSink : struct, ITokenSink, allows ref struct => TSink.Stems ? EnglishStemmer.Stem(word, buffer) : word;

    /// <summary>Reads ASCII letters and digits in lower case, up to sixteen at once.</summary>
    /// <param name="humped">An upper-case letter stands behind another one, and not all letters are upper case.</param>
    /// <returns>How many bytes are in <paramref name="word"/>; what is longer was read but cut.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadWord(ReadOnlySpan<byte> text, ref int at, Span<byte> word, out bool humped)
    {
        if (at + Vector128<byte>.Count <= text.Length)
        {
            var bytes = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(text), (nuint)at);
            var lower = bytes | Vector128.Create((byte)0x20);
            var letters = Vector128.LessThanOrEqual(lower - Vector128.Create((byte)'a'), Vector128.Create((byte)25));
            var digits = Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
            var length = BitOperations.TrailingZeroCount(~(letters | digits).ExtractMostSignificantBits());
            if (length < Vector128<byte>.Count)
            {
                Vector128.ConditionalSelect(letters, lower, bytes).StoreUnsafe(ref MemoryMarshal.GetReference(word));
                var within = (1u << length) - 1;
                var lowerCase = Vector128.Equals(bytes, lower).ExtractMostSignificantBits();
                var letter = letters.ExtractMostSignificantBits() & within;
                humped = (letter & ~lowerCase & ~1u) != 0 && (letter & lowerCase) != 0;
                at += length;
                return length;
            }
        }

        return ReadLongWord(text, ref at, word, out humped);
    }

    private static int ReadLongWord(ReadOnlySpan<byte> text, ref int at, Span<byte> word, out bool humped)
    {
        var classes = Ascii.Classes;
        var start = at;
        var length = 0;
        var (all, behind) = (0, 0);
        for (; at < text.Length && (classes[text[at]] & Ascii.Word) is not 0 and var kind; at++)
        {
            if (length < MaxTermBytes)
                word[length++] = (byte)(text[at] | (kind & Ascii.Upper));
            all |= kind;
            behind |= at == start ? 0 : kind;
        }

        humped = (behind & Ascii.Upper) != 0 && (all & Ascii.Lower) != 0;
        return length;
    }

    /// <summary>Whatever begins with a character beyond ASCII.</summary>
    private static bool Other<TSink>(ReadOnlySpan<byte> text, ref int at, ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        _ = Rune.DecodeFromUtf8(text[at..], out var rune, out var size);
        switch (CharacterFold.Look(rune.Value, out _))
        {
            case CharacterClass.Word:
                return Compound(text, ref at, ref sink);
            case CharacterClass.Paired:
                return PairRun.Read(text, ref at, ref sink);
            case CharacterClass.Symbol:
                var symbol = text.Slice(at, size);
                at += size;
                return sink.Accept(new Token(symbol, symbol, at - size, at, TokenKind.Part));
            default:
                at += size;
                return true;
        }
    }

    private static bool Compound<TSink>(ReadOnlySpan<byte> text, ref int at, ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        Span<byte> letters = stackalloc byte[CompoundWord.LettersLength];
        Span<byte> signed = stackalloc byte[CompoundWord.MaxSymbolicBytes];
        Span<CompoundWord.Piece> pieces = stackalloc CompoundWord.Piece[CompoundWord.MaxPieces];
        Span<byte> stem = stackalloc byte[MaxTermBytes + 1];
        var word = new CompoundWord(letters, pieces);
        var start = at;
        at = word.Read(text, at);

        for (var index = 0; index < word.Count; index++)
        {
            var piece = word[index];
            ReadOnlySpan<byte> surface = word.Letters(piece);
            if (!sink.Accept(new Token(Stem<TSink>(surface, stem), surface, piece.Start, piece.End, TokenKind.Part)))
                return false;
            var joined = index == 0 ? word.Joined : default;
            if (
                !joined.IsEmpty
                && !sink.Accept(
                    new Token(Stem<TSink>(joined, stem), joined, start, word[word.Count - 1].End, TokenKind.Joined)
                )
            )
                return false;
        }

        var symbolic = word.Symbolic(text, at, signed);
        if (symbolic.IsEmpty)
            return true;
        var last = word[word.Count - 1];
        at = last.End + symbolic.Length - last.Length;
        return sink.Accept(new Token(symbolic, symbolic, last.Start, at, TokenKind.Symbolic));
    }
}
