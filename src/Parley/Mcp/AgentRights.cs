using Parley.Identity;

namespace Parley.Mcp;

/// <summary>What the key of a caller may be used for (S14): the same words as for the routes behind each tool.</summary>
internal static class AgentRights
{
    public static bool May(Caller caller, string scope, bool reads) =>
        caller.Scopes is not { } scopes || scopes.Allow(new AccessPolicy(AccessLevel.User, scope), reads);

    public static string Missing(string scope) => $"the key has no scope \"{scope}\" for that";
}
