namespace Parley.Requirements;

/// <summary>The words of a statement that tell what it is about: no common words, no modals, endings cut off. English, some German.</summary>
internal static class StatementTerms
{
    private static readonly HashSet<string> Common =
    [
        .. (
            "a an and are as at be been being but by can cannot could did do does each every for from had has have he her his how if in into is it its "
            + "least may might more most must no nor not of on one only or other our out over own shall she should so some such than that the their them then "
            + "there these they this those through to too under until up upon us very was we were what when where whether which while who will with within "
            + "would you your also any all both about after again against before below between during further here just same above across per via using used "
            + "use uses user users system app application product able allow allows let lets make makes made provide provides provided support supports "
            + "need needs needed require requires required requirement depend depends depending rely relies based see section chapter verify verifies verified "
            + "check checks ensure given e.g i.e etc new following include includes including example therefore because however first second always never "
            + "der die das und oder ist sind ein eine einen einem einer mit für von dem den des auf bei zu zum zur nicht muss müssen soll sollen sollte darf "
            + "dürfen kann können wird werden wenn dass als auch nach vor über unter durch"
        ).Split(' '),
    ];

    /// <param name="plain">As <see cref="Phrases.Plain"/> makes it, without the author's id.</param>
    /// <returns>In order, each once.</returns>
    public static string[] Of(string plain)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < plain.Length; )
        {
            var end = at;
            while (end < plain.Length && (char.IsLetterOrDigit(plain[end]) || (end > at && plain[end] == '\'')))
            {
                end++;
            }

            if (end - at >= 2 && !char.IsDigit(plain[at]))
            {
                var word = plain[at..end];
                var apostrophe = word.IndexOf('\'');
                word = apostrophe > 0 ? word[..apostrophe] : word;
                if (word.Length >= 2 && !Common.Contains(word) && Quantities.NumberWord(word) is null)
                {
                    terms.Add(Stem(word));
                }
            }

            at = Math.Max(end, at + 1);
        }

        var all = new string[terms.Count];
        terms.CopyTo(all);
        Array.Sort(all, StringComparer.Ordinal);
        return all;
    }

    /// <summary>What words of one family have in common, nearly: endings of number, tense and of nouns made from verbs.</summary>
    public static string Stem(string word)
    {
        var stem = word;
        if (stem.Length > 4 && stem.EndsWith("ies", StringComparison.Ordinal))
        {
            stem = stem[..^3] + "y";
        }
        else if (stem.Length > 3 && stem[^1] == 's' && stem[^2] is not ('s' or 'u' or 'i'))
        {
            stem = stem[..^1];
        }

        foreach (
            var (ending, least) in (ReadOnlySpan<(string, int)>)
                [("ation", 8), ("ing", 6), ("ed", 5), ("ion", 7), ("ment", 8), ("en", 8)]
        )
        {
            if (stem.Length >= least && stem.EndsWith(ending, StringComparison.Ordinal))
            {
                stem = stem[..^ending.Length];
                break;
            }
        }

        if (stem.Length > 3 && stem[^1] == stem[^2] && stem[^1] is 'l' or 'p' or 't' or 'n' or 'g' or 'm' or 'd')
        {
            stem = stem[..^1];
        }

        return stem.Length > 3 && stem[^1] is 'e' or 'y' ? stem[..^1] : stem;
    }
}
