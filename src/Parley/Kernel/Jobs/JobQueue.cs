namespace Parley.Kernel;

/// <summary>The jobs table: enqueue inside the transaction that makes the work, claim, renew, finish.</summary>
internal sealed class JobQueue(Db db, IdSource ids, TimeProvider time) : IDisposable
{
    /// <summary>How long a claim holds without being renewed.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim wake = new(0, 1);

    /// <summary>Adds work; the same kind and subject twice is one job. The runner wakes when the transaction commits.</summary>
    /// <param name="isLong">It may take more than some seconds: a lane is kept free of such work.</param>
    public void Enqueue(DbTransaction tx, string kind, long ownerId, long subjectId, bool isLong = false)
    {
        using (
            var insert = tx.Query(
                "INSERT INTO jobs (id, kind, owner_id, subject_id, status, not_before, long) VALUES (?1, ?2, ?3, ?4, 'queued', ?5, ?6) ON CONFLICT DO NOTHING"
            )
        )
        {
            insert.Bind(1, ids.Next(time.GetUtcNow().ToUnixTimeMilliseconds()));
            insert.Bind(2, kind);
            insert.Bind(3, ownerId);
            insert.Bind(4, subjectId);
            insert.Bind(5, Now());
            insert.Bind(6, isLong);
            insert.Run();
        }

        tx.OnCommitted(Wake);
    }

    /// <summary>Whether an owner's work of that kind waits or runs.</summary>
    public static bool IsBusy(DbSession session, string kind, long ownerId)
    {
        using var find = session.Query("SELECT 1 FROM jobs WHERE kind = ?1 AND owner_id = ?2 LIMIT 1");
        return find.Bind(1, kind).Bind(2, ownerId).Step();
    }

    /// <summary>The oldest due job that may run now; null when there is none. A read, so that an idle server does not write.</summary>
    public Task<DueJob?> FindDueAsync(Predicate<DueJob> mayRun, CancellationToken ct) =>
        db.ReadAsync<DueJob?>(
            session =>
            {
                using var find = session.Query(
                    "SELECT id, kind, subject_id, long FROM jobs WHERE not_before <= ?1 AND (status = 'queued' OR lease_until < ?1) ORDER BY id"
                );
                find.Bind(1, Now());
                while (find.Step())
                {
                    var due = new DueJob(find.Int64(0), find.Text(1)!, find.Int64(2), find.Bool(3));
                    if (mayRun(due))
                    {
                        return due;
                    }
                }

                return null;
            },
            ct
        );

    /// <summary>How long until the next job is due that waits after a failure; null where none does.</summary>
    public Task<TimeSpan?> NextDueAsync(CancellationToken ct) =>
        db.ReadAsync<TimeSpan?>(
            session =>
            {
                using var find = session.Query("SELECT MIN(not_before) FROM jobs WHERE not_before > ?1");
                var now = Now();
                find.Bind(1, now);
                return find.Step() && find.Int64OrNull(0) is { } at ? TimeSpan.FromMicroseconds(at - now) : null;
            },
            ct
        );

    /// <summary>Takes a job that was found; null where it is not due any more.</summary>
    public Task<Job?> ClaimAsync(long id, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                using var claim = tx.Query(
                    """
                    UPDATE jobs SET status = 'running', lease_until = ?2 + ?3
                    WHERE id = ?1 AND not_before <= ?2 AND (status = 'queued' OR lease_until < ?2)
                    RETURNING id, kind, owner_id, subject_id, attempts
                    """
                );
                claim.Bind(1, id);
                claim.Bind(2, Now());
                claim.Bind(3, (long)Lease.TotalMicroseconds);
                return claim.Step()
                    ? new Job(claim.Int64(0), claim.Text(1)!, claim.Int64(2), claim.Int64(3), (int)claim.Int64(4))
                    : null;
            },
            ct
        );

    public Task RenewAsync(Job job, CancellationToken ct) =>
        RunAsync("UPDATE jobs SET lease_until = ?2 WHERE id = ?1", job.Id, Now() + (long)Lease.TotalMicroseconds, ct);

    public Task FinishAsync(Job job, CancellationToken ct) =>
        RunAsync("DELETE FROM jobs WHERE id = ?1 AND ?2 = ?2", job.Id, 0, ct);

    /// <summary>Gives it back after a failure, to be claimed again after the delay.</summary>
    public Task ReleaseAsync(Job job, TimeSpan delay, CancellationToken ct) =>
        RunAsync(
            "UPDATE jobs SET status = 'queued', lease_until = NULL, not_before = ?2, attempts = attempts + 1 WHERE id = ?1",
            job.Id,
            Now() + (long)delay.TotalMicroseconds,
            ct
        );

    /// <summary>
    /// At start the store's lock says that no other process runs: what was running is orphaned and may be claimed at once,
    /// and what had failed is tried again without waiting.
    /// </summary>
    public Task ReclaimAsync(CancellationToken ct) =>
        RunAsync(
            "UPDATE jobs SET status = 'queued', lease_until = NULL, not_before = 0, attempts = 0 WHERE ?1 = ?1 AND ?2 = ?2",
            0,
            0,
            ct
        );

    /// <summary>Returns when work was added, or after the time.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct) => await wake.WaitAsync(atMost, ct);

    public void Dispose() => wake.Dispose();

    /// <summary>Has the runner look again.</summary>
    public void Wake()
    {
        if (wake.CurrentCount == 0)
        {
            try
            {
                wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Two writes woke it at once: awake is awake.
            }
        }
    }

    private Task RunAsync(string sql, long id, long value, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                using var statement = tx.Query(sql);
                statement.Bind(1, id);
                statement.Bind(2, value);
                statement.Run();
            },
            ct
        );

    private long Now() => (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
