using System.Runtime.CompilerServices;

namespace Parley.Search.Text;

/// <summary>
/// Light English stemming: the inflectional steps (1a, 1b, 1c, 5) of the Porter2 algorithm
/// (https://snowballstem.org/algorithms/english/stemmer.html). <c>queries</c>, <c>query</c> and <c>queried</c> meet in one
/// term; derived words (<c>organ</c>, <c>organization</c>) stay apart, so that an exact phrase stays close to what was typed.
/// Index and query use the same function; a change of it is a change of <see cref="TextTokenizer.Version"/>.
/// </summary>
internal static class EnglishStemmer
{
    private const int LongestStemmed = 30;

    /// <summary>The stem of a lower-case word: a slice of <paramref name="word"/>, or of <paramref name="buffer"/> where letters changed.</summary>
    /// <param name="word">Folded UTF-8; anything but a-z leaves it unchanged.</param>
    /// <param name="buffer">At least as long as <paramref name="word"/> plus one byte.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Stem(ReadOnlySpan<byte> word, Span<byte> buffer)
    {
        // Most words end in another letter and are done here.
        const uint endings =
            (1u << ('s' - 'a'))
            | (1u << ('d' - 'a'))
            | (1u << ('g' - 'a'))
            | (1u << ('e' - 'a'))
            | (1u << ('y' - 'a'))
            | (1u << ('l' - 'a'));
        if (word.Length < 3)
            return word;
        var last = (uint)word[^1] - 'a';
        return last < 26 && ((endings >> (int)last) & 1) != 0 ? StemInflected(word, buffer) : word;
    }

    private static ReadOnlySpan<byte> StemInflected(ReadOnlySpan<byte> word, Span<byte> buffer)
    {
        if (word.Length > LongestStemmed)
            return word;
        if (word.IndexOfAnyExceptInRange((byte)'a', (byte)'z') >= 0 || Kept(word))
            return word;
        word.CopyTo(buffer);
        var stem = new Stemming(buffer, word.Length);
        stem.Plural();
        if (!Kept(buffer[..stem.Length]))
        {
            stem.PastAndProgressive();
            stem.FinalY();
            stem.FinalE();
        }

        return buffer[..stem.Length];
    }

    /// <summary>Words that only look inflected, after the lists of Porter2.</summary>
    private static bool Kept(ReadOnlySpan<byte> word) =>
        word.Length switch
        {
            3 => word.SequenceEqual("sky"u8),
            4 => word.SequenceEqual("news"u8) || word.SequenceEqual("bias"u8),
            5 => word.SequenceEqual("atlas"u8) || word.SequenceEqual("andes"u8),
            6 => word.SequenceEqual("cosmos"u8)
                || word.SequenceEqual("inning"u8)
                || word.SequenceEqual("outing"u8)
                || word.SequenceEqual("exceed"u8),
            7 => word.SequenceEqual("canning"u8)
                || word.SequenceEqual("herring"u8)
                || word.SequenceEqual("earring"u8)
                || word.SequenceEqual("proceed"u8)
                || word.SequenceEqual("succeed"u8)
                || word.SequenceEqual("species"u8),
            _ => false,
        };

    /// <summary>
    /// Words that may have <paramref name="stem"/> as their stem. The caller keeps those that do: this is how the
    /// number of documents of a stem is found in a list of whole words.
    /// </summary>
    public static IEnumerable<string> Forms(string stem)
    {
        yield return stem;
        if (stem.Length < 2 || stem.AsSpan().IndexOfAnyExceptInRange('a', 'z') >= 0)
            yield break;
        var shorter = stem[..^1];
        string[] forms = stem[^1] switch
        {
            'i' =>
            [
                shorter + "y",
                shorter + "ies",
                shorter + "ied",
                shorter + "ying",
                stem + "s",
                stem + "ed",
                stem + "ing",
            ],
            'e' => [stem + "s", stem + "d", shorter + "ing"],
            _ =>
            [
                stem + "s",
                stem + "es",
                stem + "e",
                stem + "ed",
                stem + "ing",
                stem + stem[^1],
                stem + stem[^1] + "ed",
                stem + stem[^1] + "ing",
            ],
        };
        foreach (var form in forms)
            yield return form;
    }

    /// <summary>One word being stemmed; names follow the definition of Porter2.</summary>
    private ref struct Stemming(Span<byte> word, int length)
    {
        private readonly Span<byte> _word = word;

        public int Length { get; private set; } = length;

        /// <summary>
        /// Step 1a: <c>classes</c> → <c>class</c>, <c>queries</c> → <c>queri</c>, <c>files</c> → <c>file</c>; and beyond
        /// Porter2, which wants a vowel, plurals of abbreviations: <c>urls</c>, <c>gpts</c>.
        /// </summary>
        public void Plural()
        {
            if (Ends("sses"u8))
                Length -= 2;
            else if (Ends("ies"u8) || Ends("ied"u8))
                Length -= Length > 4 ? 2 : 1;
            else if (
                _word[Length - 1] == (byte)'s'
                && !Ends("us"u8)
                && !Ends("ss"u8)
                && (HasVowel(Length - 2) || (Length > 3 && !HasVowel(Length)))
            )
                Length--;
        }

        /// <summary>Step 1b without its adverbs: <c>cached</c>, <c>running</c>.</summary>
        public void PastAndProgressive()
        {
            if (Ends("eed"u8))
            {
                if (RegionAfter(0) <= Length - 3)
                    Length--;
                return;
            }

            var ending =
                Ends("ing"u8) ? 3
                : Ends("ed"u8) ? 2
                : 0;
            if (ending == 0 || !HasVowel(Length - ending))
                return;
            Length -= ending;
            if (Ends("at"u8) || Ends("bl"u8) || Ends("iz"u8))
                _word[Length++] = (byte)'e';
            else if (Length >= 2 && _word[Length - 1] == _word[Length - 2] && "bdfgmnprt"u8.Contains(_word[Length - 1]))
                Length--;
            else if (RegionAfter(0) >= Length && EndsInShortSyllable(Length))
                _word[Length++] = (byte)'e';
        }

        /// <summary>Step 1c: <c>query</c> → <c>queri</c>, but <c>by</c> and <c>say</c> stay.</summary>
        public readonly void FinalY()
        {
            if (Length > 2 && _word[Length - 1] == (byte)'y' && !Vowel(Length - 2))
                _word[Length - 1] = (byte)'i';
        }

        /// <summary>Step 5: <c>cache</c> → <c>cach</c>, but <c>note</c> stays.</summary>
        public void FinalE()
        {
            if (Length < 3)
                return;
            var last = _word[Length - 1];
            var first = RegionAfter(0);
            var second = RegionAfter(first);
            if (
                last == (byte)'e'
                && (second <= Length - 1 || (first <= Length - 1 && !EndsInShortSyllable(Length - 1)))
            )
                Length--;
            else if (last == (byte)'l' && _word[Length - 2] == (byte)'l' && second <= Length - 1)
                Length--;
        }

        private readonly bool Ends(ReadOnlySpan<byte> ending) => _word[..Length].EndsWith(ending);

        /// <summary>Whether the letter is a vowel; a <c>y</c> that begins the word or follows a vowel is none.</summary>
        private readonly bool Vowel(int at) =>
            _word[at] switch
            {
                (byte)'a' or (byte)'e' or (byte)'i' or (byte)'o' or (byte)'u' => true,
                (byte)'y' => at > 0 && !Vowel(at - 1),
                _ => false,
            };

        private readonly bool HasVowel(int before)
        {
            for (var at = 0; at < before; at++)
            {
                if (Vowel(at))
                    return true;
            }

            return false;
        }

        /// <summary>R1 (from 0) or R2 (from R1): the offset past the first consonant that follows a vowel.</summary>
        private readonly int RegionAfter(int from)
        {
            for (var at = from + 1; at < Length; at++)
            {
                if (!Vowel(at) && Vowel(at - 1))
                    return at + 1;
            }

            return Length;
        }

        private readonly bool EndsInShortSyllable(int end)
        {
            if (end == 2)
                return Vowel(0) && !Vowel(1);
            return end > 2
                && !Vowel(end - 1)
                && _word[end - 1] is not ((byte)'w' or (byte)'x' or (byte)'y')
                && Vowel(end - 2)
                && !Vowel(end - 3);
        }
    }
}
