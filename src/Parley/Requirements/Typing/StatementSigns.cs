namespace Parley.Requirements;

/// <summary>What a statement's own text says of its type, whatever stands around it.</summary>
/// <param name="Words">As <see cref="Phrases.Plain"/> makes them, without its tags.</param>
internal sealed record StatementSigns(StatementTags Tags, string Words, Modality Modality, IReadOnlyList<Sign> Signs)
{
    public static StatementSigns Of(string text, string? tableHead)
    {
        var tags = StatementTags.Of(text, tableHead);
        var words = Phrases.Plain(tags.Body(text));
        return new StatementSigns(tags, words, Modality.Of(words), CueTables.Words.Find(words));
    }
}
