using Parley.Kernel;

namespace Parley.Identity;

// Ids as route parameters; what is no id of the kind becomes 0, which names nothing (S17).

/// <summary>A user named in a path.</summary>
internal readonly record struct UserId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out UserId id)
    {
        id = new UserId(Ids.TryParse(text, IdKind.User, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.User);
}

/// <summary>A session named in a path.</summary>
internal readonly record struct SessionId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out SessionId id)
    {
        id = new SessionId(Ids.TryParse(text, IdKind.Session, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Session);
}

/// <summary>An API key named in a path.</summary>
internal readonly record struct KeyId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out KeyId id)
    {
        id = new KeyId(Ids.TryParse(text, IdKind.Key, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Key);
}

/// <summary>A group named in a path.</summary>
internal readonly record struct GroupId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out GroupId id)
    {
        id = new GroupId(Ids.TryParse(text, IdKind.Group, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Group);
}
