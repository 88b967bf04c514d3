using System.Text.Json.Serialization.Metadata;
using Parley.Identity.Crypto;
using Parley.Kernel.Http;

namespace Parley.Identity.OpenWebUi;

/// <summary>An account of Open WebUI's: a row of its table user, with the hash of its row in auth.</summary>
internal sealed record OpenWebUiUser : IRequestBody<OpenWebUiUser>
{
    private const int LongestId = 128;
    private const string KeyPrefix = "sk-";
    private const int KeyDigits = 32;

    /// <summary>The end of the year 9999.</summary>
    private const long LatestSecond = 253_402_300_799;

    public string? Id { get; init; }
    public string? Email { get; init; }
    public string? Name { get; init; }

    /// <summary>Theirs are called as ours are; <c>pending</c> where nothing is said.</summary>
    public string? Role { get; init; }

    /// <summary>bcrypt, as Open WebUI keeps it; absent: it signs in another way, or not yet.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>It may not sign in there any more, and so not here. An admin's comes as a user's: admins who cannot sign in are none.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Unix seconds, as Open WebUI keeps them; absent: now.</summary>
    public long? CreatedAt { get; init; }

    /// <summary>Its API key, good here too for as long as keys of our own are.</summary>
    public string? ApiKey { get; init; }

    public static JsonTypeInfo<OpenWebUiUser> Json => IdentityJson.Default.OpenWebUiUser;

    /// <summary>The part before the @ where there is no name.</summary>
    public string NameFor(string email) => Name?.Trim() ?? email[..email.IndexOf('@', StringComparison.Ordinal)];

    public UserRole RoleHere() =>
        (UserRoles.Find(Role) ?? UserRole.Pending) is var role && Disabled == true && role == UserRole.Admin
            ? UserRole.User
            : role;

    /// <summary>As Open WebUI makes them: <c>sk-</c> and 32 hexadecimal digits.</summary>
    public static bool IsKey(string text) =>
        text.Length == KeyPrefix.Length + KeyDigits
        && text.StartsWith(KeyPrefix, StringComparison.Ordinal)
        && text.AsSpan(KeyPrefix.Length).IndexOfAnyExcept("0123456789abcdef") < 0;

    public void Check(FieldChecks check)
    {
        check.Name("id", Id, LongestId);
        check.Email(Email);
        check.Role(Role);
        if (Name is not null)
        {
            check.Name("name", Name, IdentityChecks.LongestName);
        }

        if (PasswordHash is { } hash && !Bcrypt.IsHash(hash))
        {
            check.Add("password_hash", "is no bcrypt hash such as $2b$12$…");
        }

        if (CreatedAt is < 0 or > LatestSecond)
        {
            check.Add("created_at", "must be seconds since 1970");
        }

        if (ApiKey is { } key && !IsKey(key))
        {
            check.Add("api_key", "is no key such as sk-… with 32 hexadecimal digits");
        }
    }
}

/// <summary>Takes accounts of an Open WebUI over, with their password hashes.</summary>
internal sealed record TakeOverUsers : IRequestBody<TakeOverUsers>
{
    private const int Most = 1000;

    public IReadOnlyList<OpenWebUiUser>? Users { get; init; }

    /// <summary>An account here of the same address is the same person's: tokens of Open WebUI's let in to it from now on.</summary>
    public bool? Join { get; init; }

    /// <summary>Only say what would become of each: nothing is written.</summary>
    public bool? DryRun { get; init; }

    public static JsonTypeInfo<TakeOverUsers> Json => IdentityJson.Default.TakeOverUsers;

    public void Check(FieldChecks check)
    {
        if (Users is not { Count: > 0 and <= Most })
        {
            check.Add("users", $"must be 1 to {Most}");
            return;
        }

        for (var i = 0; i < Users.Count; i++)
        {
            if (Users[i] is not { } user)
            {
                check.Add($"users[{i}]", "must not be null");
                continue;
            }

            var inner = new FieldChecks();
            user.Check(inner);
            check.AddAll(inner, $"users[{i}]");
        }
    }
}

/// <summary>What became of each, in the order they were sent.</summary>
internal sealed record TakenOverUsers(IReadOnlyList<TakenOverUser> Items);

/// <param name="Id">Open WebUI's.</param>
/// <param name="UserId">Ours; null where there is none.</param>
/// <param name="Outcome">made, joined, known (it was taken over before) or taken (the address is another account's here).</param>
/// <param name="ApiKey">Its API key is good here from now on.</param>
internal sealed record TakenOverUser(string Id, string? UserId, string Outcome, bool ApiKey);
