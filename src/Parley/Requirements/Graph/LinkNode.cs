namespace Parley.Requirements;

/// <summary>A statement as links are found from it: everything here follows from the statement alone.</summary>
internal sealed class LinkNode
{
    private IReadOnlyList<Mention>? mentions;

    private LinkNode() { }

    public required long Id { get; init; }
    public required string Text { get; init; }
    public required StatementType Type { get; init; }
    public required StatementForm Form { get; init; }
    public required long? ParentId { get; init; }
    public required string? Name { get; init; }

    /// <summary>Small letters, without the author's id.</summary>
    public required string Plain { get; init; }

    public required string[] Terms { get; init; }
    public required Modality Modality { get; init; }
    public required bool IsNegated { get; init; }

    /// <summary>Terms of the clause before the verb's: “when the lid is opened”.</summary>
    public required string[] Condition { get; init; }

    /// <summary>Terms behind the verb.</summary>
    public required string[] Predicate { get; init; }

    /// <summary>Terms of what is measured: those of no condition, without units and verbs of keeping and ending.</summary>
    public required string[] Subject { get; init; }

    public required List<Quantity> Quantities { get; init; }

    /// <summary>What it names, and how.</summary>
    public IReadOnlyList<Mention> Mentions => mentions ??= Requirements.Mentions.Of(Text, Type);

    public static LinkNode Of(long id, MatchedText text, StatementType type, StatementForm form, long? parentId)
    {
        StatementNames.Leading(text.Text, out var skip);
        var plain = Phrases.Plain(text.Text.AsSpan(skip));
        var modality = Modality.Of(plain);
        var comma = modality.Pattern is null ? -1 : plain.IndexOf(',', StringComparison.Ordinal);
        var condition = comma > 0 && comma < modality.At ? plain[..comma] : "";
        var main = plain[condition.Length..];
        var quantities = Requirements.Quantities.Of(plain);
        var units = new HashSet<string>(StringComparer.Ordinal);
        foreach (var quantity in quantities)
        {
            foreach (var word in quantity.Shown.Split(' '))
            {
                units.Add(StatementTerms.Stem(word));
            }
        }

        return new LinkNode
        {
            Id = id,
            Text = text.Text,
            Type = type,
            Form = form,
            ParentId = parentId,
            Name = text.Name,
            Plain = plain,
            Terms = StatementTerms.Of(plain),
            Modality = modality,
            IsNegated =
                modality.Negated
                || (
                    modality.Force == ModalForce.None
                    && Phrases.First(plain, ["is not", "are not", "does not", "do not"]) is not null
                ),
            Condition = StatementTerms.Of(condition),
            Predicate = StatementTerms.Of(
                modality.At < 0 ? plain : plain[Math.Min(plain.Length, modality.At + modality.Word.Length)..]
            ),
            Subject = Array.FindAll(Contradictions.Without(StatementTerms.Of(main)), term => !units.Contains(term)),
            Quantities = quantities,
        };
    }

    /// <summary>Whether links that depend on this statement alone stay what they are.</summary>
    public bool IsAs(string text, string? name, StatementType type, StatementForm form, long? parentId) =>
        Type == type && Form == form && ParentId == parentId && Name == name && Text == text;

    /// <summary>About where a place of <see cref="Plain"/> stands in the text; the marks of emphasis are not counted.</summary>
    public int PlaceOf(int plain)
    {
        StatementNames.Leading(Text, out var skip);
        return Math.Clamp(skip + Math.Max(0, plain), 0, Text.Length);
    }

    /// <summary>How many terms both lists, each in order, have.</summary>
    public static int Shared(string[] a, string[] b)
    {
        var (i, j, shared) = (0, 0, 0);
        while (i < a.Length && j < b.Length)
        {
            var order = string.CompareOrdinal(a[i], b[j]);
            shared += order == 0 ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        return shared;
    }
}
