using Parley.Kernel;

namespace Parley.Documents;

/// <summary>A document named in a path. Text that is no such id becomes 0, which names nothing (S17).</summary>
internal readonly record struct DocumentId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out DocumentId id)
    {
        id = new DocumentId(Ids.TryParse(text, IdKind.Document, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Document);
}
