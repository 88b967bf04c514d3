using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>Which entries of the audit are wanted; null: any.</summary>
/// <param name="Since">Unix microseconds, inclusive.</param>
/// <param name="Before">Unix microseconds, exclusive.</param>
internal sealed record AuditFilter(long? ActorId, string? Action, string? Subject, bool? Ok, long? Since, long? Before);

/// <summary>
/// Reads the audit, newest first. Ids carry the time, so a time is a bound of whichever index is walked; what the index
/// does not know is looked at row by row, for at most a page of found ones. Thread-safe.
/// </summary>
internal sealed class AuditReads(Db db)
{
    private const int RowsPerRead = 500;

    public Task<Page<AuditView>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                var before = long.MaxValue;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, 'a', new Span<long>(ref before));
                }

                var items = Read(session, filter, before, page.Limit + 1, page.Offset);
                return Page<AuditView>.Of(items, page, null, e => Cursor.Write('a', e.Number));
            },
            ct
        );

    /// <summary>All of them, read in parts: a reader that is slow holds no snapshot.</summary>
    public async IAsyncEnumerable<AuditView> AllAsync(
        AuditFilter filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        for (var before = long.MaxValue; ; )
        {
            var from = before;
            var part = await db.ReadAsync(session => Read(session, filter, from, RowsPerRead, 0), ct);
            foreach (var entry in part)
            {
                yield return entry;
            }

            if (part.Count < RowsPerRead)
            {
                yield break;
            }

            before = part[^1].Number;
        }
    }

    /// <summary>The statement of a filter: the rarest thing that is asked for chooses the index.</summary>
    internal static string Sql(AuditFilter filter)
    {
        var (index, equal) =
            filter.Subject is not null ? ("INDEXED BY audit_by_subject", "subject = ?3 AND ")
            : filter.ActorId is not null ? ("INDEXED BY audit_by_actor", "actor_id = ?4 AND ")
            : filter.Action is not null ? ("INDEXED BY audit_by_action", "action = ?5 AND ")
            : ("", "");
        return $"""
            SELECT id, at, actor_id, via, address, action, subject, ok, detail FROM audit {index}
            WHERE {equal}id < ?1 AND id >= ?2 AND (?3 IS NULL OR subject = ?3) AND (?4 IS NULL OR actor_id = ?4)
            AND (?5 IS NULL OR action = ?5) AND (?6 IS NULL OR ok = ?6)
            ORDER BY id DESC LIMIT ?7 OFFSET ?8
            """;
    }

    private static List<AuditView> Read(DbSession session, AuditFilter filter, long before, int limit, int offset)
    {
        using var rows = session.Query(Sql(filter));
        rows.Bind(1, filter.Before is { } end ? Math.Min(before, Ids.Floor(end / 1000)) : before)
            .Bind(2, filter.Since is { } start ? Ids.Floor(start / 1000) : 0)
            .Bind(3, filter.Subject)
            .Bind(4, filter.ActorId)
            .Bind(5, filter.Action)
            .Bind(6, filter.Ok is { } ok ? (ok ? 1L : 0L) : null)
            .Bind(7, (long)limit)
            .Bind(8, (long)offset);
        var items = new List<AuditView>();
        while (rows.Step())
        {
            items.Add(
                new AuditView(
                    Ids.Format(rows.Int64(0), IdKind.AuditEntry),
                    ApiTime.Format(rows.Int64(1))!,
                    rows.Int64OrNull(2) is { } actor ? UserId.Format(actor) : null,
                    rows.Text(3)!,
                    rows.Text(4),
                    rows.Text(5)!,
                    rows.Text(6),
                    rows.Bool(7),
                    rows.Text(8)
                )
                {
                    Number = rows.Int64(0),
                }
            );
        }

        return items;
    }
}
