namespace Parley.Requirements;

/// <summary>Where sentences of prose end: not at abbreviations, initials, numbers, addresses, nor before a small letter.</summary>
internal static class SentenceEnds
{
    /// <summary>Shortened words before a full stop that ends nothing, in English and German, in small letters.</summary>
    private static readonly string[] Shortened =
        "e.g i.e etc vs cf ca approx fig figs sec sect no nos vol ch pp dr mr mrs ms prof st inc ltd co al resp min max incl excl dept est ref eq z.b d.h u.a o.ä i.d.r bzw evtl ggf nr abs abb tab vgl inkl exkl mind usw".Split(
            ' '
        );

    /// <summary>Those that may end a sentence all the same: a capital behind them does.</summary>
    private static readonly string[] MayEnd = ["etc", "usw", "inc", "ltd", "co", "al", "min", "max"];

    /// <summary>Behind the sentence that begins at <paramref name="from"/>, its end marks included.</summary>
    public static int Find(ReadOnlySpan<char> text, int from, int to)
    {
        var code = false;
        for (var i = from; i < to; i++)
        {
            var c = text[i];
            if (c == '`')
            {
                code = !code && text[(i + 1)..to].Contains('`');
                continue;
            }

            if (code || c is not ('.' or '!' or '?' or '…' or '。' or '！' or '？'))
            {
                continue;
            }

            var behind = i + 1;
            while (
                behind < to
                && text[behind] is '.' or '!' or '?' or '"' or '\'' or ')' or ']' or '”' or '’' or '»' or '*' or '_'
            )
            {
                behind++;
            }

            if (c is '。' or '！' or '？' || behind >= to)
            {
                return behind;
            }

            if (!char.IsWhiteSpace(text[behind]))
            {
                continue;
            }

            var next = behind;
            while (next < to && (char.IsWhiteSpace(text[next]) || text[next] is '*' or '_' or '"' or '“' or '(' or '['))
            {
                next++;
            }

            if (next >= to)
            {
                return behind;
            }

            if (!char.IsLower(text[next]) && !(c == '.' && behind == i + 1 && IsShortened(text, from, i)))
            {
                return behind;
            }
        }

        return to;
    }

    private static bool IsShortened(ReadOnlySpan<char> text, int from, int mark)
    {
        var begin = mark;
        while (begin > from && !char.IsWhiteSpace(text[begin - 1]) && text[begin - 1] is not ('(' or '[' or '"' or '/'))
        {
            begin--;
        }

        var word = text[begin..mark];
        if (word.Length == 1 && char.IsUpper(word[0]))
        {
            return true; // an initial
        }

        if (begin == from && word.Length <= 3 && !word.ContainsAnyExceptInRange('0', '9'))
        {
            return true; // a number before the first word
        }

        Span<char> small = stackalloc char[12];
        if (word.Length > small.Length)
        {
            return false;
        }

        small = small[..word.ToLowerInvariant(small)];
        foreach (var one in Shortened)
        {
            if (small.SequenceEqual(one))
            {
                return !IsIn(MayEnd, small);
            }
        }

        return false;
    }

    private static bool IsIn(string[] words, ReadOnlySpan<char> word)
    {
        foreach (var one in words)
        {
            if (word.SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }
}
