using Parley.Kernel;

namespace Parley.Identity;

/// <summary>What a grant lets do; the numbers are stored. None implies another, but that each lets read (S18).</summary>
[Flags]
internal enum Rights
{
    None = 0,
    Read = 1,
    Write = 2,

    /// <summary>Grant on, as far as one's own rights go.</summary>
    Share = 4,
    All = Read | Write | Share,
}

internal static class RightWords
{
    public static readonly string[] All = ["read", "write", "share"];

    public static IReadOnlyList<string> Of(Rights rights) => [.. All.Where((_, at) => ((int)rights & (1 << at)) != 0)];

    /// <summary>Null where one of them is no right.</summary>
    public static Rights? Find(IEnumerable<string?> words)
    {
        var rights = Rights.Read;
        foreach (var word in words)
        {
            if (Array.IndexOf(All, word) is not (>= 0 and var at))
            {
                return null;
            }

            rights |= (Rights)(1 << at);
        }

        return rights;
    }
}

/// <summary>A thing that can be shared.</summary>
/// <param name="OwnerId">Whose it is; they need no grant.</param>
internal readonly record struct Resource(IdKind Kind, long Id, long OwnerId)
{
    public string Name => Ids.Format(Id, Kind);
}

/// <summary>To whom something is granted, and what: a user or a group, one of the two.</summary>
internal readonly record struct WantedGrant(long? UserId, long? GroupId, Rights Rights);

/// <summary>A grant as it is stored.</summary>
/// <param name="Name">Of the user or group.</param>
internal sealed record Grant(
    long Id,
    long? UserId,
    long? GroupId,
    string Name,
    Rights Rights,
    long GrantedBy,
    long CreatedAt
)
{
    public bool IsTo(WantedGrant wanted) => UserId == wanted.UserId && GroupId == wanted.GroupId;
}
