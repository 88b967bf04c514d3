namespace Parley.Identity;

/// <summary>Who may call a route.</summary>
internal enum AccessLevel
{
    /// <summary>Anybody, unsigned.</summary>
    Anyone,

    /// <summary>A signed-in person, also one who waits for an admin; never a key.</summary>
    Session,

    /// <summary>A user or admin, or a key of theirs with the scope.</summary>
    User,

    /// <summary>An admin, or a key of theirs that names the scope.</summary>
    Admin,
}

/// <summary>Route metadata: who may call it. A route without one keeps the server from starting (S16).</summary>
/// <param name="Scope">What a key must have been given: <c>search</c>, <c>import</c>, …</param>
/// <param name="Reads">It changes nothing although its method says otherwise: a search by POST.</param>
internal sealed record AccessPolicy(AccessLevel Level, string Scope, bool Reads = false);

/// <summary>States the policy of routes where they are mapped.</summary>
internal static class AccessPolicies
{
    public static T ForAnyone<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.With(new AccessPolicy(AccessLevel.Anyone, ""));

    public static T ForSessions<T>(this T routes)
        where T : IEndpointConventionBuilder => routes.With(new AccessPolicy(AccessLevel.Session, ""));

    /// <inheritdoc cref="AccessPolicy" path="/param"/>
    public static T ForUsers<T>(this T routes, string scope, bool reads = false)
        where T : IEndpointConventionBuilder => routes.With(new AccessPolicy(AccessLevel.User, scope, reads));

    public static T ForAdmins<T>(this T routes, string scope)
        where T : IEndpointConventionBuilder => routes.With(new AccessPolicy(AccessLevel.Admin, scope));

    /// <summary>The check at start: deny by default, and say so before anybody calls (S16).</summary>
    /// <exception cref="InvalidOperationException">A route has no policy.</exception>
    public static void RequireOnEveryRoute(IEnumerable<EndpointDataSource> sources)
    {
        var open = sources
            .SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint is RouteEndpoint && endpoint.Metadata.GetMetadata<AccessPolicy>() is null)
            .Select(endpoint => endpoint.DisplayName ?? "a route");
        var missing = string.Join(", ", open);
        if (missing.Length > 0)
        {
            throw new InvalidOperationException(
                $"{missing}: no policy; add ForUsers, ForAdmins, ForSessions or ForAnyone where it is mapped"
            );
        }
    }

    private static T With<T>(this T routes, AccessPolicy policy)
        where T : IEndpointConventionBuilder
    {
        routes.Add(endpoint => endpoint.Metadata.Add(policy));
        return routes;
    }
}
