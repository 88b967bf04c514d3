using System.Text;

namespace Parley.Search.Text;

/// <summary>
/// A word that needs a closer look: letters beyond ASCII, humps (<c>getUserName</c>), joiners (<c>get_user</c>,
/// <c>well-known</c>, <c>don't</c>) or a sign (<c>c++</c>). Reads to its end and holds its pieces, folded.
/// </summary>
/// <param name="letters">Room for <see cref="LettersLength"/> bytes.</param>
/// <param name="pieces">Room for <see cref="MaxPieces"/> pieces.</param>
internal ref struct CompoundWord(Span<byte> letters, Span<CompoundWord.Piece> pieces)
{
    public const int LettersLength = 256;
    public const int MaxPieces = 16;
    public const int MaxSymbolicBytes = LongestSignedName + 2;

    private const int LongestSignedName = 8;
    private const int MaxHumps = 8;
    private const int ShortestBlobPiece = 24;

    private readonly Span<byte> _letters = letters;
    private readonly Span<Piece> _pieces = pieces;
    private int _used;
    private bool _whole;

    /// <summary>A piece: where its folded bytes are in the letters, and where it stands in the text.</summary>
    public readonly record struct Piece(int From, int Length, int Start, int End);

    public int Count { get; private set; }

    /// <summary>All pieces written together; empty for a single piece or where they do not fit in one term.</summary>
    public readonly ReadOnlySpan<byte> Joined =>
        _whole && Count > 1 && _used <= TextTokenizer.MaxTermBytes ? _letters[.._used] : default;

    public readonly Piece this[int index] => _pieces[index];

    public readonly ReadOnlySpan<byte> Letters(Piece piece) => _letters.Slice(piece.From, piece.Length);

    /// <summary>Reads the word that begins at <paramref name="at"/>.</summary>
    /// <returns>The offset behind it.</returns>
    public int Read(ReadOnlySpan<byte> text, int at)
    {
        while (true)
        {
            var start = at;
            var from = _used;
            at = ReadSegment(text, at, out var plain);
            AddSegment(text, start, at, from, plain);
            if (at - start >= ShortestBlobPiece && Ascii.BlobEnd(text, start) is > 0 and var end)
                return end;
            _whole = !JoinerAt(text, at, out var next, out var apostrophe) || !WordAt(text, next);
            if (_whole || Count > MaxPieces - MaxHumps || _used > LettersLength - TextTokenizer.MaxTermBytes)
                return at;
            if (apostrophe && (text[next] | 0x20) == 's' && !ContinuesAt(text, next + 1))
            {
                _whole = true; // the possessive ending says nothing
                return next + 1;
            }

            at = next;
        }
    }

    /// <summary>The term of a name with its sign (<c>c++</c>, <c>f#</c>) that ends at <paramref name="at"/>, or nothing.</summary>
    public readonly ReadOnlySpan<byte> Symbolic(ReadOnlySpan<byte> text, int at, Span<byte> buffer)
    {
        var last = Count == 0 ? default : _pieces[Count - 1];
        if (
            at >= text.Length
            || last.End != at
            || last.Length is 0 or > LongestSignedName
            || Letters(last).IndexOfAnyExceptInRange((byte)'a', (byte)'z') >= 0
        )
            return default;
        var sign =
            text[at..].StartsWith("++"u8) ? "++"u8
            : text[at] == '#' && last.Length == 1 ? "#"u8
            : default;
        if (
            sign.IsEmpty
            || (at + sign.Length < text.Length && text[at + sign.Length] == sign[0])
            || ContinuesAt(text, at + sign.Length)
        )
            return default;
        Letters(last).CopyTo(buffer);
        sign.CopyTo(buffer[last.Length..]);
        return buffer[..(last.Length + sign.Length)];
    }

    /// <summary>Takes letters up to the next joiner or separator; past <see cref="TextTokenizer.MaxTermBytes"/> they are read but not kept.</summary>
    private int ReadSegment(ReadOnlySpan<byte> text, int at, out bool plain)
    {
        plain = true;
        var room = TextTokenizer.MaxTermBytes;
        while (at < text.Length)
        {
            var kind = Ascii.Classes[text[at]];
            if ((kind & Ascii.Word) != 0)
            {
                if (room > 0)
                {
                    _letters[_used++] = (byte)(text[at] | (kind & Ascii.Upper));
                    room--;
                }

                at++;
                continue;
            }

            if (kind != Ascii.High)
                break;
            _ = Rune.DecodeFromUtf8(text[at..], out var rune, out var size);
            var character = CharacterFold.Look(rune.Value, out var folded);
            if (character is not (CharacterClass.Word or CharacterClass.Dropped))
                break;
            plain = false;
            if (character == CharacterClass.Word)
            {
                if (folded.IsEmpty)
                    folded = text.Slice(at, size);
                room = folded.Length <= room ? room - folded.Length : -1;
                if (room >= 0)
                {
                    folded.CopyTo(_letters[_used..]);
                    _used += folded.Length;
                }
            }

            at += size;
        }

        return at;
    }

    private void AddSegment(ReadOnlySpan<byte> text, int start, int end, int from, bool plain)
    {
        // Accents typed apart are not ASCII, so humps are only looked for where composed and decomposed text are the same.
        var source = text[start..end];
        Span<int> humps = stackalloc int[MaxHumps];
        var count = plain && source.Length == _used - from ? FindHumps(source, humps) : 0;
        var piece = 0;
        for (var index = 0; index < count; index++)
        {
            _pieces[Count++] = new Piece(from + piece, humps[index] - piece, start + piece, start + humps[index]);
            piece = humps[index];
        }

        _pieces[Count++] = new Piece(from + piece, _used - from - piece, start + piece, end);
    }

    /// <summary>
    /// Where inner pieces of <c>getHTTPUserName</c> begin: at an upper-case letter after another kind, and at the last
    /// of several (but <c>GPTs</c> is a plural). Random letters, as in an encoded id, are left whole.
    /// </summary>
    private static int FindHumps(ReadOnlySpan<byte> word, Span<int> humps)
    {
        var count = 0;
        var digitsThenLower = 0;
        for (var at = 1; at < word.Length; at++)
        {
            var (before, here) = (Ascii.Classes[word[at - 1]], Ascii.Classes[word[at]]);
            if (before == Ascii.Digit && here == Ascii.Lower)
                digitsThenLower++;
            if (here != Ascii.Upper)
                continue;
            var lowerFollows = at + 1 < word.Length && Ascii.Classes[word[at + 1]] == Ascii.Lower;
            var plural = at + 2 == word.Length && word[at + 1] == 's';
            if (before == Ascii.Upper ? lowerFollows && !plural : before == Ascii.Lower || lowerFollows)
            {
                if (count == MaxHumps - 1)
                    return 0;
                humps[count++] = at;
            }
        }

        var random = digitsThenLower > 1 || word.Length < (digitsThenLower == 0 ? 2 : 4) * (count + 1);
        return random ? 0 : count;
    }

    private static bool JoinerAt(ReadOnlySpan<byte> text, int at, out int next, out bool apostrophe)
    {
        next = at + 1;
        apostrophe = false;
        if (at >= text.Length)
            return false;
        if (text[at] < 0x80)
        {
            apostrophe = text[at] == '\'';
            return Ascii.Classes[text[at]] == Ascii.Joiner;
        }

        _ = Rune.DecodeFromUtf8(text[at..], out var rune, out var size);
        next = at + size;
        apostrophe = rune.Value is 0x2019 or 0xFF07;
        return CharacterFold.Look(rune.Value, out _) == CharacterClass.Joiner;
    }

    private static bool WordAt(ReadOnlySpan<byte> text, int at) => ClassAt(text, at) == CharacterClass.Word;

    private static bool ContinuesAt(ReadOnlySpan<byte> text, int at) =>
        ClassAt(text, at) is CharacterClass.Word or CharacterClass.Dropped;

    private static CharacterClass ClassAt(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length)
            return CharacterClass.Separator;
        if (text[at] < 0x80)
            return (Ascii.Classes[text[at]] & Ascii.Word) != 0 ? CharacterClass.Word : CharacterClass.Separator;
        _ = Rune.DecodeFromUtf8(text[at..], out var rune, out _);
        return CharacterFold.Look(rune.Value, out _);
    }
}
