using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>What admins do with groups. Thread-safe.</summary>
internal sealed class GroupAdmin(Db db, Groups groups, IdempotentWrites writes)
{
    private const char GroupCursor = 'g';
    private const char MemberCursor = 'n';

    public Task<Page<GroupView>> ListAsync(PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session => GroupsOf(page, (after, limit, offset) => Groups.List(session, after, limit, offset)),
            ct
        );

    /// <summary>The groups a user is in.</summary>
    public Task<Page<GroupView>> ListOfUserAsync(long userId, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
                GroupsOf(page, (after, limit, offset) => Groups.ListOfUser(session, userId, after, limit, offset)),
            ct
        );

    public Task<Group?> FindAsync(long id, CancellationToken ct) => db.ReadAsync(s => Groups.Find(s, id), ct);

    /// <summary>Null where there is no such group.</summary>
    public Task<Page<UserView>?> ListMembersAsync(long id, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (Groups.Find(session, id) is not { } group)
                {
                    return null;
                }

                var users = Groups.ListMembers(session, id, After(page, MemberCursor), page.Limit + 1, page.Offset);
                var last = users.Count > page.Limit ? users[page.Limit - 1].Id : 0;
                return Page<UserView>.Of(
                    users.ConvertAll(UserView.Of),
                    page,
                    group.Members,
                    _ => Cursor.Write(MemberCursor, last)
                );
            },
            ct
        );

    public Task<StoredAnswer> AddAsync(
        RequestOrigin origin,
        Body<NameGroup> body,
        IdempotencyKey key,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            origin.Caller!.OwnerId,
            key,
            body.Utf8,
            tx =>
            {
                var view = GroupView.Of(groups.Create(tx, body.Value.Name!, origin));
                return StoredAnswer.Of(
                    view,
                    IdentityJson.Default.GroupView,
                    StatusCodes.Status201Created,
                    $"/api/groups/{view.Id}"
                );
            },
            ct
        );

    /// <summary>Null where there is no such group.</summary>
    public Task<Group?> RenameAsync(long id, string name, RequestOrigin origin, CancellationToken ct) =>
        db.WriteAsync(tx => groups.Rename(tx, id, name, origin), ct);

    public Task<bool> RemoveAsync(long id, RequestOrigin origin, CancellationToken ct) =>
        db.WriteAsync(tx => groups.Remove(tx, id, origin), ct);

    /// <summary>Null where there is no such group.</summary>
    public Task<Group?> SetMembersAsync(
        long id,
        IReadOnlyCollection<long> users,
        RequestOrigin origin,
        CancellationToken ct
    ) => ChangeAsync(id, tx => groups.SetMembers(tx, id, users, origin), ct);

    /// <summary>Null where there is no such group.</summary>
    /// <exception cref="ProblemException">404: there is no such account.</exception>
    public Task<Group?> AddMemberAsync(long id, long userId, RequestOrigin origin, CancellationToken ct) =>
        ChangeAsync(
            id,
            tx =>
            {
                if (Accounts.Find(tx, userId) is null)
                {
                    throw new ProblemException(ProblemCodes.NotFound, "there is no such user");
                }

                groups.ChangeMembers(tx, id, [userId], [], origin);
            },
            ct
        );

    /// <summary>Null where there is no such group.</summary>
    public Task<Group?> RemoveMemberAsync(long id, long userId, RequestOrigin origin, CancellationToken ct) =>
        ChangeAsync(id, tx => groups.ChangeMembers(tx, id, [], [userId], origin), ct);

    private Task<Group?> ChangeAsync(long id, Action<DbTransaction> change, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                if (Groups.Find(tx, id) is null)
                {
                    return null;
                }

                change(tx);
                return Groups.Find(tx, id);
            },
            ct
        );

    private static Page<GroupView> GroupsOf(PageRequest page, Func<long, int, int, List<Group>> list)
    {
        var found = list(After(page, GroupCursor), page.Limit + 1, page.Offset);
        var last = found.Count > page.Limit ? found[page.Limit - 1].Id : 0;
        return Page<GroupView>.Of(found.ConvertAll(GroupView.Of), page, null, _ => Cursor.Write(GroupCursor, last));
    }

    private static long After(PageRequest page, char kind)
    {
        long after = 0;
        if (page.Cursor is not null)
        {
            Cursor.Read(page.Cursor, kind, new Span<long>(ref after));
        }

        return after;
    }
}
