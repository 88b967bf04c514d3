using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Gives every account the space that is the home of what names no other.</summary>
internal sealed class DefaultSpace(TimeProvider time) : IAccountWitness
{
    public void Born(DbTransaction tx, long userId)
    {
        using var insert = tx.Query(
            "INSERT INTO spaces (id, owner_id, name, name_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5)"
        );
        insert.Bind(1, SpaceId.DefaultOf(userId)).Bind(2, userId).Bind(3, SpaceNames.Default);
        insert.Bind(4, Names.Key(SpaceNames.Default)).Bind(5, ApiTime.Micros(time.GetUtcNow())).Run();
    }
}
