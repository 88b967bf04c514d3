using Parley.Kernel;

namespace Parley.Requirements;

// Text that is no id of the kind becomes 0, which names nothing (S17).

/// <summary>A requirements document named in a path.</summary>
internal readonly record struct RequirementsId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out RequirementsId id)
    {
        id = new RequirementsId(Ids.TryParse(text, IdKind.Requirements, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Requirements);
}

/// <summary>A statement of a requirements document named in a path.</summary>
internal readonly record struct StatementId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out StatementId id)
    {
        id = new StatementId(Ids.TryParse(text, IdKind.Statement, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Statement);
}

/// <summary>A link between statements named in a path.</summary>
internal readonly record struct LinkId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out LinkId id)
    {
        id = new LinkId(Ids.TryParse(text, IdKind.Link, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Link);
}
