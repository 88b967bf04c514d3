namespace Parley.Requirements;

/// <summary>Where a phrase has to stand.</summary>
internal enum CuePlace
{
    Anywhere,
    Start,
}

/// <summary>A sign that a statement is of a type.</summary>
/// <param name="weight">How strong it is; of several phrases the first that is found counts in full, one more in part.</param>
/// <param name="phrases">Any of them, in small letters, with a stroke between them.</param>
internal sealed class Cue(StatementType type, double weight, CuePlace place, string phrases)
{
    public StatementType Type => type;

    public double Weight => weight;

    public CuePlace Place => place;

    public string[] Phrases { get; } = phrases.Split('|');
}

/// <summary>A phrase that was found, and what it says.</summary>
internal sealed record Sign(StatementType Type, double Weight, string Words);

/// <summary>Signs that are looked for together.</summary>
internal sealed class CueSet(params Cue[] cues)
{
    /// <summary>Of a second sign of the same type and source; further ones add nothing.</summary>
    private const double SecondSign = 0.35;

    public Cue[] Cues => cues;

    /// <summary>Of all cues, in their order.</summary>
    public PhraseSet Phrases { get; } = new(cues.SelectMany(cue => cue.Phrases));

    /// <summary>What they say of a text: the strongest sign of each type in full, the next in part.</summary>
    public List<Sign> Find(string words)
    {
        var signs = new List<Sign>();
        if (words.Length == 0)
        {
            return signs;
        }

        Span<int> places = stackalloc int[Phrases.Count];
        Phrases.Find(words, places);
        var next = 0;
        foreach (var cue in cues)
        {
            var some = 0;
            var mine = places.Slice(next, cue.Phrases.Length);
            next += cue.Phrases.Length;
            for (var i = 0; i < mine.Length; i++)
            {
                var found = mine[i];
                if (found < 0 || (cue.Place == CuePlace.Start && found > 0))
                {
                    continue;
                }

                var weight = cue.Weight * (some == 0 ? 1 : SecondSign);
                signs.Add(new Sign(cue.Type, weight, $"“{cue.Phrases[i].TrimEnd('*')}”"));
                if (++some == 2)
                {
                    break;
                }
            }
        }

        return signs;
    }
}
