using System.Text;

namespace Parley.Search.Text;

/// <summary>
/// A run of characters of scripts written without spaces: <c>東京都</c> gives <c>東京 京都 都</c>. Any two neighbours are
/// one term; a longer piece is a phrase of pairs; the last character alone lets a phrase go on past the run and makes
/// every single character the beginning of some term.
/// </summary>
internal static class PairRun
{
    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int MaxCharacterBytes = 4;

    /// <summary>Reads the run that begins at <paramref name="at"/> and leaves <paramref name="at"/> behind it.</summary>
    public static bool Read<TSink>(ReadOnlySpan<byte> text, ref int at, ref TSink sink)
        where TSink : struct, ITokenSink, allows ref struct
    {
        Span<byte> pair = stackalloc byte[2 * MaxCharacterBytes];
        Span<byte> composed = stackalloc byte[MaxCharacterBytes];
        var (previous, previousStart, end) = (0, 0, 0);
        while (at < text.Length && text[at] >= 0x80)
        {
            var start = at;
            _ = Rune.DecodeFromUtf8(text[at..], out var rune, out var size);
            var kind = CharacterFold.Look(rune.Value, out var target);
            if (kind is not (CharacterClass.Paired or CharacterClass.Dropped or CharacterClass.Voicing))
                break;
            at += size;
            if (kind != CharacterClass.Paired)
                continue;
            scoped var folded = target.IsEmpty ? text.Slice(start, size) : target;
            if (Compose(text, ref at, folded) is { } whole)
                folded = composed[..whole.EncodeToUtf8(composed)];
            while (!folded.IsEmpty)
            {
                var width = Width(folded[0]);
                folded[..width].CopyTo(pair[previous..]);
                ReadOnlySpan<byte> term = pair[..(previous + width)];
                if (previous > 0 && !sink.Accept(new Token(term, term, previousStart, at, TokenKind.Pair)))
                    return false;
                folded[..width].CopyTo(pair);
                (previous, previousStart, end) = (width, start, at);
                folded = folded[width..];
            }
        }

        ReadOnlySpan<byte> last = pair[..previous];
        return previous == 0 || sink.Accept(new Token(last, last, previousStart, end, TokenKind.PairEnd));
    }

    private static int Width(byte lead) =>
        lead switch
        {
            < 0x80 => 1,
            < 0xE0 => 2,
            < 0xF0 => 3,
            _ => 4,
        };

    /// <summary>Puts together what decomposed text writes apart: Hangul letters to syllables, kana and their voicing marks.</summary>
    private static Rune? Compose(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> folded)
    {
        _ = Rune.DecodeFromUtf8(folded, out var rune, out var size);
        if (size != folded.Length || at >= text.Length || text[at] < 0x80)
            return null;
        var first = rune.Value;
        if (
            first is >= 0x1100 and < 0x1113
            && Next(text, at, out var width) is >= 0x1161 and < 0x1161 + Vowels and var vowel
        )
        {
            at += width;
            first = HangulFirst + ((((first - 0x1100) * Vowels) + (vowel - 0x1161)) * Tails);
        }

        if (
            first is >= HangulFirst and <= HangulLast
            && (first - HangulFirst) % Tails == 0
            && Next(text, at, out width) is > 0x11A7 and < 0x11A7 + Tails and var tail
        )
        {
            at += width;
            first += tail - 0x11A7;
        }

        if (first is >= 0x3041 and <= 0x30FE && Next(text, at, out width) is 0x3099 or 0x309A or 0xFF9E or 0xFF9F)
        {
            var half = Next(text, at, out width) is 0x309A or 0xFF9F;
            at += width;
            first = Voiced(first, half);
        }

        return first == rune.Value ? null : new Rune(first);
    }

    /// <summary>The voiced form of a kana (か → が, は → ぱ), or itself where there is none; katakana stand 0x60 above.</summary>
    private static int Voiced(int kana, bool half)
    {
        var hiragana = kana >= 0x30A1 ? kana - 0x60 : kana;
        if (half)
            return hiragana is 0x306F or 0x3072 or 0x3075 or 0x3078 or 0x307B ? kana + 2 : kana;
        return hiragana switch
        {
            0x3046 => kana + 0x4E,
            >= 0x304B and <= 0x3062 when hiragana % 2 == 1 => kana + 1,
            0x3064 or 0x3066 or 0x3068 or 0x306F or 0x3072 or 0x3075 or 0x3078 or 0x307B or 0x309D => kana + 1,
            >= 0x308F and <= 0x3092 when kana >= 0x30A1 => kana + 8,
            _ => kana,
        };
    }

    private static int Next(ReadOnlySpan<byte> text, int at, out int width)
    {
        width = 0;
        if (at >= text.Length)
            return 0;
        _ = Rune.DecodeFromUtf8(text[at..], out var rune, out width);
        return rune.Value;
    }
}
