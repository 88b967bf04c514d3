using Parley.Kernel;

namespace Parley.Identity.OpenWebUi;

/// <summary>
/// Accounts taken over from an Open WebUI. Who runs the server says that two accounts of one address are one person's;
/// nothing is joined by address alone (S9). Thread-safe.
/// </summary>
internal sealed class OpenWebUiAccounts(Db db, Accounts accounts, ApiKeys keys, AuditLog audit)
{
    public const string Made = "made";
    public const string Joined = "joined";
    public const string Known = "known";
    public const string Taken = "taken";

    public Task<TakenOverUsers> TakeOverAsync(TakeOverUsers wanted, RequestOrigin origin, CancellationToken ct)
    {
        var join = wanted.Join == true;
        return wanted.DryRun == true
            ? db.ReadAsync(session => Foresee(session, wanted.Users!, join), ct)
            : db.WriteAsync(
                tx => new TakenOverUsers([.. wanted.Users!.Select(user => TakeOver(tx, user, join, origin))]),
                ct
            );
    }

    private TakenOverUser TakeOver(DbTransaction tx, OpenWebUiUser user, bool join, RequestOrigin origin)
    {
        var id = user.Id!;
        var email = EmailAddress.FormOf(user.Email);
        var (outcome, account) = Decide(tx, id, email, join);
        if (outcome is Known or Taken)
        {
            return new TakenOverUser(id, Shown(account), outcome, ApiKey: false);
        }

        if (account is { } same)
        {
            audit.Add(tx, origin, AuditActions.ProviderLink, same, detail: "open-webui");
        }

        var ours = account ?? accounts.Add(tx, Account(user, email), origin, AuditActions.UserMade).Id;
        Insert(tx, id, ours);
        var key = user.ApiKey is { } secret && keys.Adopt(tx, origin, ours, secret, "Open WebUI");
        return new TakenOverUser(id, Shown(ours), outcome, key);
    }

    /// <summary>What <see cref="TakeOver"/> would answer to all of them, one after another.</summary>
    private static TakenOverUsers Foresee(DbSession session, IReadOnlyList<OpenWebUiUser> users, bool join)
    {
        var (ids, emails) = (new HashSet<string>(), new HashSet<string>());
        var items = new List<TakenOverUser>(users.Count);
        foreach (var user in users)
        {
            var email = EmailAddress.FormOf(user.Email);
            var (outcome, account) = Decide(session, user.Id!, email, join);
            if (ids.Contains(user.Id!))
            {
                outcome = Known; // by then
            }
            else if (outcome is Made or Joined && !emails.Add(email))
            {
                outcome = Taken; // by the one before
            }
            else if (outcome != Taken)
            {
                ids.Add(user.Id!);
            }

            var key = outcome is Made or Joined && user.ApiKey is { } secret && ApiKeys.IsNew(session, secret);
            items.Add(new TakenOverUser(user.Id!, outcome == Taken ? null : Shown(account), outcome, key));
        }

        return new TakenOverUsers(items);
    }

    /// <summary>What becomes of an account of theirs, and which of ours it is by now.</summary>
    private static (string Outcome, long? Account) Decide(DbSession session, string id, string email, bool join)
    {
        if (Find(session, id) is { } known)
        {
            return (Known, known);
        }

        return Accounts.Find(session, email) is not { } same ? (Made, null)
            : join && !IsOneAlready(session, same.Id) ? (Joined, same.Id)
            : (Taken, null);
    }

    private static NewAccount Account(OpenWebUiUser user, string email) =>
        new(email, user.NameFor(email), user.RoleHere(), user.PasswordHash)
        {
            Disabled = user.Disabled == true,
            CreatedAt = user.CreatedAt is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
        };

    private static string? Shown(long? account) => account is { } id ? UserId.Format(id) : null;

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
