using System.Text;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>What admins do with accounts: of everybody, by id. Thread-safe.</summary>
internal sealed class UserAdmin(
    Db db,
    Accounts accounts,
    Passwords passwords,
    Sessions sessions,
    AuditLog audit,
    IdempotentWrites writes
)
{
    public Task<Page<UserView>> ListAsync(PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                long after = 0;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, 'u', new Span<long>(ref after));
                }

                var users = new List<User>();
                using var rows = session.Query(
                    $"SELECT {User.Columns} FROM users WHERE id > ?1 ORDER BY id LIMIT ?2 OFFSET ?3"
                );
                rows.Bind(1, after).Bind(2, page.Limit + 1L).Bind(3, page.Offset);
                while (rows.Step())
                {
                    users.Add(User.Read(rows));
                }

                var last = users.Count > page.Limit ? users[page.Limit - 1].Id : 0;
                var items = users.ConvertAll(UserView.Of);
                return Page<UserView>.Of(items, page, null, _ => Cursor.Write('u', last));
            },
            ct
        );

    public async Task<StoredAnswer> AddAsync(
        RequestOrigin origin,
        Body<CreateUser> body,
        IdempotencyKey key,
        CancellationToken ct
    )
    {
        var wanted = body.Value;
        var hash = await passwords.HashAsync(wanted.Password!, ct);
        var email = EmailAddress.FormOf(wanted.Email);
        var name = wanted.Name?.Trim() ?? email[..email.IndexOf('@', StringComparison.Ordinal)];
        var role = UserRoles.Find(wanted.Role) ?? UserRole.User;
        return await writes.RunAsync(
            origin.Caller!.OwnerId,
            key,
            // Not the body itself: a fast hash of a password is not to be kept.
            Encoding.UTF8.GetBytes($"{email}\n{name}\n{role}"),
            tx =>
            {
                var user = accounts.Add(tx, new NewAccount(email, name, role, hash), origin, AuditActions.UserMade);
                var view = UserView.Of(user);
                return StoredAnswer.Of(
                    view,
                    IdentityJson.Default.UserView,
                    StatusCodes.Status201Created,
                    $"/api/users/{view.Id}"
                );
            },
            ct
        );
    }

    /// <summary>Null where there is no such account.</summary>
    public async Task<User?> ChangeAsync(long id, ChangeUser wanted, RequestOrigin origin, CancellationToken ct)
    {
        var hash = wanted.Password is null ? null : await passwords.HashAsync(wanted.Password, ct);
        var change = new UserChange(
            Name: wanted.Name?.Trim(),
            Role: UserRoles.Find(wanted.Role),
            Disabled: wanted.Disabled,
            Password: hash
        );
        return await db.WriteAsync(
            tx =>
            {
                var user = accounts.Change(tx, id, change, origin, AuditActions.UserChange);
                if (user is not null && wanted.SecondFactor == false)
                {
                    SecondFactor.Remove(tx, id);
                    audit.Add(tx, origin, AuditActions.SecondFactor, id, detail: "off");
                    user = user with { SecondFactor = false };
                }

                if (user is not null && (hash is not null || user.Disabled))
                {
                    sessions.EndOthers(tx, id, except: null);
                }

                return user;
            },
            ct
        );
    }
}
