namespace Parley.Requirements;

/// <summary>
/// Many phrases, found in one pass over a text as <see cref="Phrases.IndexOf"/> finds each: by the two characters they begin
/// with, wherever a word begins. Immutable, thread-safe.
/// </summary>
internal sealed class PhraseSet
{
    private readonly string[] phrases;
    private readonly Dictionary<int, int[]> byHead = [];

    public PhraseSet(params IEnumerable<string> phrases)
    {
        this.phrases = [.. phrases];
        var heads = new Dictionary<int, List<int>>();
        for (var i = 0; i < this.phrases.Length; i++)
        {
            var words = this.phrases[i].AsSpan().TrimEnd('*');
            var head = Head(words[0], words.Length > 1 ? words[1] : '\0');
            if (!heads.TryGetValue(head, out var some))
            {
                heads[head] = some = [];
            }

            some.Add(i);
        }

        foreach (var (head, some) in heads)
        {
            byHead[head] = [.. some];
        }
    }

    public int Count => phrases.Length;

    /// <summary>Where each of them begins first; -1: it is not there.</summary>
    public void Find(ReadOnlySpan<char> text, Span<int> at)
    {
        at.Fill(-1);
        var within = false;
        for (var i = 0; i < text.Length; i++)
        {
            var isWord = char.IsLetterOrDigit(text[i]);
            if (!(within && isWord))
            {
                Try(text, i, Head(text[i], '\0'), at);
                if (i + 1 < text.Length)
                {
                    Try(text, i, Head(text[i], text[i + 1]), at);
                }
            }

            within = isWord;
        }
    }

    private void Try(ReadOnlySpan<char> text, int i, int head, Span<int> at)
    {
        if (!byHead.TryGetValue(head, out var some))
        {
            return;
        }

        foreach (var phrase in some)
        {
            if (at[phrase] < 0 && Phrases.IsAt(text, i, phrases[phrase]))
            {
                at[phrase] = i;
            }
        }
    }

    private static int Head(char first, char second) => (first << 16) | second;
}
