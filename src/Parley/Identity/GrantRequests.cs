using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>What somebody may do with a thing of another's.</summary>
/// <param name="UserId">To whom; null: to a group.</param>
/// <param name="Name">Of the user or group.</param>
/// <param name="GrantedBy">The user who granted it.</param>
internal sealed record GrantView(
    string? UserId,
    string? GroupId,
    string Name,
    IReadOnlyList<string> Rights,
    string GrantedBy,
    string CreatedAt
)
{
    public static GrantView Of(Grant grant) =>
        new(
            grant.UserId is { } user ? Identity.UserId.Format(user) : null,
            grant.GroupId is { } group ? Identity.GroupId.Format(group) : null,
            grant.Name,
            RightWords.Of(grant.Rights),
            Identity.UserId.Format(grant.GrantedBy),
            ApiTime.Format(grant.CreatedAt)!
        );
}

/// <summary>All grants of a thing from now on; an empty list takes it back to its owner alone.</summary>
internal sealed record SetGrants : IRequestBody<SetGrants>
{
    public IReadOnlyList<GrantTo>? Grants { get; init; }

    public static JsonTypeInfo<SetGrants> Json => IdentityJson.Default.SetGrants;

    [JsonIgnore]
    public IReadOnlyList<WantedGrant> Wanted => [.. Grants!.Select(grant => grant.Wanted)];

    public void Check(FieldChecks check)
    {
        if (Grants is null)
        {
            check.Add("grants", "is required");
            return;
        }

        if (Grants.Count > Identity.Grants.Most)
        {
            check.Add("grants", $"must not be more than {Identity.Grants.Most}");
            return;
        }

        var seen = new HashSet<(string?, string?)>();
        for (var at = 0; at < Grants.Count; at++)
        {
            if (Grants[at] is not { } grant)
            {
                check.Add($"grants[{at}]", "must not be null");
                continue;
            }

            var inner = new FieldChecks();
            grant.Check(inner);
            check.AddAll(inner, $"grants[{at}]");
            if (!seen.Add((grant.UserId, grant.GroupId)))
            {
                check.Add($"grants[{at}]", "is to somebody who is in the list already");
            }
        }
    }
}

/// <summary>One grant: to a user or to a group.</summary>
internal sealed record GrantTo : IRequestBody<GrantTo>
{
    public string? UserId { get; init; }
    public string? GroupId { get; init; }

    /// <summary>Each of them lets read; share lets grant on.</summary>
    public IReadOnlyList<string>? Rights { get; init; }

    public static JsonTypeInfo<GrantTo> Json => IdentityJson.Default.GrantTo;

    [JsonIgnore]
    public WantedGrant Wanted =>
        new(
            Ids.TryParse(UserId, IdKind.User, out var user) ? user : null,
            Ids.TryParse(GroupId, IdKind.Group, out var group) ? group : null,
            RightWords.Find(Rights!)!.Value
        );

    public void Check(FieldChecks check)
    {
        if ((UserId is null) == (GroupId is null))
        {
            check.Add("user_id, group_id", "must be one of the two");
        }

        if (UserId is not null && !Ids.TryParse(UserId, IdKind.User, out _))
        {
            check.Add("user_id", "is no id of an account");
        }

        if (GroupId is not null && !Ids.TryParse(GroupId, IdKind.Group, out _))
        {
            check.Add("group_id", "is no id of a group");
        }

        if (Rights is not { Count: > 0 } || RightWords.Find(Rights) is null)
        {
            check.Add("rights", $"must be some of {string.Join(", ", RightWords.All)}");
        }
    }
}
