using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>
/// The groups table and who is in which: every way in which a group is made, changed or removed goes through here,
/// inside the caller's transaction. Thread-safe.
/// </summary>
internal sealed class Groups(IdSource ids, TimeProvider time, AuditLog audit, CallerCache callers)
{
    public static Group? Find(DbSession session, long id)
    {
        using var find = session.Query($"SELECT {Group.Columns} FROM user_groups g WHERE g.id = ?1");
        return find.Bind(1, id).Step() ? Group.Read(find) : null;
    }

    /// <summary>By name, without regard to case.</summary>
    public static Group? Find(DbSession session, string name)
    {
        using var find = session.Query($"SELECT {Group.Columns} FROM user_groups g WHERE g.name_key = ?1");
        return find.Bind(1, Group.Key(name)).Step() ? Group.Read(find) : null;
    }

    /// <summary>Oldest first.</summary>
    /// <param name="after">The last id of the part before; 0 from the start.</param>
    public static List<Group> List(DbSession session, long after, int limit, int offset = 0)
    {
        using var rows = session.Query(
            $"SELECT {Group.Columns} FROM user_groups g WHERE g.id > ?1 ORDER BY g.id LIMIT ?2 OFFSET ?3"
        );
        rows.Bind(1, after).Bind(2, limit).Bind(3, offset);
        var groups = new List<Group>();
        while (rows.Step())
        {
            groups.Add(Group.Read(rows));
        }

        return groups;
    }

    public static long Count(DbSession session)
    {
        using var count = session.Query("SELECT count(*) FROM user_groups");
        count.Step();
        return count.Int64(0);
    }

    /// <summary>The groups that a user is in, oldest first.</summary>
    public static List<Group> ListOfUser(DbSession session, long userId, long after, int limit, int offset = 0)
    {
        using var rows = session.Query(
            $"""
            SELECT {Group.Columns} FROM group_members x CROSS JOIN user_groups g ON g.id = x.group_id
            WHERE x.user_id = ?1 AND x.group_id > ?2 ORDER BY x.group_id LIMIT ?3 OFFSET ?4
            """
        );
        rows.Bind(1, userId).Bind(2, after).Bind(3, limit).Bind(4, offset);
        var groups = new List<Group>();
        while (rows.Step())
        {
            groups.Add(Group.Read(rows));
        }

        return groups;
    }

    /// <summary>Who is in it, oldest account first.</summary>
    /// <param name="after">The last id of the part before; 0 from the start.</param>
    public static List<User> ListMembers(DbSession session, long id, long after, int limit, int offset = 0)
    {
        using var rows = session.Query(
            $"""
            SELECT {User.Columns} FROM group_members m CROSS JOIN users u ON u.id = m.user_id
            WHERE m.group_id = ?1 AND m.user_id > ?2 ORDER BY m.user_id LIMIT ?3 OFFSET ?4
            """
        );
        rows.Bind(1, id).Bind(2, after).Bind(3, limit).Bind(4, offset);
        var users = new List<User>();
        while (rows.Step())
        {
            users.Add(User.Read(rows));
        }

        return users;
    }

    /// <exception cref="ProblemException">There is one of that name.</exception>
    public Group Create(DbTransaction tx, string name, RequestOrigin origin, string? externalId = null)
    {
        RequireFree(tx, name, except: 0);
        var now = time.GetUtcNow();
        var id = ids.Next(now.ToUnixTimeMilliseconds());
        using (
            var insert = tx.Query(
                "INSERT INTO user_groups (id, name, name_key, external_id, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)"
            )
        )
        {
            insert
                .Bind(1, id)
                .Bind(2, name.Trim())
                .Bind(3, Group.Key(name))
                .Bind(4, externalId)
                .Bind(5, ApiTime.Micros(now))
                .Run();
        }

        audit.AddAbout(tx, origin, AuditActions.GroupMade, GroupId.Format(id));
        return Find(tx, id)!;
    }

    /// <summary>Null where there is no such group.</summary>
    /// <exception cref="ProblemException">There is another of that name.</exception>
    public Group? Rename(DbTransaction tx, long id, string name, RequestOrigin origin)
    {
        if (Find(tx, id) is null)
        {
            return null;
        }

        RequireFree(tx, name, except: id);
        using (var update = tx.Query("UPDATE user_groups SET name = ?2, name_key = ?3 WHERE id = ?1"))
        {
            update.Bind(1, id).Bind(2, name.Trim()).Bind(3, Group.Key(name)).Run();
        }

        Changed(tx, id, origin, "name");
        return Find(tx, id);
    }

    /// <summary>Sets what a directory calls it.</summary>
    public void SetExternalId(DbTransaction tx, long id, string? externalId, RequestOrigin origin)
    {
        using (var update = tx.Query("UPDATE user_groups SET external_id = ?2 WHERE id = ?1"))
        {
            update.Bind(1, id).Bind(2, externalId).Run();
        }

        Changed(tx, id, origin, "external id");
    }

    /// <summary>Its members lose what it was granted. False where there is no such group.</summary>
    public bool Remove(DbTransaction tx, long id, RequestOrigin origin)
    {
        using (var delete = tx.Query("DELETE FROM user_groups WHERE id = ?1 RETURNING 1"))
        {
            if (!delete.Bind(1, id).Step())
            {
                return false;
            }
        }

        audit.AddAbout(tx, origin, AuditActions.GroupRemoved, GroupId.Format(id));
        tx.OnCommitted(callers.Clear);
        return true;
    }

    /// <summary>These and no others are in it from now on.</summary>
    /// <exception cref="ProblemException">One of them is no account.</exception>
    public void SetMembers(DbTransaction tx, long id, IReadOnlyCollection<long> users, RequestOrigin origin)
    {
        var wanted = users.ToHashSet();
        var present = MemberIds(tx, id);
        ChangeMembers(
            tx,
            id,
            [.. wanted.Where(user => !present.Contains(user))],
            [.. present.Where(user => !wanted.Contains(user))],
            origin
        );
    }

    /// <summary>Adds some and takes others out; who is in already, or was not, stays so.</summary>
    /// <exception cref="ProblemException">One to be added is no account.</exception>
    public void ChangeMembers(
        DbTransaction tx,
        long id,
        IReadOnlyCollection<long> added,
        IReadOnlyCollection<long> removed,
        RequestOrigin origin
    )
    {
        var changes = 0;
        foreach (var user in added)
        {
            if (Accounts.Find(tx, user) is null)
            {
                throw QueryReader.Invalid("users", $"holds {UserId.Format(user)}, which is no account");
            }

            changes += Run(
                tx,
                "INSERT OR IGNORE INTO group_members (group_id, user_id) VALUES (?1, ?2) RETURNING 1",
                id,
                user
            );
        }

        foreach (var user in removed)
        {
            changes += Run(tx, "DELETE FROM group_members WHERE group_id = ?1 AND user_id = ?2 RETURNING 1", id, user);
        }

        if (changes > 0)
        {
            Changed(tx, id, origin, $"members +{added.Count} -{removed.Count}");
        }
    }

    private static HashSet<long> MemberIds(DbTransaction tx, long id)
    {
        using var rows = tx.Query("SELECT user_id FROM group_members WHERE group_id = ?1");
        rows.Bind(1, id);
        var members = new HashSet<long>();
        while (rows.Step())
        {
            members.Add(rows.Int64(0));
        }

        return members;
    }

    private static int Run(DbTransaction tx, string sql, long id, long user)
    {
        using var statement = tx.Query(sql);
        return statement.Bind(1, id).Bind(2, user).Step() ? 1 : 0;
    }

    private static void RequireFree(DbTransaction tx, string name, long except)
    {
        if (Find(tx, name) is { } other && other.Id != except)
        {
            throw new ProblemException(ProblemCodes.Conflict, "there is a group of that name already");
        }
    }

    private void Changed(DbTransaction tx, long id, RequestOrigin origin, string what)
    {
        using (var update = tx.Query("UPDATE user_groups SET version = version + 1, updated_at = ?2 WHERE id = ?1"))
        {
            update.Bind(1, id).Bind(2, ApiTime.Micros(time.GetUtcNow())).Run();
        }

        audit.AddAbout(tx, origin, AuditActions.GroupChange, GroupId.Format(id), detail: what);
        tx.OnCommitted(callers.Clear);
    }
}
