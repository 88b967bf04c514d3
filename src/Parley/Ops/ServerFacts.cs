namespace Parley.Ops;

/// <summary>What a server says of itself without being signed in to.</summary>
internal sealed record ServerFacts(string Version, bool SingleUser);

/// <param name="Version">Of Parley.</param>
internal sealed record VersionAnswer(string Version, string SqliteVersion);

/// <summary>What a signed-out page may know.</summary>
/// <param name="OidcName">What the button says that begins a sign-in by a provider, at /api/auth/oidc/start; null: there is none.</param>
internal sealed record ConfigAnswer(
    string Name,
    string Version,
    bool SingleUser,
    string? OidcName,
    ConfigLimits Limits
);

/// <summary>Sizes a client can check before it sends.</summary>
internal sealed record ConfigLimits(int TitleCharacters, int MessageCharacters, int PageSize, int QueryCharacters);
