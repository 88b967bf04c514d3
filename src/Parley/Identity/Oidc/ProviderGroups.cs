using Parley.Kernel;

namespace Parley.Identity.Oidc;

/// <summary>Groups by the provider's word: who signs in is in those of these names, and in no others. Thread-safe.</summary>
internal sealed class ProviderGroups(Groups groups)
{
    /// <summary>Of one person; more names than this are passed over.</summary>
    private const int Most = 200;

    /// <param name="names">Null: the provider says nothing, and all stays as it is.</param>
    public void Set(DbTransaction tx, long userId, IReadOnlyList<string>? names, RequestOrigin origin)
    {
        if (names is null)
        {
            return;
        }

        var present = Groups.ListOfUser(tx, userId, 0, limit: 10_000).ConvertAll(group => group.Id).ToHashSet();
        var wanted = new HashSet<long>();
        foreach (var name in names.Where(IsName).Take(Most))
        {
            var group = Groups.Find(tx, name) ?? groups.Create(tx, name, origin);
            if (wanted.Add(group.Id) && !present.Contains(group.Id))
            {
                groups.ChangeMembers(tx, group.Id, [userId], [], origin);
            }
        }

        foreach (var left in present.Where(id => !wanted.Contains(id)))
        {
            groups.ChangeMembers(tx, left, [], [userId], origin);
        }
    }

    private static bool IsName(string name) =>
        !string.IsNullOrWhiteSpace(name) && name.Length <= IdentityChecks.LongestName && !name.Any(char.IsControl);
}
