using Parley.Kernel;

namespace Parley.Conversations;

// Ids as route parameters. Text that is no id of the kind becomes 0, which names nothing: the handler's own 404 answers,
// the same as for an unknown id and for another person's (S17).

/// <summary>A conversation named in a path.</summary>
internal readonly record struct ConversationId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out ConversationId id)
    {
        id = new ConversationId(Ids.TryParse(text, IdKind.Conversation, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Conversation);
}

/// <summary>A message named in a path.</summary>
internal readonly record struct MessageId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out MessageId id)
    {
        id = new MessageId(Ids.TryParse(text, IdKind.Message, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Message);
}

/// <summary>A tag named in a path.</summary>
internal readonly record struct TagId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out TagId id)
    {
        id = new TagId(Ids.TryParse(text, IdKind.Tag, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Tag);
}

/// <summary>A space named in a path.</summary>
internal readonly record struct SpaceId(long Value)
{
    /// <summary>The owner's "default", there from the start, the home of what names no other: it has the owner's own number.</summary>
    public static long DefaultOf(long ownerId) => ownerId;

    public static bool TryParse(string? text, IFormatProvider? _, out SpaceId id)
    {
        id = new SpaceId(Ids.TryParse(text, IdKind.Space, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Space);
}

/// <summary>A folder named in a path.</summary>
internal readonly record struct FolderId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out FolderId id)
    {
        id = new FolderId(Ids.TryParse(text, IdKind.Folder, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Folder);
}

/// <summary>An attachment named in a path.</summary>
internal readonly record struct FileId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out FileId id)
    {
        id = new FileId(Ids.TryParse(text, IdKind.File, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.File);
}

/// <summary>A share link named in a path: what its owner calls it by, not what opens it.</summary>
internal readonly record struct ShareId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out ShareId id)
    {
        id = new ShareId(Ids.TryParse(text, IdKind.Share, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Share);
}
