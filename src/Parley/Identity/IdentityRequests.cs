using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>Checks that several requests share.</summary>
internal static class IdentityChecks
{
    public const int LongestName = 100;

    /// <summary>A password that is shown, not chosen: any that could have been.</summary>
    public static void Shown(this FieldChecks check, string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            check.Add(field, "is required");
        }
        else if (value.Length > 4 * PasswordRules.Longest)
        {
            check.Add(field, "is longer than any password can be");
        }
    }

    public static void Email(this FieldChecks check, string? value)
    {
        if (!EmailAddress.TryParse(value, out _, out var wrong))
        {
            check.Add("email", wrong);
        }
    }

    public static void Chosen(this FieldChecks check, string field, string? value, string? email)
    {
        if (PasswordRules.Refuse(value, EmailAddress.FormOf(email)) is { } wrong)
        {
            check.Add(field, wrong);
        }
    }

    public static void Role(this FieldChecks check, string? value)
    {
        if (value is not null && UserRoles.Find(value) is null)
        {
            check.Add("role", $"must be one of {string.Join(", ", UserRoles.Names)}");
        }
    }
}

/// <summary>Comes in with address and password.</summary>
internal sealed record SignIn : IRequestBody<SignIn>
{
    public string? Email { get; init; }
    public string? Password { get; init; }

    /// <summary>Of the second factor, where there is one: from the authenticator app, or a recovery code.</summary>
    public string? Code { get; init; }

    /// <summary>Hand the tokens out as cookies that no script can read, for pages in a browser.</summary>
    public bool? Cookie { get; init; }

    public static JsonTypeInfo<SignIn> Json => IdentityJson.Default.SignIn;

    public void Check(FieldChecks check)
    {
        // Whatever the address looks like is treated alike: the answer must not tell which could have an account.
        check.Text("email", Email, 1000, required: true);
        check.Shown("password", Password);
        check.Text("code", Code, 100);
    }
}

/// <summary>Makes an account of one's own. The first one needs the setup code.</summary>
internal sealed record SignUp : IRequestBody<SignUp>
{
    public string? Email { get; init; }
    public string? Password { get; init; }

    /// <summary>How others see the person; the address's first part where there is none.</summary>
    public string? Name { get; init; }

    /// <summary>Printed by the server at its start while it has no admin.</summary>
    public string? SetupCode { get; init; }

    /// <summary>Hand the tokens out as cookies that no script can read, for pages in a browser.</summary>
    public bool? Cookie { get; init; }

    public static JsonTypeInfo<SignUp> Json => IdentityJson.Default.SignUp;

    /// <summary>The address in its one form.</summary>
    [JsonIgnore]
    public string Form => EmailAddress.FormOf(Email);

    [JsonIgnore]
    public string DisplayName => Name?.Trim() ?? Form[..Form.IndexOf('@', StringComparison.Ordinal)];

    public void Check(FieldChecks check)
    {
        check.Email(Email);
        check.Chosen("password", Password, Email);
        check.Text("setup_code", SetupCode, 200);
        if (Name is not null)
        {
            check.Name("name", Name, IdentityChecks.LongestName);
        }
    }
}

/// <summary>Asks for new tokens.</summary>
internal sealed record Refresh : IRequestBody<Refresh>
{
    /// <summary>Each is good once. Not needed where it is in the cookie.</summary>
    public string? RefreshToken { get; init; }

    public static JsonTypeInfo<Refresh> Json => IdentityJson.Default.Refresh;

    public void Check(FieldChecks check) => check.Text("refresh_token", RefreshToken, 200);
}

/// <summary>Changes one's own account: what is absent stays.</summary>
internal sealed record ChangeMe : IRequestBody<ChangeMe>
{
    public string? Name { get; init; }

    public static JsonTypeInfo<ChangeMe> Json => IdentityJson.Default.ChangeMe;

    public void Check(FieldChecks check) => check.Name("name", Name, IdentityChecks.LongestName);
}

/// <summary>Changes one's own password.</summary>
internal sealed record ChangePassword : IRequestBody<ChangePassword>
{
    public string? CurrentPassword { get; init; }
    public string? NewPassword { get; init; }

    public static JsonTypeInfo<ChangePassword> Json => IdentityJson.Default.ChangePassword;

    public void Check(FieldChecks check)
    {
        check.Shown("current_password", CurrentPassword);
        check.Chosen("new_password", NewPassword, email: null);
    }
}

/// <summary>Changes one's own address.</summary>
internal sealed record ChangeEmail : IRequestBody<ChangeEmail>
{
    public string? CurrentPassword { get; init; }
    public string? Email { get; init; }

    public static JsonTypeInfo<ChangeEmail> Json => IdentityJson.Default.ChangeEmail;

    public void Check(FieldChecks check)
    {
        check.Shown("current_password", CurrentPassword);
        check.Email(Email);
    }
}

/// <summary>Shows one's password once more, before something that matters.</summary>
internal sealed record ShowPassword : IRequestBody<ShowPassword>
{
    public string? CurrentPassword { get; init; }

    public static JsonTypeInfo<ShowPassword> Json => IdentityJson.Default.ShowPassword;

    public void Check(FieldChecks check) => check.Shown("current_password", CurrentPassword);
}

/// <summary>Shows that the authenticator app has the secret.</summary>
internal sealed record ShowCode : IRequestBody<ShowCode>
{
    public string? Code { get; init; }

    public static JsonTypeInfo<ShowCode> Json => IdentityJson.Default.ShowCode;

    public void Check(FieldChecks check) => check.Text("code", Code, 100, required: true);
}

/// <summary>A new API key.</summary>
internal sealed record CreateKey : IRequestBody<CreateKey>
{
    public const int StandardDays = 90;
    private const int MostDays = 3650;

    public string? Name { get; init; }

    /// <summary>What it may be used for: <c>all</c>, <c>read</c>, or scopes such as <c>search</c> or <c>import:read</c>.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Days until it ends; 90 where nothing is said.</summary>
    public int? ExpiresInDays { get; init; }

    public static JsonTypeInfo<CreateKey> Json => IdentityJson.Default.CreateKey;

    public void Check(FieldChecks check)
    {
        check.Name("name", Name, IdentityChecks.LongestName);
        if (Scopes is not { Count: > 0 })
        {
            check.Add("scopes", "is required");
        }
        else if (Scopes.FirstOrDefault(s => !KeyScopes.Words.Contains(s)) is { } unknown)
        {
            check.Add("scopes", $"must be of {string.Join(", ", KeyScopes.Words)}");
        }

        if (ExpiresInDays is < 1 or > MostDays)
        {
            check.Add("expires_in_days", $"must be from 1 to {MostDays}");
        }
    }
}

/// <summary>An account made by an admin.</summary>
internal sealed record CreateUser : IRequestBody<CreateUser>
{
    public string? Email { get; init; }
    public string? Password { get; init; }

    /// <summary>How others see the person; the address's first part where there is none.</summary>
    public string? Name { get; init; }

    /// <summary><c>user</c> where nothing is said.</summary>
    public string? Role { get; init; }

    public static JsonTypeInfo<CreateUser> Json => IdentityJson.Default.CreateUser;

    public void Check(FieldChecks check)
    {
        check.Email(Email);
        check.Chosen("password", Password, Email);
        check.Role(Role);
        if (Name is not null)
        {
            check.Name("name", Name, IdentityChecks.LongestName);
        }
    }
}

/// <summary>Changes to an account by an admin: what is absent stays.</summary>
internal sealed record ChangeUser : IRequestBody<ChangeUser>
{
    public string? Name { get; init; }
    public string? Role { get; init; }

    /// <summary>A disabled account is signed out everywhere and cannot sign in.</summary>
    public bool? Disabled { get; init; }

    /// <summary>A new password, for who forgot theirs.</summary>
    public string? Password { get; init; }

    /// <summary>false takes the second factor away, from who lost it and the recovery codes.</summary>
    public bool? SecondFactor { get; init; }

    public static JsonTypeInfo<ChangeUser> Json => IdentityJson.Default.ChangeUser;

    public void Check(FieldChecks check)
    {
        check.Role(Role);
        if (Name is not null)
        {
            check.Name("name", Name, IdentityChecks.LongestName);
        }

        if (Password is not null)
        {
            check.Chosen("password", Password, email: null);
        }

        if (SecondFactor == true)
        {
            check.Add("second_factor", "can only be taken away: its owner sets it up");
        }
    }
}
