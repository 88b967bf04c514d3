using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.OpenWebUi;

/// <summary>A token in Open WebUI's form, in its words.</summary>
/// <param name="ExpiresAt">Unix seconds.</param>
internal sealed record OpenWebUiToken(string Token, string TokenType, long ExpiresAt);

/// <summary>
/// Whom a token of Open WebUI's form stands for. It names an account only where an admin took the account over from
/// there; role and state are those of our store. Those we make are tied to the session they were made in. Thread-safe.
/// </summary>
internal sealed class OpenWebUiCallers(
    Db db,
    OpenWebUiTokens tokens,
    AuditLog audit,
    CallerCache callers,
    TimeProvider time
)
{
    /// <summary>Open WebUI's own; the session may end before.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(28);

    private const string FindSql = """
        SELECT u.id, u.role, u.second_factor, o.valid_from, s.id,
            EXISTS (SELECT 1 FROM ended_tokens WHERE hash = ?4)
        FROM open_webui_users o
        JOIN users u ON u.id = o.user_id AND u.disabled = 0
        LEFT JOIN sessions s ON s.id = ?2 AND s.user_id = u.id AND s.expires_at > ?3
        WHERE o.foreign_id = ?1
        """;

    /// <summary>Null: for nobody.</summary>
    public async Task<(Caller Caller, long ValidUntil)?> FindAsync(string token, CancellationToken ct)
    {
        if (tokens.Read(token) is not { } claims)
        {
            return null;
        }

        var caller = await db.LookUpAsync(session => Find(session, claims, Secrets.Hash(token)), ct);
        return caller is null ? null : (caller, claims.ExpiresAt);
    }

    /// <summary>A token for the caller's account, as good as the session.</summary>
    /// <exception cref="ProblemException">It is not set up, or the account is not one of Open WebUI's.</exception>
    public async Task<OpenWebUiToken> IssueAsync(Caller caller, RequestOrigin origin, CancellationToken ct)
    {
        if (!tokens.IsOn)
        {
            throw new ProblemException(ProblemCodes.NotFound, "open-webui.secret is not set here");
        }

        if (caller is not { Door: CallerDoor.Session, CredentialId: { } sessionId })
        {
            throw new ProblemException(ProblemCodes.Conflict, "sign in here first: a token is made for a session");
        }

        var (foreignId, ends) = await db.WriteEssentialAsync(
            tx =>
            {
                using var find = tx.Query(
                    "SELECT o.foreign_id, s.expires_at FROM sessions s JOIN open_webui_users o ON o.user_id = s.user_id WHERE s.id = ?1 AND s.user_id = ?2"
                );
                if (!find.Bind(1, sessionId).Bind(2, caller.OwnerId).Step())
                {
                    throw new ProblemException(ProblemCodes.Conflict, "the account is none of Open WebUI's");
                }

                audit.Add(tx, origin, AuditActions.KeyMade, caller.OwnerId, detail: "token of Open WebUI's form");
                return (find.Text(0)!, DateTimeOffset.UnixEpoch.AddMicroseconds(find.Int64(1)));
            },
            ct
        );
        var longest = time.GetUtcNow() + Life;
        var until = ends < longest ? ends : longest;
        var token = tokens.Issue(foreignId, SessionId.Format(sessionId), until);
        return new OpenWebUiToken(token, "Bearer", until.ToUnixTimeSeconds());
    }

    /// <summary>Signs out of a token that Open WebUI made: here it is good no longer.</summary>
    public async Task EndAsync(string token, RequestOrigin origin, CancellationToken ct)
    {
        if (tokens.Read(token) is not { } claims)
        {
            return;
        }

        await db.WriteEssentialAsync(
            tx =>
            {
                var now = ApiTime.Micros(time.GetUtcNow());
                using var forget = tx.Query("DELETE FROM ended_tokens WHERE ends_at < ?1");
                forget.Bind(1, now - (long)TimeSpan.FromDays(1).TotalMicroseconds).Run();
                using var insert = tx.Query("INSERT OR IGNORE INTO ended_tokens (hash, ends_at) VALUES (?1, ?2)");
                var ends = DateTimeOffset.FromUnixTimeSeconds(claims.ExpiresAt);
                insert.BindBlob(1, Secrets.Hash(token)).Bind(2, ApiTime.Micros(ends)).Run();
                audit.Add(tx, origin, AuditActions.SignOut, origin.Caller!.OwnerId, detail: "token of Open WebUI's");
                tx.OnCommitted(callers.Clear);
            },
            ct
        );
    }

    /// <summary>Where an account's sessions end, what Open WebUI made for it before ends too.</summary>
    public static void EndAll(DbTransaction tx, long userId, long now)
    {
        using var end = tx.Query("UPDATE open_webui_users SET valid_from = ?2 WHERE user_id = ?1");
        end.Bind(1, userId).Bind(2, now).Run();
    }

    private Caller? Find(DbSession session, OpenWebUiClaims claims, byte[] hash)
    {
        var isOurs = Ids.TryParse(claims.TokenId, IdKind.Session, out var sessionId);
        using var find = session.Query(FindSql);
        find.Bind(1, claims.ForeignId).Bind(2, sessionId).Bind(3, ApiTime.Micros(time.GetUtcNow())).BindBlob(4, hash);
        if (!find.Step())
        {
            return null;
        }

        var caller = new Caller(find.Int64(0)) { Role = (UserRole)find.Int32(1), Door = CallerDoor.OpenWebUi };
        if (isOurs)
        {
            return find.IsNull(4) ? null : caller with { Door = CallerDoor.Session, CredentialId = sessionId };
        }

        // Open WebUI has asked for no code of ours, so it does not speak for who wants one asked for.
        var secondFactor = find.Bool(2);
        var tooOld =
            find.Int64OrNull(3) is { } from
            && (claims.IssuedAt is not { } at || ApiTime.Micros(DateTimeOffset.FromUnixTimeSeconds(at)) <= from);
        return secondFactor || tooOld || find.Bool(5) ? null : caller;
    }
}
