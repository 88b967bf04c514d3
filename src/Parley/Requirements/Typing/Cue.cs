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

/// <summary>Signs that are looked for together.</summary>
internal sealed class CueSet(params Cue[] cues)
{
    public Cue[] Cues => cues;

    /// <summary>Of all cues, in their order.</summary>
    public PhraseSet Phrases { get; } = new(cues.SelectMany(cue => cue.Phrases));
}
