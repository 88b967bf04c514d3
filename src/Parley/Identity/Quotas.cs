using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>
/// What users may use and what they have used. Rooms charge inside the transaction of what they charge for, or afterwards
/// where only the end tells how much it was. A server for a single user counts nothing. Thread-safe.
/// </summary>
internal sealed class Quotas(Db db, IdentityOptions options, TimeProvider time, IEnumerable<IStorageMeter> meters)
{
    private const string LimitSql = """
        SELECT coalesce(
            (SELECT most FROM quotas WHERE user_id = ?1 AND kind = ?2),
            (SELECT CASE WHEN min(q.most) = 0 THEN 0 ELSE max(q.most) END FROM group_members m CROSS JOIN quotas q ON q.group_id = m.group_id AND q.kind = ?2
                WHERE m.user_id = ?1),
            ?3)
        """;

    private const string ChargeSql = """
        INSERT INTO quota_usage (owner_id, kind, period, used) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET used = CASE WHEN period = excluded.period THEN used + excluded.used ELSE excluded.used END, period = excluded.period
        """;

    /// <summary>How a user stands.</summary>
    public QuotaState Find(DbSession session, long ownerId, QuotaKind kind)
    {
        var (used, reset) = kind.IsStorage() ? (Stored(session, ownerId, kind), null) : Used(session, ownerId, kind);
        return new QuotaState(kind, LimitOf(session, ownerId, kind), used, reset);
    }

    /// <summary>Counts an amount, or refuses it whole.</summary>
    /// <exception cref="ProblemException">429: less is left.</exception>
    public void Charge(DbTransaction tx, long ownerId, QuotaKind kind, long amount)
    {
        if (options.SingleUser)
        {
            return;
        }

        var state = Find(tx, ownerId, kind);
        if (state.Remaining < amount)
        {
            throw state.Refusal(time);
        }

        Add(tx, ownerId, kind, amount);
    }

    /// <summary>Counts what was used already; never refuses.</summary>
    public Task ChargeAsync(long ownerId, QuotaKind kind, long amount, CancellationToken ct) =>
        options.SingleUser || amount <= 0
            ? Task.CompletedTask
            : db.WriteAsync(tx => Add(tx, ownerId, kind, amount), ct);

    /// <summary>The same, with what else is written at its end.</summary>
    public void Count(DbTransaction tx, long ownerId, QuotaKind kind, long amount)
    {
        if (!options.SingleUser && amount > 0)
        {
            Add(tx, ownerId, kind, amount);
        }
    }

    /// <summary>How much may still be used now.</summary>
    public long Left(DbSession session, long ownerId, QuotaKind kind) =>
        options.SingleUser ? long.MaxValue : Find(session, ownerId, kind).Remaining;

    /// <summary>Inside the write that begins something whose amount only its end tells.</summary>
    /// <exception cref="ProblemException">429, or 507 for storage: nothing is left.</exception>
    public void Require(DbSession session, long ownerId, QuotaKind kind)
    {
        if (!options.SingleUser && Find(session, ownerId, kind) is { Remaining: 0 } state)
        {
            throw state.Refusal(time);
        }
    }

    /// <summary>Before something is begun whose amount only its end tells.</summary>
    /// <exception cref="ProblemException">429, or 507 for storage: nothing is left.</exception>
    public async Task RequireAsync(HttpContext http, long ownerId, QuotaKind kind, CancellationToken ct)
    {
        if (options.SingleUser)
        {
            return;
        }

        var state = await db.ReadAsync(session => Find(session, ownerId, kind), ct);
        if (state.Remaining == 0)
        {
            throw state.Refusal(time);
        }

        Tell(http, state);
    }

    /// <summary>Says in the answer how a user stands.</summary>
    public async Task TellAsync(HttpContext http, long ownerId, QuotaKind kind)
    {
        if (!options.SingleUser)
        {
            Tell(http, await db.ReadAsync(session => Find(session, ownerId, kind), http.RequestAborted));
        }
    }

    /// <summary>The bytes and files that there is still room for.</summary>
    public (long Bytes, long Files) RoomOf(DbSession session, long ownerId) =>
        (Left(session, ownerId, QuotaKind.Bytes), Left(session, ownerId, QuotaKind.Files));

    private void Tell(HttpContext http, QuotaState state)
    {
        foreach (var (name, value) in state.Headers(time))
        {
            http.Response.Headers[name] = value;
        }
    }

    private long LimitOf(DbSession session, long ownerId, QuotaKind kind)
    {
        using var limit = session.Query(LimitSql);
        limit.Bind(1, ownerId).Bind(2, (long)kind).Bind(3, options.QuotaOf(kind)).Step();
        return limit.Int64(0);
    }

    private void Add(DbTransaction tx, long ownerId, QuotaKind kind, long amount)
    {
        using var charge = tx.Query(ChargeSql);
        charge.Bind(1, ownerId).Bind(2, (long)kind).Bind(3, ApiTime.Micros(Period(kind).Begin)).Bind(4, amount).Run();
    }

    private (long Used, DateTimeOffset? Reset) Used(DbSession session, long ownerId, QuotaKind kind)
    {
        var (begin, end) = Period(kind);
        using var row = session.Query("SELECT used FROM quota_usage WHERE owner_id = ?1 AND kind = ?2 AND period = ?3");
        row.Bind(1, ownerId).Bind(2, (long)kind).Bind(3, ApiTime.Micros(begin));
        return (row.Step() ? row.Int64(0) : 0, end);
    }

    private (DateTimeOffset Begin, DateTimeOffset End) Period(QuotaKind kind)
    {
        var now = time.GetUtcNow();
        var day = new DateTimeOffset(now.Year, now.Month, kind == QuotaKind.Tokens ? 1 : now.Day, 0, 0, 0, default);
        return (day, kind == QuotaKind.Tokens ? day.AddMonths(1) : day.AddDays(1));
    }

    private long Stored(DbSession session, long ownerId, QuotaKind kind)
    {
        long stored = 0;
        foreach (var meter in meters)
        {
            var (files, bytes) = meter.Of(session, ownerId);
            stored += kind == QuotaKind.Files ? files : bytes;
        }

        return stored;
    }
}
