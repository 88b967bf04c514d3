using Parley.Identity.OpenWebUi;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>What a sign-in hands out.</summary>
internal sealed record SessionTokens(User User, string Access, string Refresh);

/// <summary>
/// Sessions and their refresh tokens (S11): 30 days from the last use, 90 in all, a new token at each use. An old one
/// shown again means that two people have it: the session ends for both. Thread-safe.
/// </summary>
internal sealed class Sessions(
    Db db,
    IdSource ids,
    TimeProvider time,
    AccessTokens tokens,
    AuditLog audit,
    CallerCache callers
)
{
    public static readonly TimeSpan Sliding = TimeSpan.FromDays(30);
    private static readonly TimeSpan Absolute = TimeSpan.FromDays(90);

    /// <summary>Inside the transaction that found the user fit to come in.</summary>
    public SessionTokens Begin(DbTransaction tx, User user, RequestOrigin origin)
    {
        var at = time.GetUtcNow();
        var id = ids.Next(at.ToUnixTimeMilliseconds());
        Forget(tx, ApiTime.Micros(at));
        using (
            var insert = tx.Query(
                "INSERT INTO sessions (id, user_id, created_at, used_at, expires_at, ends_at, address, agent) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7)"
            )
        )
        {
            insert
                .Bind(1, id)
                .Bind(2, user.Id)
                .Bind(3, ApiTime.Micros(at))
                .Bind(4, ApiTime.Micros(at + Sliding))
                .Bind(5, ApiTime.Micros(at + Absolute))
                .Bind(6, origin.Address)
                .Bind(7, origin.Agent)
                .Run();
        }

        return new SessionTokens(user, tokens.Issue(user.Id, id), AddRefreshToken(tx, id));
    }

    /// <summary>New tokens for a refresh token that was not used before; null for any other.</summary>
    public Task<SessionTokens?> RefreshAsync(string refreshToken, RequestOrigin origin, CancellationToken ct)
    {
        var hash = Secrets.Hash(refreshToken);
        return db.WriteEssentialAsync(tx => Refresh(tx, hash, origin), ct);
    }

    /// <summary>Ends one; false where the user has no such session.</summary>
    public Task<bool> EndAsync(
        long userId,
        long sessionId,
        RequestOrigin origin,
        string action,
        CancellationToken ct
    ) =>
        db.WriteEssentialAsync(
            tx =>
            {
                using var delete = tx.Query("DELETE FROM sessions WHERE id = ?1 AND user_id = ?2");
                delete.Bind(1, sessionId).Bind(2, userId).Run();
                if (tx.Changes == 0)
                {
                    return false;
                }

                audit.Add(tx, origin, action, userId, detail: SessionId.Format(sessionId));
                tx.OnCommitted(callers.Clear);
                return true;
            },
            ct
        );

    /// <summary>Ends every session of the user but one, which may be none, and what an Open WebUI let them in by.</summary>
    public void EndOthers(DbTransaction tx, long userId, long? except)
    {
        using var delete = tx.Query("DELETE FROM sessions WHERE user_id = ?1 AND id <> ?2");
        delete.Bind(1, userId).Bind(2, except ?? 0).Run();
        OpenWebUiCallers.EndAll(tx, userId, ApiTime.Micros(time.GetUtcNow()));
        tx.OnCommitted(callers.Clear);
    }

    /// <inheritdoc cref="EndOthers"/>
    public Task EndOthersAsync(Caller caller, RequestOrigin origin, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                EndOthers(tx, caller.OwnerId, caller.Door == CallerDoor.Session ? caller.CredentialId : null);
                audit.Add(tx, origin, AuditActions.SessionEnd, caller.OwnerId, detail: "all others");
            },
            ct
        );

    public Task<Page<SessionView>> ListAsync(Caller caller, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                long after = 0;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, 's', new Span<long>(ref after));
                }

                var items = new List<SessionView>();
                using var rows = session.Query(
                    """
                    SELECT id, created_at, used_at, expires_at, address, agent FROM sessions
                    WHERE user_id = ?1 AND id > ?2 AND expires_at > ?3 ORDER BY id LIMIT ?4 OFFSET ?5
                    """
                );
                rows.Bind(1, caller.OwnerId).Bind(2, after).Bind(3, ApiTime.Micros(time.GetUtcNow()));
                rows.Bind(4, page.Limit + 1L).Bind(5, page.Offset);
                while (rows.Step())
                {
                    items.Add(Read(rows, caller));
                }

                return Page<SessionView>.Of(items, page, null, s => Cursor.Write('s', s.Number));
            },
            ct
        );

    private SessionTokens? Refresh(DbTransaction tx, byte[] hash, RequestOrigin origin)
    {
        var now = ApiTime.Micros(time.GetUtcNow());
        if (Find(tx, hash) is not var (sessionId, userId, used, expires, ends))
        {
            return null;
        }

        if (used)
        {
            using var end = tx.Query("DELETE FROM sessions WHERE id = ?1");
            end.Bind(1, sessionId).Run();
            audit.Add(tx, origin, AuditActions.TokenReuse, userId, ok: false, SessionId.Format(sessionId));
            tx.OnCommitted(callers.Clear);
            return null;
        }

        if (expires <= now || Accounts.Find(tx, userId) is not { Disabled: false } user)
        {
            return null;
        }

        using (var mark = tx.Query("UPDATE refresh_tokens SET used = 1 WHERE hash = ?1"))
        {
            mark.BindBlob(1, hash).Run();
        }

        using (var slide = tx.Query("UPDATE sessions SET used_at = ?2, expires_at = ?3 WHERE id = ?1"))
        {
            slide.Bind(1, sessionId).Bind(2, now).Bind(3, Math.Min(now + (long)Sliding.TotalMicroseconds, ends)).Run();
        }

        return new SessionTokens(user, tokens.Issue(userId, sessionId), AddRefreshToken(tx, sessionId));
    }

    private static (long Session, long User, bool Used, long Expires, long Ends)? Find(DbSession session, byte[] hash)
    {
        using var find = session.Query(
            """
            SELECT s.id, s.user_id, r.used, s.expires_at, s.ends_at
            FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id WHERE r.hash = ?1
            """
        );
        find.BindBlob(1, hash);
        return find.Step() ? (find.Int64(0), find.Int64(1), find.Bool(2), find.Int64(3), find.Int64(4)) : null;
    }

    private static string AddRefreshToken(DbTransaction tx, long sessionId)
    {
        var secret = Secrets.Make(Secrets.RefreshPrefix);
        using var insert = tx.Query("INSERT INTO refresh_tokens (hash, session_id) VALUES (?1, ?2)");
        insert.BindBlob(1, Secrets.Hash(secret)).Bind(2, sessionId).Run();
        return secret;
    }

    /// <summary>Sessions that are over go as new ones come: no upkeep of their own.</summary>
    private static void Forget(DbTransaction tx, long now)
    {
        using var delete = tx.Query(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ?1 LIMIT 100)"
        );
        delete.Bind(1, now).Run();
    }

    private static SessionView Read(DbStatement row, Caller caller) =>
        new(
            SessionId.Format(row.Int64(0)),
            caller.Door == CallerDoor.Session && caller.CredentialId == row.Int64(0),
            ApiTime.Format(row.Int64(1))!,
            ApiTime.Format(row.Int64(2))!,
            ApiTime.Format(row.Int64(3))!,
            row.Text(4),
            row.Text(5)
        )
        {
            Number = row.Int64(0),
        };
}
