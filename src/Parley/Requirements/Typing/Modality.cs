namespace Parley.Requirements;

/// <summary>How binding a statement is (RFC 2119).</summary>
internal enum ModalForce
{
    None,
    May,
    Can,
    Will,
    Should,
    Must,
    Shall,
}

/// <summary>The modal verb of a statement, and the pattern of EARS (Mavin et al., 2009) it follows.</summary>
/// <param name="Word">As it was found.</param>
/// <param name="At">Where it begins; -1: there is none.</param>
/// <param name="Negated">shall not, must not, may not, cannot.</param>
/// <param name="Pattern">event-driven, state-driven, unwanted behaviour, optional feature; null: none of EARS.</param>
internal readonly record struct Modality(ModalForce Force, string Word, int At, bool Negated, string? Pattern)
{
    /// <summary>English and German; the most binding first, because the first that is found counts.</summary>
    private static readonly (string Phrase, ModalForce Force)[] Modals =
    [
        ("shall", ModalForce.Shall),
        ("must", ModalForce.Must),
        ("is required to", ModalForce.Must),
        ("are required to", ModalForce.Must),
        ("has to", ModalForce.Must),
        ("have to", ModalForce.Must),
        ("needs to", ModalForce.Must),
        ("need to", ModalForce.Must),
        ("muss", ModalForce.Must),
        ("müssen", ModalForce.Must),
        ("darf", ModalForce.Must),
        ("dürfen", ModalForce.Must),
        ("should", ModalForce.Should),
        ("ought to", ModalForce.Should),
        ("is recommended", ModalForce.Should),
        ("sollte", ModalForce.Should),
        ("sollten", ModalForce.Should),
        ("soll", ModalForce.Should),
        ("sollen", ModalForce.Should),
        ("will", ModalForce.Will),
        ("can", ModalForce.Can),
        ("cannot", ModalForce.Can),
        ("kann", ModalForce.Can),
        ("können", ModalForce.Can),
        ("may", ModalForce.May),
    ];

    private static readonly PhraseSet ModalPhrases = new(Modals.Select(modal => modal.Phrase));

    private static readonly (string Word, string Pattern)[] Conditions =
    [
        ("when", "event-driven"),
        ("whenever", "event-driven"),
        ("upon", "event-driven"),
        ("wenn", "event-driven"),
        ("sobald", "event-driven"),
        ("while", "state-driven"),
        ("during", "state-driven"),
        ("solange", "state-driven"),
        ("if", "unwanted behaviour"),
        ("falls", "unwanted behaviour"),
        ("where", "optional feature"),
    ];

    /// <param name="plain">As <see cref="Phrases.Plain"/> makes it, without the id in front.</param>
    public static Modality Of(string plain)
    {
        Span<int> places = stackalloc int[ModalPhrases.Count];
        ModalPhrases.Find(plain, places);
        var (best, at) = (-1, -1);
        for (var i = 0; i < Modals.Length; i++)
        {
            var found = places[i];
            if (found >= 0 && (at < 0 || Modals[i].Force > Modals[best].Force))
            {
                (best, at) = (i, found);
            }
        }

        if (best < 0)
        {
            return new Modality(ModalForce.None, "", -1, false, null);
        }

        var (word, force) = Modals[best];
        var behind = plain.AsSpan(Math.Min(plain.Length, at + word.Length)).TrimStart(' ');
        var negated =
            word == "cannot"
            || Phrases.Starts(behind, "not")
            || Phrases.Starts(behind, "never")
            || (word is "darf" or "dürfen" && Phrases.First(behind, ["nicht", "kein*"]) is not null)
            || (word is "muss" or "kann" or "soll" && Phrases.Starts(behind, "nicht"));
        string? pattern = null;
        if (force >= ModalForce.Will)
        {
            foreach (var (condition, named) in Conditions)
            {
                // The condition comes first and is closed before the verb.
                if (Phrases.Starts(plain, condition) && plain.AsSpan(0, at).Contains(','))
                {
                    pattern = named;
                    break;
                }
            }
        }

        return new Modality(force, word, at, negated, pattern);
    }
}
