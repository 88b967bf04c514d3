using System.Text.Json;

namespace Parley.Identity.Oidc;

/// <summary>Whom the provider says somebody is.</summary>
/// <param name="Email">In its one form, and only where the provider vouches for it.</param>
/// <param name="Roles">Null: the provider says nothing of them, or nobody asks.</param>
/// <param name="Groups">As <paramref name="Roles"/>.</param>
internal sealed record ProviderIdentity(
    string Issuer,
    string Subject,
    string? Email,
    string? Name,
    IReadOnlyList<string>? Roles,
    IReadOnlyList<string>? Groups
)
{
    /// <summary>Whether the ID token leaves out what the userinfo endpoint may know.</summary>
    public static bool IsMeagre(JsonElement token, OidcOptions options) =>
        OidcJson.Find(token, options.EmailClaim) is null
        || (options.RolesClaim is { } roles && OidcJson.Find(token, roles) is null)
        || (options.GroupsClaim is { } groups && OidcJson.Find(token, groups) is null);

    /// <param name="token">Claims of the ID token.</param>
    /// <param name="info">Of the userinfo endpoint, where it was asked; the token comes first.</param>
    /// <param name="options">What the claims are called.</param>
    public static ProviderIdentity Of(JsonElement token, JsonElement? info, OidcOptions options)
    {
        JsonElement Source(string name) => OidcJson.Find(token, name) is null && info is { } more ? more : token;
        IReadOnlyList<string>? List(string? name) =>
            name is null || OidcJson.Find(Source(name), name) is null ? null : OidcJson.Texts(Source(name), name);

        var email = OidcJson.Text(Source(options.EmailClaim), options.EmailClaim);
        var verified = OidcJson.Bool(Source(options.VerifiedClaim), options.VerifiedClaim) == true;
        return new ProviderIdentity(
            OidcJson.Text(token, "iss")!,
            OidcJson.Text(token, "sub")!,
            verified && EmailAddress.TryParse(email, out var form, out _) ? form : null,
            OidcJson.Text(Source(options.NameClaim), options.NameClaim),
            List(options.RolesClaim),
            List(options.GroupsClaim)
        );
    }

    /// <summary>How others see the person, cut to what a name may be.</summary>
    public string DisplayName
    {
        get
        {
            var shown = new string([.. (Name ?? "").Where(c => !char.IsControl(c)).Take(IdentityChecks.LongestName)]);
            return string.IsNullOrWhiteSpace(shown)
                ? Email![..Email!.IndexOf('@', StringComparison.Ordinal)]
                : shown.Trim();
        }
    }
}
