using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Spaces by name, as requests give them.</summary>
internal sealed class SpaceNames(Db db)
{
    public const string Default = "default";

    /// <summary>The owner's space of that name, "default" where none is given; null where there is none such.</summary>
    public Task<long?> FindAsync(long ownerId, string? name, CancellationToken ct) =>
        db.ReadAsync(session => Find(session, ownerId, name), ct);

    public static long? Find(DbSession session, long ownerId, string? name)
    {
        using var find = session.Query("SELECT id FROM spaces WHERE owner_id = ?1 AND name_key = ?2");
        find.Bind(1, ownerId);
        find.Bind(2, Names.Key(name ?? Default));
        return find.Step() ? find.Int64(0) : null;
    }
}
