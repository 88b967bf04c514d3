namespace Parley.Requirements;

/// <summary>Another statement that one names by its author's id, or a section by its number.</summary>
/// <param name="Name">The id; of a section its number behind a §.</param>
/// <param name="At">In UTF-16 units into the statement's text.</param>
internal sealed record Mention(
    string Name,
    LinkRelation Relation,
    double Confidence,
    string Reason,
    int At,
    int Length
);

/// <summary>Reads what a statement says of others by name, and how it means it: by the words before the name.</summary>
internal static class Mentions
{
    /// <summary>Characters before a name that are looked at.</summary>
    private const int Before = 90;

    /// <summary>Names of one statement.</summary>
    private const int MostNames = 100;

    private static readonly string[] Looks =
        "see|see also|cf|cf.|compare|as opposed to|unlike|similar to|replaces|instead of|siehe".Split('|');

    private static readonly string[] Excludes = "contradicts|conflicts with|in conflict with|contrary to".Split('|');

    private static readonly string[] Needs =
        "depends on|depend on|dependent on|relies on|rely on|requires|require|needs|need|after|once|when|blocked by|blocked until|based on|builds on|using|uses|prerequisite*|provided|provided that|as long as|only if|unless|until|hängt ab von|setzt voraus|erfordert".Split(
            '|'
        );

    private static readonly string[] Tests =
        "verifies|verify|verifying|tests|testing|validates|validate|covers|checks|check|proves|confirms|against".Split(
            '|'
        );
    private static readonly string[] Builds =
        "implements|implement|implementation of|realises|realizes|satisfies|fulfils|fulfills|is realised by".Split('|');
    private static readonly string[] Writes = "documents|describes|explains|documentation of".Split('|');
    private static readonly string[] Draws =
        "designs|design of|design for|mockup of|wireframe of|wireframe for|screen for".Split('|');
    private static readonly string[] Sections = "section|sections|chapter|clause|abschnitt|kapitel|§".Split('|');

    public static List<Mention> Of(string text, StatementType type)
    {
        var found = new List<Mention>();
        StatementNames.Leading(text, out var own);
        for (var at = own; at < text.Length && found.Count < MostNames; at++)
        {
            if (at > 0 && char.IsLetterOrDigit(text[at - 1]))
            {
                continue;
            }

            var length = char.IsAsciiLetterUpper(text[at]) ? StatementNames.LengthAt(text.AsSpan(at)) : 0;
            if (length > 0)
            {
                found.Add(Meant(text, own, at, length, text.Substring(at, length), type));
                at += length - 1;
            }
            else if (char.IsAsciiDigit(text[at]) && IsSection(text, at))
            {
                length = NumberLength(text, at);
                found.Add(Meant(text, own, at, length, string.Concat("§", text.AsSpan(at, length)), type));
                at += length - 1;
            }
        }

        return found;
    }

    /// <summary>The name a heading is found by: its number.</summary>
    public static string? SectionName(string heading)
    {
        if (TextLines.SectionNumber(heading, out var end) == 0 || end >= heading.Length)
        {
            return null;
        }

        return string.Concat("§", heading.AsSpan(0, NumberLength(heading, 0)));
    }

    private static Mention Meant(string text, int own, int at, int length, string name, StatementType type)
    {
        var from = Math.Max(own, at - Before);
        var clause = Phrases.Plain(text.AsSpan(from, at - from));
        var cut = Math.Max(
            clause.LastIndexOf(". ", StringComparison.Ordinal),
            clause.LastIndexOf("; ", StringComparison.Ordinal)
        );
        clause = cut >= 0 ? clause[(cut + 1)..] : clause;
        var (relation, confidence, reason) = Relation(
            clause,
            Phrases.Plain(text.AsSpan(at + length, Math.Min(24, text.Length - at - length))),
            type
        );
        return new Mention(name, relation, confidence, reason, at, length);
    }

    private static (LinkRelation, double, string) Relation(string before, string behind, StatementType type)
    {
        if (Last(before, Excludes) is { } excludes)
        {
            return (LinkRelation.Contradicts, 0.9, Said(excludes));
        }

        if (
            Last(before, Looks) is { } looks
            && before.Length - before.LastIndexOf(looks, StringComparison.Ordinal) < 40
        )
        {
            return (LinkRelation.References, 0.9, Said(looks));
        }

        if (type.IsTest() || Last(before, Tests) is not null && !type.IsAsked())
        {
            return (LinkRelation.Tests, 0.9, Last(before, Tests) is { } tests ? Said(tests) : "a test that names it");
        }

        if (Last(before, Builds) is { } builds)
        {
            return (LinkRelation.Implements, 0.9, Said(builds));
        }

        if (Last(before, Writes) is { } writes && type.IsDocumentation())
        {
            return (LinkRelation.Documents, 0.9, Said(writes));
        }

        if (Last(before, Draws) is { } draws)
        {
            return (LinkRelation.Designs, 0.9, Said(draws));
        }

        if (type == StatementType.TechnicalSpec)
        {
            return (LinkRelation.Implements, 0.7, "a technical specification that names it");
        }

        if (type.IsDocumentation() || type.IsDesign())
        {
            return (type.IsDesign() ? LinkRelation.Designs : LinkRelation.Documents, 0.7, "it names it");
        }

        if (Last(before, Needs) is { } needs)
        {
            return (LinkRelation.DependsOn, 0.9, Said(needs));
        }

        if (Phrases.Starts(behind, "requires") || Phrases.Starts(behind, "demands") || Phrases.Starts(behind, "holds"))
        {
            return (LinkRelation.DependsOn, 0.8, "“as it requires”");
        }

        // What is asked for and names another by its id, mostly builds on it.
        return type.IsAsked() && before.Length > 0
            ? (LinkRelation.DependsOn, 0.6, "a requirement that names it")
            : (LinkRelation.References, 0.8, "it names it");
    }

    private static string? Last(string before, string[] phrases)
    {
        foreach (var phrase in phrases)
        {
            if (Phrases.Has(before, phrase))
            {
                return phrase.TrimEnd('*');
            }
        }

        return null;
    }

    private static string Said(string phrase) => $"“{phrase}”";

    private static bool IsSection(string text, int at)
    {
        if (at > 0 && text[at - 1] is '.' or ',')
        {
            return false;
        }

        var before = Phrases.Plain(text.AsSpan(Math.Max(0, at - 12), Math.Min(12, at)));
        foreach (var word in Sections)
        {
            if (before.EndsWith(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static int NumberLength(string text, int at)
    {
        var end = at;
        while (
            end < text.Length
            && (
                char.IsAsciiDigit(text[end])
                || (text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))
            )
        )
        {
            end++;
        }

        return end - at;
    }
}
