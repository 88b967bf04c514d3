using Parley.Search.Segments;

namespace Parley.Tests.Search.Segments;

/// <summary>A segment in memory.</summary>
internal sealed record BuiltSegment(SegmentHeader Header, MemoryPages Pages)
{
    public SegmentReader Reader() => new(1, Header, Pages);

    public static BuiltSegment Of(IReadOnlyList<SegmentDocument> documents) => Of(new SegmentBuilder(), documents);

    public static BuiltSegment Of(SegmentBuilder builder, IReadOnlyList<SegmentDocument> documents)
    {
        foreach (var document in documents)
        {
            var scope = builder.Begin(document.About);
            foreach (var (field, text) in document.Fields)
                scope.Add(field, text);
            scope.End();
        }

        var pages = new MemoryPages();
        return new BuiltSegment(builder.Write(pages), pages);
    }

    /// <returns><see langword="null"/> where every document was deleted.</returns>
    public static BuiltSegment? Merge(IReadOnlyList<MergeInput> inputs)
    {
        var pages = new MemoryPages();
        return new SegmentMerger(inputs, pages).Merge(CancellationToken.None) is { } header
            ? new BuiltSegment(header, pages)
            : null;
    }
}

internal static class Dictionaries
{
    /// <summary>The entry of exactly these bytes.</summary>
    public static bool Find(this TermDictionary dictionary, ReadOnlySpan<byte> term, out TermEntry entry)
    {
        var cursor = dictionary.All();
        var found = cursor.MoveTo(term);
        entry = found ? cursor.Entry : default;
        return found;
    }
}
