namespace Parley.Identity;

/// <summary>Sign-in by an OpenID provider. What provider and claims are called is the provider's matter.</summary>
internal sealed class OidcOptions
{
    /// <summary>Exactly as the provider's own description spells it; null: nobody signs in that way.</summary>
    public string? Issuer { get; init; }

    public string ClientId { get; init; } = "";

    /// <summary>Null for a public client, which has PKCE alone.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Separated by spaces.</summary>
    public string Scopes { get; init; } = "openid email profile";

    /// <summary>What the button says.</summary>
    public string Name { get; init; } = "single sign-on";

    /// <summary>The role of who comes the first time; null: only those who have an account (S4).</summary>
    public UserRole? SignUpRole { get; init; }

    /// <summary>An account of the same verified address is the same person: whoever runs the provider can be anybody.</summary>
    public bool LinkByEmail { get; init; }

    /// <summary>A second factor of ours is asked for after the provider's yes; otherwise it is the provider's matter.</summary>
    public bool AsksSecondFactor { get; init; }

    /// <summary>Domains of addresses that may come in; empty: all.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    public string EmailClaim { get; init; } = "email";

    /// <summary>Says whether the provider has seen to it that the address is theirs.</summary>
    public string VerifiedClaim { get; init; } = "email_verified";

    public string NameClaim { get; init; } = "name";

    /// <summary>Null: roles are given in Parley alone.</summary>
    public string? RolesClaim { get; init; }

    /// <summary>Who has one of them is an admin, and nobody else who signs in this way.</summary>
    public IReadOnlyList<string> AdminRoles { get; init; } = [];

    /// <summary>Who has none of them and is no admin does not come in; empty: no matter.</summary>
    public IReadOnlyList<string> UserRoles { get; init; } = [];

    /// <summary>Null: groups are made in Parley alone.</summary>
    public string? GroupsClaim { get; init; }
}
