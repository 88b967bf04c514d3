using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>
/// Stands between the router and every handler: finds out who calls, and lets nobody pass whom the route's policy does
/// not let (S16). Handlers see the result as <see cref="Caller"/>.
/// </summary>
internal sealed class AccessGate(
    RequestDelegate next,
    CallerSource callers,
    RequestLimits limits,
    OpenStreams streams,
    IdentityOptions options,
    HttpOptions surface
)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // No route, or the router's own answer to a wrong method: nothing of anybody's is behind it.
        var policy = http.GetEndpoint()?.Metadata.GetMetadata<AccessPolicy>();
        if (policy is null or { Level: AccessLevel.Anyone })
        {
            if (limits.Refuse(http, await FindAsync(http)) is { } tooMany)
            {
                await tooMany.ExecuteAsync(http);
                return;
            }

            await next(http);
            return;
        }

        var standing = http.GetEndpoint()!.Metadata.GetMetadata<StandingStream>();
        var credential =
            options.SingleUser ? default
            : standing is { IsSocket: true } ? Credential.OfSocket(http.Request)
            : Credential.Of(http.Request);
        var caller = await callers.FindAsync(credential.Text, http.RequestAborted);
        if ((limits.Refuse(http, caller) ?? Refuse(http, policy, caller, credential.Ambient)) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
            return;
        }

        http.Features.Set(caller!);
        if (standing is null && http.GetEndpoint()!.Metadata.GetMetadata<EventStream>() is null)
        {
            await next(http);
            return;
        }

        if (streams.Open(http, caller!, policy, credential.Text) is not { } open)
        {
            // It is free when one of them ends, which nobody knows: soon enough to be worth a try.
            http.Response.Headers.RetryAfter = "5";
            await new ProblemResult(ProblemCodes.TooManyRequests, "too many streams are open at once").ExecuteAsync(
                http
            );
            return;
        }

        using (open)
        {
            await next(http);
        }
    }

    /// <summary>Who is signed in on a page of everybody's: their requests are counted as theirs.</summary>
    private ValueTask<Caller?> FindAsync(HttpContext http) =>
        options.SingleUser || Credential.Of(http.Request).Text is not { } credential
            ? ValueTask.FromResult<Caller?>(null)
            : callers.FindAsync(credential, http.RequestAborted);

    /// <summary>Why this caller may not do this; null where they may.</summary>
    internal static ProblemResult? Refuse(AccessPolicy policy, Caller? caller, bool reads)
    {
        if (caller is null)
        {
            return new ProblemResult(ProblemCodes.Unauthenticated, "send an access token or a key, or sign in");
        }

        var enough = policy.Level switch
        {
            AccessLevel.Session => caller.Door != CallerDoor.Key,
            AccessLevel.User => caller.Role != UserRole.Pending,
            AccessLevel.Admin => caller.Role == UserRole.Admin,
            _ => true,
        };
        if (!enough)
        {
            return new ProblemResult(
                ProblemCodes.Forbidden,
                caller.Role == UserRole.Pending ? "the account waits for an admin's yes"
                    : policy.Level == AccessLevel.Session ? "keys cannot do that: sign in"
                    : "only admins may do that"
            );
        }

        return caller.Scopes is { } scopes && !scopes.Allow(policy, reads)
            ? new ProblemResult(ProblemCodes.Forbidden, $"the key has no scope \"{policy.Scope}\" for that")
            : null;
    }

    private ProblemResult? Refuse(HttpContext http, AccessPolicy policy, Caller? caller, bool ambient)
    {
        var reads = policy.Reads || HttpMethods.IsGet(http.Request.Method);
        if (Refuse(policy, caller, reads) is { } refusal)
        {
            return refusal;
        }

        if (http.GetEndpoint()!.Metadata.GetMetadata<StandingStream>() is { IsSocket: true })
        {
            return CrossSite.RefuseSocket(http.Request, ambient, surface.Origins);
        }

        // Without accounts, being on this machine is the credential, and every page in its browser is.
        return ambient || options.SingleUser
            ? CrossSite.Refuse(
                http.Request,
                required: ambient,
                http.GetEndpoint()!.Metadata.GetMetadata<TakesFiles>() is not null
            )
            : null;
    }
}
