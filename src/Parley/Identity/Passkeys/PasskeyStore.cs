using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.Passkeys;

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Host">The name of this server that it was made for: under another one it does not work.</param>
/// <param name="Synced">It may be on several devices.</param>
/// <param name="UsedAt">Last sign-in with it.</param>
internal sealed record PasskeyView(string Id, string Name, string Host, bool Synced, string CreatedAt, string? UsedAt);

/// <summary>A passkey as it is stored.</summary>
internal sealed record Passkey(
    long Id,
    long UserId,
    byte[] CredentialId,
    string Host,
    byte[] PublicKey,
    long SignCount
);

/// <summary>The passkeys table. Thread-safe.</summary>
internal sealed class PasskeyStore(Db db, IdSource ids, AuditLog audit, TimeProvider time)
{
    private const int MostOfOneUser = 20;
    private const string Columns = "id, name, rp_id, synced, created_at, used_at";

    public Task<Page<PasskeyView>> ListAsync(long userId, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                long after = 0;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, 'p', new Span<long>(ref after));
                }

                var items = new List<PasskeyView>();
                long last = 0;
                using var rows = session.Query(
                    $"SELECT {Columns} FROM passkeys WHERE user_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3 OFFSET ?4"
                );
                rows.Bind(1, userId).Bind(2, after).Bind(3, page.Limit + 1L).Bind(4, page.Offset);
                while (rows.Step())
                {
                    last = items.Count < page.Limit ? rows.Int64(0) : last;
                    items.Add(View(rows));
                }

                return Page<PasskeyView>.Of(items, page, null, _ => Cursor.Write('p', last));
            },
            ct
        );

    /// <summary>The authenticators' names of a user's passkeys for that host.</summary>
    public Task<List<byte[]>> CredentialsAsync(long userId, string host, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                var found = new List<byte[]>();
                using var rows = session.Query("SELECT credential_id FROM passkeys WHERE user_id = ?1 AND rp_id = ?2");
                rows.Bind(1, userId).Bind(2, host);
                while (rows.Step())
                {
                    found.Add(rows.Blob(0).ToArray());
                }

                return found;
            },
            ct
        );

    public Task<Passkey?> FindAsync(byte[] credentialId, CancellationToken ct) =>
        db.ReadAsync(session => Find(session, credentialId), ct);

    public static Passkey? Find(DbSession session, byte[] credentialId)
    {
        using var find = session.Query(
            "SELECT id, user_id, credential_id, rp_id, public_key, sign_count FROM passkeys WHERE credential_id = ?1"
        );
        return find.BindBlob(1, credentialId).Step()
            ? new Passkey(
                find.Int64(0),
                find.Int64(1),
                find.Blob(2).ToArray(),
                find.Text(3)!,
                find.Blob(4).ToArray(),
                find.Int64(5)
            )
            : null;
    }

    /// <exception cref="ProblemException">The user has enough of them, or somebody has this one.</exception>
    public PasskeyView Add(DbTransaction tx, RequestOrigin origin, string name, string host, AuthenticatorData said)
    {
        var owner = origin.Caller!.OwnerId;
        using var count = tx.Query("SELECT count(*) FROM passkeys WHERE user_id = ?1");
        if (count.Bind(1, owner).Step() && count.Int64(0) >= MostOfOneUser)
        {
            throw new ProblemException(ProblemCodes.Conflict, $"{MostOfOneUser} passkeys are enough: remove one first");
        }

        if (Find(tx, said.Made!.Id) is not null)
        {
            throw new ProblemException(ProblemCodes.Conflict, "this passkey is in use already");
        }

        var now = time.GetUtcNow();
        var id = ids.Next(now.ToUnixTimeMilliseconds());
        using var insert = tx.Query(
            $"INSERT INTO passkeys (id, user_id, credential_id, rp_id, public_key, sign_count, synced, name, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING {Columns}"
        );
        insert.Bind(1, id).Bind(2, owner).BindBlob(3, said.Made.Id).Bind(4, host).BindBlob(5, said.Made.PublicKey);
        insert.Bind(6, said.SignCount).Bind(7, said.Synced).Bind(8, name).Bind(9, ApiTime.Micros(now)).Step();
        audit.Add(tx, origin, AuditActions.Passkey, owner, detail: "added " + PasskeyId.Format(id));
        return View(insert);
    }

    public static void NoteUse(DbTransaction tx, long id, uint signCount, long now)
    {
        using var update = tx.Query("UPDATE passkeys SET sign_count = ?2, used_at = ?3 WHERE id = ?1");
        update.Bind(1, id).Bind(2, signCount).Bind(3, now).Run();
    }

    /// <summary>Null where the caller has no such passkey.</summary>
    public Task<PasskeyView?> RenameAsync(RequestOrigin origin, long id, string name, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                using var update = tx.Query(
                    $"UPDATE passkeys SET name = ?3 WHERE id = ?1 AND user_id = ?2 RETURNING {Columns}"
                );
                return update.Bind(1, id).Bind(2, origin.Caller!.OwnerId).Bind(3, name).Step() ? View(update) : null;
            },
            ct
        );

    /// <inheritdoc cref="RenameAsync"/>
    public Task<bool> RemoveAsync(RequestOrigin origin, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                using var delete = tx.Query("DELETE FROM passkeys WHERE id = ?1 AND user_id = ?2");
                delete.Bind(1, id).Bind(2, origin.Caller!.OwnerId).Run();
                if (tx.Changes == 0)
                {
                    return false;
                }

                var detail = "removed " + PasskeyId.Format(id);
                audit.Add(tx, origin, AuditActions.Passkey, origin.Caller.OwnerId, detail: detail);
                return true;
            },
            ct
        );

    private static PasskeyView View(DbStatement row) =>
        new(
            PasskeyId.Format(row.Int64(0)),
            row.Text(1)!,
            row.Text(2)!,
            row.Bool(3),
            ApiTime.Format(row.Int64(4))!,
            ApiTime.Format(row.Int64OrNull(5))
        );
}
