namespace Parley.Requirements;

/// <summary>A statement as it stands in a text. Places are UTF-16 units into that text.</summary>
internal sealed class Statement
{
    public required int Start { get; init; }

    public required int Length { get; init; }

    public required StatementForm Form { get; init; }

    /// <summary>Of a heading 1 to 7, 7 being a line that only introduces what follows; of an item how deep it is nested, from 1.</summary>
    public int Level { get; init; }

    /// <summary>The heading, item or introducing sentence it stands under, as its place in the list; -1: none.</summary>
    public int Parent { get; init; } = -1;

    /// <summary>The id its author gave it: <c>REQ-12</c>; null: none.</summary>
    public string? Name { get; init; }

    /// <summary>The head of the table it is a row of.</summary>
    public string? TableHead { get; init; }

    public int End => Start + Length;
}
