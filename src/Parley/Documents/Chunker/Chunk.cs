namespace Parley.Documents;

/// <summary>What a piece mostly is. The numbers are stored.</summary>
internal enum ChunkKind
{
    Prose = 0,
    Table = 1,
    Code = 2,
}

/// <summary>A piece of a document's text.</summary>
/// <param name="Start">Bytes into the text.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Page">On which it begins, from 1; null where the document has no pages.</param>
/// <param name="Heading">Headings above it, outermost first, a line each; null: none.</param>
/// <param name="Hash">Of its text.</param>
internal readonly record struct Chunk(
    int Start,
    int Length,
    ChunkKind Kind,
    int? Page,
    string? Heading,
    int Words,
    long Hash
);
