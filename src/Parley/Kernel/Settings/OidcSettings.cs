namespace Parley.Kernel;

/// <summary>Settings of the sign-in by an OpenID provider.</summary>
internal static class OidcSettings
{
    public static readonly Setting Issuer = new(
        "oidc.issuer",
        "",
        "Issuer of the OpenID provider people may sign in by, exactly as its description spells it: https, or http on this machine. Empty: none.",
        v =>
            v.Length == 0
            || (
                Uri.TryCreate(v, UriKind.Absolute, out var uri)
                && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback))
                && uri is { Query: "", Fragment: "", UserInfo: "" }
            )
                ? null
                : "an https address without query, such as https://login.example.org/realms/team"
    );
    public static readonly Setting ClientId = new(
        "oidc.client-id",
        "",
        "What the provider calls this server. Its redirect address there is <this server>/api/auth/oidc/callback."
    );
    public static readonly Setting ClientSecret = new(
        "oidc.client-secret",
        "",
        "This server's secret with the provider; empty: it is a public client there, with PKCE alone."
    )
    {
        IsSecret = true,
    };
    public static readonly Setting Scopes = new(
        "oidc.scopes",
        "openid email profile",
        "What the provider is asked for, separated by spaces; openid is among them.",
        v => v.Split(' ').Contains("openid") ? null : "scopes separated by spaces, openid among them"
    );
    public static readonly Setting Name = new("oidc.name", "single sign-on", "What the sign-in button says.");
    public static readonly Setting SignUp = new(
        "oidc.sign-up",
        "closed",
        "Whoever comes by the provider without having an account: closed, is refused; pending, waits for an admin; user, comes in.",
        v => v is "closed" or "pending" or "user" ? null : "one of closed, pending, user"
    );
    public static readonly Setting LinkByEmail = new(
        "oidc.link-by-email",
        "false",
        "An account with the address that the provider has verified is the same person's: true or false. With true, whoever runs the provider can come in as anybody; with false, people join the two while they are signed in.",
        Truth
    );
    public static readonly Setting SecondFactor = new(
        "oidc.second-factor",
        "provider",
        "Who comes by the provider to an account with a second factor here: provider, is let in, a second factor being the provider's matter; ask, shows a code of it first.",
        v => v is "provider" or "ask" ? null : "provider or ask"
    );
    public static readonly Setting Domains = new(
        "oidc.domains",
        "",
        "Domains of verified addresses that may come in, separated by commas. Empty: all."
    );
    public static readonly Setting EmailClaim = new("oidc.email-claim", "email", "Claim with the address.");
    public static readonly Setting VerifiedClaim = new(
        "oidc.verified-claim",
        "email_verified",
        "Claim that says, by true, that the provider has verified the address; without it the address counts for nothing."
    );
    public static readonly Setting NameClaim = new("oidc.name-claim", "name", "Claim with the person's name.");
    public static readonly Setting RolesClaim = new(
        "oidc.roles-claim",
        "",
        "Claim with the roles of a person, or the path to it: realm_access.roles. Empty: roles are given in Parley alone."
    );
    public static readonly Setting AdminRoles = new(
        "oidc.admin-roles",
        "",
        "Roles that make an admin, separated by commas. When set, who comes by the provider without one of them is no admin, save the last one."
    );
    public static readonly Setting UserRoles = new(
        "oidc.user-roles",
        "",
        "Roles that make a user, separated by commas. When set, who has none of these and is no admin does not come in."
    );
    public static readonly Setting GroupsClaim = new(
        "oidc.groups-claim",
        "",
        "Claim with the names of the groups a person is in: at each sign-in they are put into groups of these names and taken out of all others. Empty: groups are made in Parley alone."
    );

    public static IReadOnlyList<Setting> All { get; } =
    [
        Issuer,
        ClientId,
        ClientSecret,
        Scopes,
        Name,
        SignUp,
        LinkByEmail,
        SecondFactor,
        Domains,
        EmailClaim,
        VerifiedClaim,
        NameClaim,
        RolesClaim,
        AdminRoles,
        UserRoles,
        GroupsClaim,
    ];

    private static string? Truth(string value) => value is "true" or "false" ? null : "true or false";
}
