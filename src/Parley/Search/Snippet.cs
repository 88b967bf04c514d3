namespace Parley.Search;

/// <summary>A piece of a found text.</summary>
/// <param name="Text">Begins or ends with <c>…</c> where it was cut; line breaks and tabs are blanks.</param>
/// <param name="Highlights">What matched, ascending and apart: offsets into <paramref name="Text"/> in UTF-16 code units, end exclusive.</param>
internal sealed record Snippet(string Text, IReadOnlyList<Highlight> Highlights)
{
    public static Snippet Empty { get; } = new("", []);
}

internal readonly record struct Highlight(int Start, int End);
