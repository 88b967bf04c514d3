using Parley.Kernel;

namespace Parley.Identity;

/// <summary>What admins set for a user or a group, and how a user stands. Thread-safe.</summary>
internal sealed class QuotaAdmin(Db db, Quotas quotas, AuditLog audit)
{
    private const string OfUser = "user_id";
    private const string OfGroup = "group_id";

    /// <summary>How a user stands with every quota.</summary>
    public Task<QuotaReport> ReportAsync(long userId, CancellationToken ct) =>
        db.ReadAsync(session => Report(session, userId), ct);

    /// <summary>Null where there is no such account.</summary>
    public Task<QuotaReport?> FindUserAsync(long userId, CancellationToken ct) =>
        db.ReadAsync(session => Accounts.Find(session, userId) is null ? null : Report(session, userId), ct);

    /// <summary>Null where there is no such group.</summary>
    public Task<QuotaSet?> FindGroupAsync(long groupId, CancellationToken ct) =>
        db.ReadAsync(session => Groups.Find(session, groupId) is null ? null : Read(session, OfGroup, groupId), ct);

    /// <summary>Null where there is no such account.</summary>
    public Task<QuotaReport?> SetUserAsync(long userId, QuotaSet wanted, RequestOrigin origin, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                if (Accounts.Find(tx, userId) is null)
                {
                    return null;
                }

                Write(tx, OfUser, userId, wanted);
                audit.Add(tx, origin, AuditActions.QuotaChange, userId, detail: wanted.Words());
                return Report(tx, userId);
            },
            ct
        );

    /// <summary>Null where there is no such group.</summary>
    public Task<QuotaSet?> SetGroupAsync(long groupId, QuotaSet wanted, RequestOrigin origin, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                if (Groups.Find(tx, groupId) is null)
                {
                    return null;
                }

                Write(tx, OfGroup, groupId, wanted);
                audit.AddAbout(tx, origin, AuditActions.QuotaChange, GroupId.Format(groupId), detail: wanted.Words());
                return wanted;
            },
            ct
        );

    private QuotaReport Report(DbSession session, long userId) =>
        new(
            Read(session, OfUser, userId),
            [.. QuotaKinds.All.Select(kind => QuotaView.Of(quotas.Find(session, userId, kind)))]
        );

    private static QuotaSet Read(DbSession session, string column, long id)
    {
        var set = new long?[QuotaKinds.All.Length];
        using var rows = session.Query($"SELECT kind, most FROM quotas WHERE {column} = ?1");
        rows.Bind(1, id);
        while (rows.Step())
        {
            set[rows.Int32(0) - 1] = rows.Int64(1);
        }

        return QuotaSet.Of(set);
    }

    private static void Write(DbTransaction tx, string column, long id, QuotaSet wanted)
    {
        using (var delete = tx.Query($"DELETE FROM quotas WHERE {column} = ?1"))
        {
            delete.Bind(1, id).Run();
        }

        foreach (var kind in QuotaKinds.All)
        {
            if (wanted.Of(kind) is { } most)
            {
                using var insert = tx.Query($"INSERT INTO quotas ({column}, kind, most) VALUES (?1, ?2, ?3)");
                insert.Bind(1, id).Bind(2, (long)kind).Bind(3, most).Run();
            }
        }
    }
}
