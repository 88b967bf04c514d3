using Parley.Identity.OpenWebUi;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>
/// Finds out who a credential stands for: the only place that does (S14), whichever header carried it. Thread-safe.
/// </summary>
internal sealed class CallerSource(
    Db db,
    AccessTokens tokens,
    ApiKeys keys,
    CallerCache cache,
    LocalAccess local,
    OpenWebUiCallers openWebUi,
    IdentityOptions options,
    TimeProvider time
)
{
    private const string SessionSql = """
        SELECT u.role FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = ?1 AND s.user_id = ?2 AND s.expires_at > ?3 AND u.disabled = 0
        """;

    /// <summary>Null: it stands for nobody.</summary>
    /// <param name="credential">Null where the request had none.</param>
    /// <param name="fresh">Ask the store, whatever was found a moment ago: for who asks at intervals of their own (S12).</param>
    public async ValueTask<Caller?> FindAsync(string? credential, CancellationToken ct, bool fresh = false)
    {
        if (options.SingleUser)
        {
            return Caller.Local;
        }

        if (credential is null)
        {
            return null;
        }

        var key = CallerCache.KeyOf(credential);
        if (!fresh && cache.Find(key) is { } known)
        {
            return known;
        }

        var asked = cache.Generation;
        if (await AskAsync(credential, ct) is not var (caller, validUntil))
        {
            return null;
        }

        cache.Keep(key, caller, validUntil, asked);
        return caller;
    }

    private async Task<(Caller Caller, long ValidUntil)?> AskAsync(string credential, CancellationToken ct)
    {
        if (credential.StartsWith(Secrets.KeyPrefix, StringComparison.Ordinal) || OpenWebUiUser.IsKey(credential))
        {
            return await keys.FindCallerAsync(credential, ct);
        }

        if (credential.StartsWith(Secrets.LocalPrefix, StringComparison.Ordinal))
        {
            return local.Allows(credential) ? (Caller.Local, long.MaxValue) : null;
        }

        if (tokens.Read(credential) is { } claims)
        {
            return await FindSessionAsync(claims, ct) is { } caller ? (caller, claims.ExpiresAt) : null;
        }

        return await openWebUi.FindAsync(credential, ct);
    }

    private Task<Caller?> FindSessionAsync(AccessClaims claims, CancellationToken ct)
    {
        var now = ApiTime.Micros(time.GetUtcNow());
        return db.LookUpAsync(
            session =>
            {
                using var find = session.Query(SessionSql);
                find.Bind(1, claims.SessionId).Bind(2, claims.UserId).Bind(3, now);
                return find.Step()
                    ? new Caller(claims.UserId)
                    {
                        Role = (UserRole)find.Int32(0),
                        Door = CallerDoor.Session,
                        CredentialId = claims.SessionId,
                    }
                    : null;
            },
            ct
        );
    }
}
