using Parley.Identity;
using Parley.Kernel;

namespace Parley.Memories;

/// <summary>Facts of a person that answers are told.</summary>
internal static class MemoriesRoom
{
    public static IServiceCollection AddMemories(this IServiceCollection services)
    {
        services.AddSingleton(new StorePart(3, "Memories"));
        services.AddSingleton<MemoryStore>();
        services.AddSingleton<IAccountWitness, AccountMemories>();
        return services;
    }
}

/// <summary>The end of an account's memories: they are about the person, so nobody inherits them.</summary>
internal sealed class AccountMemories : IAccountWitness
{
    public void Born(DbTransaction tx, long userId) { }

    public long Count(DbSession session, long userId) => MemoryStore.Count(session, userId);

    public LeaveStep Leave(DbTransaction tx, RemovedAccount account)
    {
        using var delete = tx.Query("DELETE FROM memories WHERE owner_id = ?1");
        delete.Bind(1, account.Id).Run();
        return LeaveStep.Done;
    }
}
