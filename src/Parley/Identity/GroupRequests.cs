using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>A group as admins and its members see it.</summary>
/// <param name="ExternalId">What a directory calls it.</param>
/// <param name="Members">How many.</param>
internal sealed record GroupView(
    string Id,
    string Name,
    string? ExternalId,
    long Members,
    string CreatedAt,
    string UpdatedAt
)
{
    public static GroupView Of(Group group) =>
        new(
            GroupId.Format(group.Id),
            group.Name,
            group.ExternalId,
            group.Members,
            ApiTime.Format(group.CreatedAt)!,
            ApiTime.Format(group.UpdatedAt)!
        );
}

/// <summary>The name of a group, new or changed. Names are unique without regard to case.</summary>
internal sealed record NameGroup : IRequestBody<NameGroup>
{
    public string? Name { get; init; }

    public static JsonTypeInfo<NameGroup> Json => IdentityJson.Default.NameGroup;

    public void Check(FieldChecks check) => check.Name("name", Name, IdentityChecks.LongestName);
}

/// <summary>All members of a group from now on.</summary>
internal sealed record SetMembers : IRequestBody<SetMembers>
{
    private const int Most = 10_000;

    /// <summary>Ids of accounts.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    public static JsonTypeInfo<SetMembers> Json => IdentityJson.Default.SetMembers;

    [JsonIgnore]
    public IReadOnlyList<long> Ids =>
        [.. Users!.Select(text => UserId.TryParse(text, null, out var id) ? id.Value : 0)];

    public void Check(FieldChecks check)
    {
        if (Users is null)
        {
            check.Add("users", "is required");
        }
        else if (Users.Count > Most)
        {
            check.Add("users", $"must not be more than {Most}");
        }
        else
        {
            var wrong = Ids.ToList().IndexOf(0);
            if (wrong >= 0)
            {
                check.Add($"users[{wrong}]", "is no id of an account");
            }
        }
    }
}
