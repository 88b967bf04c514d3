using static Parley.Requirements.StatementType;

namespace Parley.Requirements;

/// <summary>
/// Types the statements of a document by weighted signs: the id its author gave, the headings above and the head of its
/// table, modality and the patterns of EARS, its form, its words. Each sign adds to one type or more; the type with the
/// most wins, and the signs that made it win are the reason. Not thread-safe.
/// </summary>
internal sealed class StatementTyping(
    string text,
    IReadOnlyList<Statement> statements,
    string title,
    IReadOnlyList<StatementSigns> signs
)
{
    private const int Types = 22;

    /// <summary>Shares of the weight of a heading: the nearest, that above it, all further ones; the document's name.</summary>
    private static readonly double[] HeadingShares = [1.0, 0.6, 0.4, 0.3];

    private const double TitleShare = 0.45;

    private readonly string[] headings = new string[statements.Count];
    private readonly TypedStatement?[] typed = new TypedStatement?[statements.Count];
    private readonly Dictionary<string, List<Sign>> headingSigns = new(StringComparer.Ordinal);
    private readonly double[] scores = new double[Types];

    /// <summary>The two strongest signs of each type, with their weights.</summary>
    private readonly string[] reasons = new string[2 * Types];
    private readonly double[] weights = new double[2 * Types];
    private readonly string plainTitle = Phrases.Plain(title);

    /// <param name="title">Of the document, where its text does not say what it is.</param>
    /// <param name="signs">Of each statement.</param>
    public static TypedStatement[] Run(
        string text,
        IReadOnlyList<Statement> statements,
        string title,
        IReadOnlyList<StatementSigns> signs
    )
    {
        var typing = new StatementTyping(text, statements, title, signs);
        var all = new TypedStatement[statements.Count];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = typing.typed[i] = typing.Of(i);
        }

        return all;
    }

    private TypedStatement Of(int at)
    {
        var statement = statements[at];
        var (tags, words, modality, found) = signs[at];
        headings[at] = statement.Form == StatementForm.Heading ? words : "";
        scores.AsSpan().Clear();
        weights.AsSpan().Clear();
        if (statement.Form == StatementForm.Heading && statement.Name is null)
        {
            return new TypedStatement(
                Overview,
                0.5,
                "a heading",
                tags.Priority ?? StatementPriority.Medium,
                tags.Status
            );
        }

        Add(Overview, 0.6, "nothing says otherwise");
        ByName(statement.Name);
        ByHeadings(at, statement);
        if (modality.Force == ModalForce.None && LeadOf(statement) is { } lead)
        {
            modality = Modality.Of(lead) with { Pattern = null };
        }

        ByModality(words, modality, statement);
        ByForm(words, statement);
        Add(found, 1, "");
        var (best, confidence) = Best();
        return new TypedStatement(
            (StatementType)best,
            confidence,
            Reason(best),
            tags.Priority ?? PriorityOf(words, modality),
            tags.Status
        );
    }

    private void ByName(string? name)
    {
        if (name is null)
        {
            return;
        }

        var letters = 0;
        while (letters < name.Length && char.IsAsciiLetterUpper(name[letters]))
        {
            letters++;
        }

        foreach (var cue in CueTables.Prefixes)
        {
            foreach (var prefix in cue.Phrases)
            {
                if (name.AsSpan(0, letters).SequenceEqual(prefix))
                {
                    Add(cue.Type, cue.Weight, $"its id {name}");
                    return;
                }
            }
        }
    }

    private void ByHeadings(int at, Statement statement)
    {
        if (statement.TableHead is { } head)
        {
            ByHeading(Phrases.Plain(head), 0.8, "the table's head: ");
        }

        var above = 0;
        for (var i = statement.Parent; i >= 0; i = statements[i].Parent)
        {
            if (statements[i].Form == StatementForm.Heading)
            {
                var share = HeadingShares[Math.Min(above++, HeadingShares.Length - 1)];
                ByHeading(headings[i], share, "under the heading: ");
                if (statements[i].Name is not null && typed[i] is { } named && above == 1)
                {
                    Add(named.Type, 1.2, $"part of {statements[i].Name}");
                }
            }
            else if (typed[i] is { } parent && statement.Form == StatementForm.Item)
            {
                Add(parent.Type, 1.0, "part of a statement of that type");
            }
        }

        ByHeading(plainTitle, TitleShare, "the document's name: ");
    }

    private string? LeadOf(Statement statement) =>
        statement.Form is StatementForm.Item or StatementForm.Row
        && statement.Parent >= 0
        && statements[statement.Parent] is { Form: StatementForm.Sentence or StatementForm.Item } lead
        && text[lead.End - 1] == ':'
            ? Phrases.Plain(text.AsSpan(lead.Start, lead.Length))
            : null;

    private void ByModality(string words, Modality modality, Statement statement)
    {
        if (modality.Pattern is { } pattern)
        {
            Add(Requirement, 2.7, $"EARS, {pattern}: “{modality.Word}”");
        }

        var subject = modality.At > 0 ? words.AsSpan(0, modality.At) : default;
        var personal = Phrases.First(subject, ["we", "you", "i", "the team", "our team", "the tester"]) is not null;
        var weight = modality.Force switch
        {
            ModalForce.Shall => 2.6,
            ModalForce.Must => personal ? 0.6 : 1.9,
            ModalForce.Should => personal ? 0.5 : 1.4,
            ModalForce.Will => personal ? 0.1 : 0.9,
            ModalForce.May => 0.3,
            ModalForce.Can => 0.2,
            _ => 0,
        };
        if (weight > 0)
        {
            Add(Requirement, weight, $"“{modality.Word}”, {Called(modality.Force)}");
        }

        if (modality.Negated && modality.Force >= ModalForce.Must)
        {
            Add(Constraint, 0.8, $"“{modality.Word} not”");
        }

        // "may" and "might" of what is not the system's own doing are what could happen.
        if (modality is { Force: ModalForce.May, At: > 0 } && statement.Form != StatementForm.Code)
        {
            Add(Risk, 0.6, "“may”, what could happen");
        }
    }

    private void ByForm(string words, Statement statement)
    {
        if (statement.Form == StatementForm.Code)
        {
            Add(TechnicalSpec, 1.2, "a block of code");
            if (Phrases.First(words, ["get", "post", "put", "delete", "patch", "curl", "http*"]) is not null)
            {
                Add(ApiDoc, 1.6, "a call");
            }
        }

        if (
            Phrases.Has(words, "when")
            && Phrases.Has(words, "then")
            && (Phrases.Starts(words, "given") || words.Contains(" given ", StringComparison.Ordinal))
        )
        {
            Add(AcceptanceCriteria, 2.2, "Given … when … then");
        }

        if (
            Phrases.Starts(words, "as a*")
            && (Phrases.Has(words, "i want") || Phrases.Has(words, "i can") || Phrases.Has(words, "i need"))
        )
        {
            Add(Feature, 2.4, "a user story");
        }

        foreach (var verb in (ReadOnlySpan<string>)["get", "post", "put", "delete", "patch"])
        {
            if (words.StartsWith(verb, StringComparison.Ordinal) && words.AsSpan(verb.Length).StartsWith(" /"))
            {
                Add(ApiDoc, 3.0, "a method and a path");
            }
        }

        if (
            words.Contains('%')
            || Phrases.First(words, ["ms", "seconds", "minutes", "from * to", "by the end of"]) is not null
        )
        {
            Add(Metric, 0.5, "a measure");
        }

        if (words.Contains('→') || words.Contains("->", StringComparison.Ordinal))
        {
            Add(ScreenFlow, 1.0, "a step to another");
        }
    }

    /// <summary>Signs of headings, which many statements have in common, are looked for once.</summary>
    private void ByHeading(string words, double share, string from)
    {
        if (!headingSigns.TryGetValue(words, out var found))
        {
            headingSigns[words] = found = CueTables.Headings.Find(words);
        }

        Add(found, share, from);
    }

    private void Add(IReadOnlyList<Sign> some, double share, string from)
    {
        foreach (var sign in some)
        {
            Add(sign.Type, sign.Weight * share, $"{from}{sign.Words}");
        }
    }

    private void Add(StatementType type, double weight, string reason)
    {
        var at = (int)type;
        scores[at] += weight;
        var (first, second) = (2 * at, (2 * at) + 1);
        if (weight > weights[first])
        {
            (reasons[second], weights[second]) = (reasons[first], weights[first]);
            (reasons[first], weights[first]) = (reason, weight);
        }
        else if (weight > weights[second])
        {
            (reasons[second], weights[second]) = (reason, weight);
        }
    }

    /// <summary>Two signs say enough; what is too weak to matter is not said.</summary>
    private string Reason(int type) =>
        weights[(2 * type) + 1] < 0.25 ? reasons[2 * type] : $"{reasons[2 * type]}; {reasons[(2 * type) + 1]}";

    /// <summary>The share of the winner where each type counts with the exponential of its weight.</summary>
    private (int Type, double Confidence) Best()
    {
        var best = 0;
        for (var i = 1; i < Types; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        var sum = 0.0;
        foreach (var score in scores)
        {
            sum += Math.Exp(score - scores[best]);
        }

        return (best, Math.Round(1 / sum, 2));
    }

    private static StatementPriority PriorityOf(string words, Modality modality) =>
        Phrases.First(words, ["safety", "life-threatening", "data loss", "under no circumstances", "at all times"])
            is not null
        && modality.Force >= ModalForce.Must
            ? StatementPriority.Critical
            : modality.Force switch
            {
                ModalForce.Shall or ModalForce.Must => StatementPriority.High,
                ModalForce.May => StatementPriority.Low,
                _ => StatementPriority.Medium,
            };

    private static string Called(ModalForce force) =>
        force switch
        {
            ModalForce.Shall or ModalForce.Must => "binding",
            ModalForce.Should => "recommended",
            ModalForce.Will => "promised",
            _ => "optional",
        };
}
