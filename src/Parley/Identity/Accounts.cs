using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>An account to be made.</summary>
/// <param name="Email">In its one form.</param>
/// <param name="Password">A hash.</param>
internal sealed record NewAccount(string Email, string Name, UserRole Role, string? Password)
{
    public bool Disabled { get; init; }

    /// <summary>Where it was made somewhere else; null, or in the future: now.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

/// <summary>The users table: every way in which an account is made, changed or removed goes through here. Thread-safe.</summary>
internal sealed class Accounts(
    Db db,
    IdSource ids,
    TimeProvider time,
    AuditLog audit,
    CallerCache callers,
    IEnumerable<IAccountWitness> witnesses
)
{
    private const string ById = $"SELECT {User.Columns} FROM users WHERE id = ?1";
    private const string ByEmail = $"SELECT {User.Columns} FROM users WHERE email = ?1";

    public Task<User?> FindAsync(string email, CancellationToken ct) => db.ReadAsync(s => Find(s, email), ct);

    public Task<User?> FindAsync(long id, CancellationToken ct) => db.ReadAsync(s => Find(s, id), ct);

    public Task<bool> HasAdminAsync(CancellationToken ct) => db.ReadAsync(HasAdmin, ct);

    public static User? Find(DbSession session, string email)
    {
        using var find = session.Query(ByEmail);
        find.Bind(1, email);
        return find.Step() ? User.Read(find) : null;
    }

    public static User? Find(DbSession session, long id)
    {
        using var find = session.Query(ById);
        find.Bind(1, id);
        return find.Step() ? User.Read(find) : null;
    }

    public static bool HasAdmin(DbSession session)
    {
        using var find = session.Query("SELECT 1 FROM users WHERE role = 2 AND disabled = 0 LIMIT 1");
        return find.Step();
    }

    /// <summary>
    /// Makes an account, inside the transaction that decided its role (S3). The first admin takes the id of the owner
    /// that there was before accounts, and with it what that owner kept.
    /// </summary>
    /// <exception cref="ProblemException">There is one with that address.</exception>
    public User Add(DbTransaction tx, NewAccount wanted, RequestOrigin origin, string action)
    {
        if (Find(tx, wanted.Email) is not null)
        {
            throw new ProblemException(ProblemCodes.Conflict, "there is an account with that address already");
        }

        var now = time.GetUtcNow();
        var inherits = wanted.Role == UserRole.Admin && !HasAdmin(tx); // the last one cannot go, so this is the first ever
        var id = inherits ? DataFolder.LocalOwner : ids.Next(now.ToUnixTimeMilliseconds());
        using (
            var insert = tx.Query(
                "INSERT INTO users (id, email, name, role, password, created_at, disabled) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
            )
        )
        {
            insert
                .Bind(1, id)
                .Bind(2, wanted.Email)
                .Bind(3, wanted.Name)
                .Bind(4, (int)wanted.Role)
                .Bind(5, wanted.Password)
                .Bind(6, ApiTime.Micros(wanted.CreatedAt is { } at && at < now ? at : now))
                .Bind(7, wanted.Disabled)
                .Run();
        }

        if (!inherits)
        {
            foreach (var witness in witnesses)
            {
                witness.Born(tx, id);
            }
        }

        audit.Add(tx, origin, action, id, detail: wanted.Role.Name());
        return Find(tx, id)!;
    }

    /// <summary>Changes what is not null. A change of role, address or password, or disabling it, ends what it was signed in to.</summary>
    /// <exception cref="ProblemException">It is the last admin's, or the address is another's.</exception>
    public User? Change(DbTransaction tx, long id, UserChange change, RequestOrigin origin, string action)
    {
        if (Find(tx, id) is not { } user)
        {
            return null;
        }

        var after = user with
        {
            Email = change.Email ?? user.Email,
            Name = change.Name ?? user.Name,
            Role = change.Role ?? user.Role,
            Disabled = change.Disabled ?? user.Disabled,
            Password = change.Password ?? user.Password,
        };
        if (after.Email != user.Email && Find(tx, after.Email) is not null)
        {
            throw new ProblemException(ProblemCodes.Conflict, "there is an account with that address already");
        }

        RequireAnAdmin(tx, user, after.IsAdmin);
        using (
            var update = tx.Query(
                "UPDATE users SET email = ?2, name = ?3, role = ?4, disabled = ?5, password = ?6 WHERE id = ?1"
            )
        )
        {
            update
                .Bind(1, id)
                .Bind(2, after.Email)
                .Bind(3, after.Name)
                .Bind(4, (int)after.Role)
                .Bind(5, after.Disabled)
                .Bind(6, after.Password)
                .Run();
        }

        audit.Add(tx, origin, action, id, detail: change.Words());
        tx.OnCommitted(callers.Clear);
        return after;
    }

    /// <summary>The account with all that lets anybody in by it; not what it owned.</summary>
    /// <exception cref="ProblemException">It is the last admin's.</exception>
    public void Remove(DbTransaction tx, User user, RequestOrigin origin, string detail)
    {
        RequireAnAdmin(tx, user, stays: false);
        foreach (var sql in new[] { "DELETE FROM users WHERE id = ?1", "DELETE FROM quota_usage WHERE owner_id = ?1" })
        {
            using var delete = tx.Query(sql);
            delete.Bind(1, user.Id).Run();
        }

        audit.Add(tx, origin, AuditActions.UserRemoved, user.Id, detail: detail);
        tx.OnCommitted(callers.Clear);
    }

    /// <summary>Whether nobody else is an admin.</summary>
    public static bool IsLastAdmin(DbSession session, long id)
    {
        using var others = session.Query("SELECT 1 FROM users WHERE role = 2 AND disabled = 0 AND id <> ?1 LIMIT 1");
        return !others.Bind(1, id).Step();
    }

    private static void RequireAnAdmin(DbTransaction tx, User user, bool stays)
    {
        if (!user.IsAdmin || stays)
        {
            return;
        }

        if (IsLastAdmin(tx, user.Id))
        {
            throw new ProblemException(ProblemCodes.Conflict, "this is the last admin: make another one first");
        }
    }
}

/// <summary>What is to change of an account; null stays.</summary>
/// <param name="Password">A hash.</param>
internal sealed record UserChange(
    string? Email = null,
    string? Name = null,
    UserRole? Role = null,
    bool? Disabled = null,
    string? Password = null
)
{
    /// <summary>For the audit: which, never what, except where it is a word of ours.</summary>
    public string Words() =>
        string.Join(
            ' ',
            new[]
            {
                Email is null ? null : "email",
                Name is null ? null : "name",
                Role is { } role ? "role=" + role.Name() : null,
                Disabled is { } disabled ? (disabled ? "disabled" : "enabled") : null,
                Password is null ? null : "password",
            }.OfType<string>()
        );
}
