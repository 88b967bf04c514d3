namespace Parley.Ops;

/// <summary>What a server says of itself without being signed in to.</summary>
internal sealed record ServerFacts(string Version, bool SingleUser);

/// <param name="Version">Of Parley.</param>
internal sealed record VersionAnswer(string Version, string SqliteVersion);

/// <summary>What a signed-out page may know.</summary>
internal sealed record ConfigAnswer(string Name, string Version, bool SingleUser, ConfigLimits Limits);

/// <summary>Sizes a client can check before it sends.</summary>
internal sealed record ConfigLimits(int TitleCharacters, int MessageCharacters, int PageSize, int QueryCharacters);
