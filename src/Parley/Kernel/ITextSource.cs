namespace Parley.Kernel;

/// <summary>What kind of thing a text is of. The numbers are stored.</summary>
internal enum TextKind : byte
{
    /// <summary>A message; its group is the conversation.</summary>
    Message = 1,

    /// <summary>A piece of a document; its group is the document.</summary>
    Chunk = 2,

    /// <summary>Something remembered of a person; each is a group of its own.</summary>
    Memory = 3,
}

/// <summary>One text as it stands in the store.</summary>
/// <param name="Id">Of the message, chunk or memory; unique within its kind.</param>
/// <param name="Text">UTF-8; the caller's to keep. May be empty: a message that is one picture.</param>
internal readonly record struct SourceText(long Id, long OwnerId, ReadOnlyMemory<byte> Text)
{
    /// <summary>The text of this group that it answers or goes on from; 0 where it begins something.</summary>
    public long Follows { get; init; }
}

/// <summary>
/// The texts a room owns. It registers one for each kind, so that indexers above read any kind in bulk without knowing
/// the room. Thread-safe; all calls read the session they are given and nothing else.
/// </summary>
internal interface ITextSource
{
    TextKind Kind { get; }

    /// <summary>
    /// A piece of a group's texts in reading order: <paramref name="from"/> texts are passed over, what follows is some
    /// megabytes at most (one text may be larger). Empty at the end, and for a group that is not there.
    /// </summary>
    IReadOnlyList<SourceText> ReadGroup(DbSession db, long groupId, int from);

    /// <summary>Groups with a greater id than <paramref name="after"/>, ascending, at most so many: for building anew.</summary>
    IReadOnlyList<long> ListGroups(DbSession db, long after, int limit);
}
