using Parley.Kernel;

namespace Parley.Identity.OpenWebUi;

/// <summary>
/// Accounts taken over from an Open WebUI. Who runs the server says that two accounts of one address are one person's;
/// nothing is joined by address alone (S9). Thread-safe.
/// </summary>
internal sealed class OpenWebUiAccounts(Db db, Accounts accounts, AuditLog audit)
{
    public const string Made = "made";
    public const string Joined = "joined";
    public const string Known = "known";
    public const string Taken = "taken";

    public Task<TakenOverUsers> TakeOverAsync(TakeOverUsers wanted, RequestOrigin origin, CancellationToken ct) =>
        db.WriteAsync(
            tx => new TakenOverUsers([
                .. wanted.Users!.Select(user => TakeOver(tx, user, wanted.Join == true, origin)),
            ]),
            ct
        );

    private TakenOverUser TakeOver(DbTransaction tx, OpenWebUiUser user, bool join, RequestOrigin origin)
    {
        var id = user.Id!;
        if (Find(tx, id) is { } known)
        {
            return new TakenOverUser(id, UserId.Format(known), Known);
        }

        var email = EmailAddress.FormOf(user.Email);
        if (Accounts.Find(tx, email) is { } same)
        {
            if (!join || IsOneAlready(tx, same.Id))
            {
                return new TakenOverUser(id, null, Taken);
            }

            Insert(tx, id, same.Id);
            audit.Add(tx, origin, AuditActions.ProviderLink, same.Id, detail: "open-webui");
            return new TakenOverUser(id, UserId.Format(same.Id), Joined);
        }

        var role = UserRoles.Find(user.Role) ?? UserRole.Pending;
        var account = new NewAccount(email, user.NameFor(email), role, user.PasswordHash);
        var made = accounts.Add(tx, account, origin, AuditActions.UserMade).Id;
        Insert(tx, id, made);
        return new TakenOverUser(id, UserId.Format(made), Made);
    }

    private static long? Find(DbSession session, string foreignId)
    {
        using var find = session.Query("SELECT user_id FROM open_webui_users WHERE foreign_id = ?1");
        return find.Bind(1, foreignId).Step() ? find.Int64(0) : null;
    }

    private static bool IsOneAlready(DbSession session, long userId)
    {
        using var find = session.Query("SELECT 1 FROM open_webui_users WHERE user_id = ?1");
        return find.Bind(1, userId).Step();
    }

    private static void Insert(DbTransaction tx, string foreignId, long userId)
    {
        using var insert = tx.Query("INSERT INTO open_webui_users (foreign_id, user_id) VALUES (?1, ?2)");
        insert.Bind(1, foreignId).Bind(2, userId).Run();
    }
}
