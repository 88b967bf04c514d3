using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>The grants table. Rooms ask it for what is not the caller's own, inside the transaction of the act (S18). Thread-safe.</summary>
internal sealed class Grants(IdSource ids, TimeProvider time, AuditLog audit, CallerCache callers)
{
    /// <summary>Of one thing.</summary>
    public const int Most = 200;

    private const string RightsSql = """
        SELECT rights FROM grants WHERE resource_kind = ?2 AND resource_id = ?3
            AND (user_id = ?1 OR group_id IN (SELECT group_id FROM group_members WHERE user_id = ?1))
        """;

    private const string ListSql = """
        SELECT g.id, g.user_id, g.group_id, coalesce((SELECT name FROM users WHERE id = g.user_id), (SELECT name FROM user_groups WHERE id = g.group_id)),
            g.rights, g.granted_by, g.created_at
        FROM grants g WHERE g.resource_kind = ?1 AND g.resource_id = ?2 ORDER BY g.id
        """;

    /// <summary>What a user may do with a thing that is not theirs: all that they and their groups were granted.</summary>
    public static Rights Of(DbSession session, long userId, IdKind kind, long resourceId)
    {
        using var rows = session.Query(RightsSql);
        rows.Bind(1, userId).Bind(2, (long)kind).Bind(3, resourceId);
        var rights = Rights.None;
        while (rows.Step())
        {
            rights |= (Rights)rows.Int32(0);
        }

        return rights;
    }

    public static List<Grant> List(DbSession session, Resource of)
    {
        using var rows = session.Query(ListSql);
        rows.Bind(1, (long)of.Kind).Bind(2, of.Id);
        var grants = new List<Grant>();
        while (rows.Step())
        {
            grants.Add(
                new Grant(
                    rows.Int64(0),
                    rows.Int64OrNull(1),
                    rows.Int64OrNull(2),
                    rows.Text(3) ?? "",
                    (Rights)rows.Int32(4),
                    rows.Int64(5),
                    rows.Int64(6)
                )
            );
        }

        return grants;
    }

    /// <summary>The thing is gone: its number may be another's one day.</summary>
    public static void Forget(DbTransaction tx, IdKind kind, long resourceId)
    {
        using var delete = tx.Query("DELETE FROM grants WHERE resource_kind = ?1 AND resource_id = ?2");
        delete.Bind(1, (long)kind).Bind(2, resourceId).Run();
    }

    /// <summary>These and no others from now on. Who is not the owner adds and changes only what is theirs, as far as their own rights go.</summary>
    /// <param name="own">The caller's rights; all of them for the owner.</param>
    /// <exception cref="ProblemException">One is to nobody, or more than the caller may grant.</exception>
    public void Set(DbTransaction tx, Resource of, IReadOnlyList<WantedGrant> wanted, Rights own, RequestOrigin origin)
    {
        var caller = origin.Caller!.OwnerId;
        var present = List(tx, of);
        foreach (var grant in present.Where(grant => !wanted.Any(grant.IsTo)))
        {
            RequireTheirs(grant);
            Run(tx, "DELETE FROM grants WHERE id = ?1", grant.Id);
            Note(tx, origin, AuditActions.ShareRevoked, of, grant.UserId, grant.GroupId, grant.Rights);
        }

        for (var at = 0; at < wanted.Count; at++)
        {
            var one = wanted[at];
            var known = present.Find(grant => grant.IsTo(one));
            if (known?.Rights == one.Rights)
            {
                continue;
            }

            if ((one.Rights & ~own) != Rights.None)
            {
                throw new ProblemException(ProblemCodes.Forbidden, "nobody grants more than they were granted");
            }

            if (known is null)
            {
                Require(tx, of, one, at);
                Insert(tx, of, one, caller);
            }
            else
            {
                RequireTheirs(known);
                Run(tx, "UPDATE grants SET rights = ?2 WHERE id = ?1", known.Id, (long)one.Rights);
            }

            Note(tx, origin, AuditActions.ShareMade, of, one.UserId, one.GroupId, one.Rights);
        }

        tx.OnCommitted(callers.Clear);

        void RequireTheirs(Grant grant)
        {
            if (caller != of.OwnerId && grant.GrantedBy != caller)
            {
                throw new ProblemException(
                    ProblemCodes.Forbidden,
                    "only the owner changes what others granted: send those grants as they are"
                );
            }
        }
    }

    private static void Require(DbTransaction tx, Resource of, WantedGrant wanted, int at)
    {
        if (wanted.UserId == of.OwnerId)
        {
            throw QueryReader.Invalid($"grants[{at}].user_id", "is the owner, who needs none");
        }

        if (wanted.UserId is { } user && Accounts.Find(tx, user) is null)
        {
            throw QueryReader.Invalid($"grants[{at}].user_id", "is no account");
        }

        if (wanted.GroupId is { } group && Groups.Find(tx, group) is null)
        {
            throw QueryReader.Invalid($"grants[{at}].group_id", "is no group");
        }
    }

    private void Insert(DbTransaction tx, Resource of, WantedGrant wanted, long caller)
    {
        var now = time.GetUtcNow();
        using var insert = tx.Query(
            """
            INSERT INTO grants (id, resource_kind, resource_id, user_id, group_id, rights, granted_by, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """
        );
        insert
            .Bind(1, ids.Next(now.ToUnixTimeMilliseconds()))
            .Bind(2, (long)of.Kind)
            .Bind(3, of.Id)
            .Bind(4, wanted.UserId)
            .Bind(5, wanted.GroupId)
            .Bind(6, (long)wanted.Rights)
            .Bind(7, caller)
            .Bind(8, ApiTime.Micros(now))
            .Run();
    }

    private void Note(
        DbTransaction tx,
        RequestOrigin origin,
        string action,
        Resource of,
        long? user,
        long? group,
        Rights rights
    )
    {
        var to = user is { } id ? "user " + UserId.Format(id) : "group " + GroupId.Format(group!.Value);
        audit.AddAbout(tx, origin, action, of.Name, detail: $"{to}: {string.Join(' ', RightWords.Of(rights))}");
    }

    private static void Run(DbTransaction tx, string sql, params ReadOnlySpan<long> values)
    {
        using var statement = tx.Query(sql);
        for (var i = 0; i < values.Length; i++)
        {
            statement.Bind(i + 1, values[i]);
        }

        statement.Run();
    }
}
