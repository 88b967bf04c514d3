using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>API keys (S14): made, listed, revoked, and what one stands for. Thread-safe.</summary>
internal sealed class ApiKeys(Db db, IdSource ids, TimeProvider time, AuditLog audit, CallerCache callers)
{
    private const int MostOfOneUser = 100;
    private const string Columns = "id, name, hint, scopes, created_at, expires_at, used_at";

    /// <summary>The last use is written down at most this often.</summary>
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(5);

    /// <summary>The key itself is in this answer and nowhere else.</summary>
    public Task<NewKeyView> AddAsync(RequestOrigin origin, CreateKey wanted, CancellationToken ct)
    {
        var owner = origin.Caller!;
        var secret = Secrets.Make(Secrets.KeyPrefix);
        return db.WriteAsync(
            tx =>
            {
                if (KeyScopes.NeedAdmin(wanted.Scopes!) && owner.Role != UserRole.Admin)
                {
                    throw new ProblemException(ProblemCodes.Forbidden, "only admins make keys with those scopes");
                }

                if (Accounts.Find(tx, owner.OwnerId) is null)
                {
                    throw new ProblemException(ProblemCodes.Conflict, "this machine's owner has no account yet");
                }

                if (!HasRoom(tx, owner.OwnerId))
                {
                    throw new ProblemException(
                        ProblemCodes.Conflict,
                        $"there are {MostOfOneUser} keys: revoke one first"
                    );
                }

                var scopes = string.Join(' ', wanted.Scopes!.Distinct());
                var days = wanted.ExpiresInDays ?? CreateKey.StandardDays;
                var made = Insert(tx, owner.OwnerId, secret, wanted.Name!.Trim(), scopes, days, origin);
                return new NewKeyView(made, secret);
            },
            ct
        );
    }

    /// <summary>
    /// A key that was made elsewhere stands for the user here too: for all that users may do, for as long as a key of
    /// ours. False where it is known already, or the user has too many.
    /// </summary>
    public bool Adopt(DbTransaction tx, RequestOrigin origin, long userId, string secret, string name)
    {
        if (!IsNew(tx, secret) || !HasRoom(tx, userId))
        {
            return false;
        }

        Insert(tx, userId, secret, name, "all", CreateKey.StandardDays, origin);
        return true;
    }

    public static bool IsNew(DbSession session, string secret)
    {
        using var find = session.Query("SELECT 1 FROM api_keys WHERE hash = ?1");
        return !find.BindBlob(1, Secrets.Hash(secret)).Step();
    }

    public Task<Page<KeyView>> ListAsync(long userId, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                long after = 0;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, 'k', new Span<long>(ref after));
                }

                var items = new List<KeyView>();
                using var rows = session.Query(
                    $"SELECT {Columns} FROM api_keys WHERE user_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3 OFFSET ?4"
                );
                rows.Bind(1, userId).Bind(2, after).Bind(3, page.Limit + 1L).Bind(4, page.Offset);
                while (rows.Step())
                {
                    items.Add(Read(rows));
                }

                return Page<KeyView>.Of(items, page, null, k => Cursor.Write('k', k.Number));
            },
            ct
        );

    /// <summary>False where the user has no such key.</summary>
    public Task<bool> RevokeAsync(RequestOrigin origin, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                using var delete = tx.Query("DELETE FROM api_keys WHERE id = ?1 AND user_id = ?2");
                delete.Bind(1, id).Bind(2, origin.Caller!.OwnerId).Run();
                if (tx.Changes == 0)
                {
                    return false;
                }

                audit.Add(tx, origin, AuditActions.KeyRevoked, origin.Caller.OwnerId, detail: KeyId.Format(id));
                tx.OnCommitted(callers.Clear);
                return true;
            },
            ct
        );

    /// <summary>Whom a key stands for now, and until when; null for none.</summary>
    public async Task<(Caller Caller, long ValidUntil)?> FindCallerAsync(string secret, CancellationToken ct)
    {
        var now = ApiTime.Micros(time.GetUtcNow());
        var found = await db.LookUpAsync(session => Find(session, Secrets.Hash(secret), now), ct);
        if (found is not var (caller, expires, used))
        {
            return null;
        }

        if (used is null || now - used > (long)UseStep.TotalMicroseconds)
        {
            await NoteUseAsync(caller.CredentialId!.Value, now, ct);
        }

        return (caller, expires is { } end ? end / 1_000_000 : long.MaxValue);
    }

    private static (Caller Caller, long? Expires, long? Used)? Find(DbSession session, byte[] hash, long now)
    {
        using var find = session.Query(
            """
            SELECT k.id, k.user_id, u.role, k.scopes, k.expires_at, k.used_at
            FROM api_keys k JOIN users u ON u.id = k.user_id
            WHERE k.hash = ?1 AND (k.expires_at IS NULL OR k.expires_at > ?2) AND u.disabled = 0
            """
        );
        find.BindBlob(1, hash).Bind(2, now);
        return find.Step()
            ? (
                new Caller(find.Int64(1))
                {
                    Role = (UserRole)find.Int32(2),
                    Door = CallerDoor.Key,
                    CredentialId = find.Int64(0),
                    Scopes = KeyScopes.Of(find.Text(3)!),
                },
                find.Int64OrNull(4),
                find.Int64OrNull(5)
            )
            : null;
    }

    private async Task NoteUseAsync(long id, long now, CancellationToken ct)
    {
        try
        {
            await db.WriteEssentialAsync(
                tx =>
                {
                    using var update = tx.Query("UPDATE api_keys SET used_at = ?2 WHERE id = ?1");
                    update.Bind(1, id).Bind(2, now).Run();
                },
                ct
            );
        }
        catch (StoreException)
        {
            // Reading goes on where nothing can be written (R10); the time of use is not worth an error.
        }
    }

    private static bool HasRoom(DbTransaction tx, long userId)
    {
        using var count = tx.Query("SELECT count(*) FROM api_keys WHERE user_id = ?1");
        count.Bind(1, userId).Step();
        return count.Int64(0) < MostOfOneUser;
    }

    private KeyView Insert(
        DbTransaction tx,
        long userId,
        string secret,
        string name,
        string scopes,
        int days,
        RequestOrigin origin
    )
    {
        var now = time.GetUtcNow();
        var id = ids.Next(now.ToUnixTimeMilliseconds());
        using var insert = tx.Query(
            $"INSERT INTO api_keys (id, user_id, hash, name, hint, scopes, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING {Columns}"
        );
        insert.Bind(1, id).Bind(2, userId).BindBlob(3, Secrets.Hash(secret)).Bind(4, name).Bind(5, secret[^4..]);
        insert.Bind(6, scopes).Bind(7, ApiTime.Micros(now)).Bind(8, ApiTime.Micros(now.AddDays(days))).Step();
        audit.Add(tx, origin, AuditActions.KeyMade, userId, detail: KeyId.Format(id));
        return Read(insert);
    }

    private static KeyView Read(DbStatement row) =>
        new(
            KeyId.Format(row.Int64(0)),
            row.Text(1)!,
            row.Text(2)!,
            KeyScopes.Of(row.Text(3)!).Granted,
            ApiTime.Format(row.Int64(4))!,
            ApiTime.Format(row.Int64OrNull(5)),
            ApiTime.Format(row.Int64OrNull(6))
        )
        {
            Number = row.Int64(0),
        };
}
