using Parley.Kernel.Problems;
using Parley.Sqlite;

namespace Parley.Kernel.Http;

/// <summary>
/// Writes that create: the effect and the remembered answer are one transaction, so a repeat after any crash gives
/// either the first answer or does the work for the first time. Thread-safe.
/// </summary>
internal sealed class IdempotentWrites(Db db, IdSource ids, TimeProvider time)
{
    /// <summary>A new id may meet an old one (Kernel/Ids.cs): the write is undone whole and drawn again.</summary>
    private const int ClashRetries = 5;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <param name="effect">Runs in the writer's lane and gives the answer of the first time; may run again after a clash of ids.</param>
    /// <exception cref="ProblemException">The key was used for another request.</exception>
    public async Task<StoredAnswer> RunAsync(
        long ownerId,
        IdempotencyKey key,
        ReadOnlyMemory<byte> body,
        Func<DbTransaction, StoredAnswer> effect,
        CancellationToken ct
    )
    {
        var fingerprint = key.Key is null ? [] : key.Fingerprint(body.Span);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await db.WriteAsync(
                    tx => key.Key is null ? effect(tx) : Once(tx, ownerId, key.Key, fingerprint, effect),
                    ct
                );
            }
            catch (SqliteException clash) when (clash.IsConstraintUnique && attempt < ClashRetries)
            {
                ids.Leap();
            }
        }
    }

    /// <summary>Forgets what an owner who is gone was answered.</summary>
    public static void Forget(DbTransaction tx, long ownerId)
    {
        using var delete = tx.Query("DELETE FROM idempotency_keys WHERE owner_id = ?1");
        delete.Bind(1, ownerId).Run();
    }

    private StoredAnswer Once(
        DbTransaction tx,
        long ownerId,
        string key,
        byte[] fingerprint,
        Func<DbTransaction, StoredAnswer> effect
    )
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        ForgetOld(tx, now - (long)KeptFor.TotalMilliseconds);
        if (Find(tx, ownerId, key, fingerprint) is { } first)
        {
            return first;
        }

        var answer = effect(tx);
        using var insert = tx.Query(
            "INSERT INTO idempotency_keys (owner_id, key, fingerprint, status, location, etag, body, stored_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        );
        insert
            .Bind(1, ownerId)
            .Bind(2, key)
            .BindBlob(3, fingerprint)
            .Bind(4, answer.Status)
            .Bind(5, answer.Location)
            .Bind(6, answer.ETag);
        insert.BindBlob(7, answer.Json).Bind(8, now).Run();
        return answer;
    }

    private static void ForgetOld(DbTransaction tx, long before)
    {
        using var delete = tx.Query("DELETE FROM idempotency_keys WHERE stored_at < ?1");
        delete.Bind(1, before).Run();
    }

    private static StoredAnswer? Find(DbTransaction tx, long ownerId, string key, byte[] fingerprint)
    {
        using var find = tx.Query(
            "SELECT fingerprint, status, location, etag, body FROM idempotency_keys WHERE owner_id = ?1 AND key = ?2"
        );
        find.Bind(1, ownerId).Bind(2, key);
        if (!find.Step())
        {
            return null;
        }

        return find.Blob(0).SequenceEqual(fingerprint)
            ? new StoredAnswer(find.Int32(1), find.Text(2), find.Text(3), find.Blob(4).ToArray())
            : throw new ProblemException(
                ProblemCodes.KeyReused,
                "this Idempotency-Key came with another request before: use a new one"
            );
    }
}
