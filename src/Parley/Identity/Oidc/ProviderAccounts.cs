using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.Oidc;

/// <summary>
/// Which account is whose at the provider, and who may come in (S4, S9): everything is settled inside one transaction.
/// Thread-safe.
/// </summary>
internal sealed class ProviderAccounts(
    Db db,
    Accounts accounts,
    ProviderGroups groups,
    Sessions sessions,
    AuditLog audit,
    IdentityOptions options,
    TimeProvider time
)
{
    private OidcOptions Oidc => options.Oidc;

    /// <summary>Without tokens where a code of ours is to be shown first.</summary>
    /// <exception cref="OidcException">They may not come in.</exception>
    public Task<(User User, SessionTokens? Tokens)> LetInAsync(
        ProviderIdentity who,
        RequestOrigin origin,
        CancellationToken ct
    ) =>
        db.WriteEssentialAsync(
            tx =>
            {
                RequireDomain(who);
                var role = RoleOf(who);
                var user = Find(tx, who) ?? Join(tx, who, origin) ?? Add(tx, who, role, origin);
                if (user.Disabled)
                {
                    throw new OidcException(
                        "disabled",
                        ProblemCodes.Unauthenticated,
                        "nobody comes in by that account"
                    );
                }

                user = SetRole(tx, user, role, origin);
                groups.Set(tx, user.Id, who.Groups, origin);
                if (Oidc.AsksSecondFactor && user.SecondFactor)
                {
                    return (user, (SessionTokens?)null);
                }

                using (var update = tx.Query("UPDATE users SET seen_at = ?2 WHERE id = ?1"))
                {
                    update.Bind(1, user.Id).Bind(2, ApiTime.Micros(time.GetUtcNow())).Run();
                }

                audit.Add(tx, origin, AuditActions.SignIn, user.Id, detail: "provider");
                return (user, sessions.Begin(tx, user, origin));
            },
            ct
        );

    /// <summary>Joins the provider's account to the one that asked for it, while it is still signed in.</summary>
    /// <exception cref="OidcException">It cannot be.</exception>
    public Task LinkAsync(ProviderIdentity who, SignInTicket ticket, RequestOrigin origin, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                using var live = tx.Query(
                    "SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ?1 AND s.user_id = ?2 AND s.expires_at > ?3 AND u.disabled = 0"
                );
                live.Bind(1, ticket.LinkSession).Bind(2, ticket.LinkUser).Bind(3, ApiTime.Micros(time.GetUtcNow()));
                if (!live.Step())
                {
                    throw OidcException.Distrust("session over");
                }

                if (Find(tx, who) is { } other)
                {
                    if (other.Id == ticket.LinkUser)
                    {
                        return;
                    }

                    throw Conflict("the provider's account is joined to another account here");
                }

                using var own = tx.Query("SELECT 1 FROM provider_accounts WHERE user_id = ?1 AND issuer = ?2");
                if (own.Bind(1, ticket.LinkUser).Bind(2, who.Issuer).Step())
                {
                    throw Conflict("another account of the provider's is joined already: part from it first");
                }

                Insert(tx, who, ticket.LinkUser, origin with { Caller = new Caller(ticket.LinkUser) }, "confirmed");
            },
            ct
        );

    /// <summary>False where the user's account is not joined to the provider's.</summary>
    public Task<bool> UnlinkAsync(long userId, RequestOrigin origin, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                using var delete = tx.Query("DELETE FROM provider_accounts WHERE user_id = ?1 AND issuer = ?2");
                delete.Bind(1, userId).Bind(2, Oidc.Issuer).Run();
                if (tx.Changes == 0)
                {
                    return false;
                }

                audit.Add(tx, origin, AuditActions.ProviderLink, userId, detail: "off");
                return true;
            },
            ct
        );

    private static User? Find(DbSession session, ProviderIdentity who)
    {
        using var find = session.Query("SELECT user_id FROM provider_accounts WHERE issuer = ?1 AND subject = ?2");
        return find.Bind(1, who.Issuer).Bind(2, who.Subject).Step() ? Accounts.Find(session, find.Int64(0)) : null;
    }

    /// <summary>The account of the same verified address, where the admin said that it is the same person; null where there is none.</summary>
    private User? Join(DbTransaction tx, ProviderIdentity who, RequestOrigin origin)
    {
        if (who.Email is null || Accounts.Find(tx, who.Email) is not { } user)
        {
            return null;
        }

        // A code that is asked for at sign-in would be of no use if an address could stand in for it.
        if (!Oidc.LinkByEmail || user.SecondFactor)
        {
            throw OidcException.Closed(
                "not linked",
                "there is an account with that address: sign in to it as before, and join the provider to it there"
            );
        }

        Insert(tx, who, user.Id, origin, "by address");
        return user;
    }

    private User Add(DbTransaction tx, ProviderIdentity who, UserRole? mapped, RequestOrigin origin)
    {
        if (who.Email is null)
        {
            throw OidcException.Closed("address not verified", "the provider does not vouch for an address of yours");
        }

        if (!Accounts.HasAdmin(tx))
        {
            throw OidcException.Closed("no admin yet", "the first account is made with the setup code");
        }

        if (Oidc.SignUpRole is not { } role)
        {
            throw OidcException.Closed("sign-up closed", "nobody has an account for you: ask an admin for one");
        }

        var wanted = new NewAccount(who.Email, who.DisplayName, mapped ?? role, Password: null);
        var user = accounts.Add(tx, wanted, origin, AuditActions.SignUp);
        Insert(tx, who, user.Id, origin, "signed up");
        return user;
    }

    private void Insert(DbTransaction tx, ProviderIdentity who, long userId, RequestOrigin origin, string how)
    {
        using (
            var insert = tx.Query(
                "INSERT INTO provider_accounts (issuer, subject, user_id, created_at) VALUES (?1, ?2, ?3, ?4)"
            )
        )
        {
            insert.Bind(1, who.Issuer).Bind(2, who.Subject).Bind(3, userId);
            insert.Bind(4, ApiTime.Micros(time.GetUtcNow())).Run();
        }

        audit.Add(tx, origin, AuditActions.ProviderLink, userId, detail: how);
    }

    /// <summary>What the provider's roles mean here; null: nothing.</summary>
    /// <exception cref="OidcException">They mean that the person has no business here.</exception>
    private UserRole? RoleOf(ProviderIdentity who)
    {
        if (Oidc.RolesClaim is null || (Oidc.AdminRoles.Count == 0 && Oidc.UserRoles.Count == 0))
        {
            return null;
        }

        var roles = who.Roles ?? [];
        if (roles.Any(Oidc.AdminRoles.Contains))
        {
            return UserRole.Admin;
        }

        if (Oidc.UserRoles.Count > 0)
        {
            return roles.Any(Oidc.UserRoles.Contains)
                ? UserRole.User
                : throw OidcException.Closed("role", "the provider gives you no role that comes in here");
        }

        return null;
    }

    /// <summary>Where admins are named by the provider, who is none there is none here; save the last one, who stays.</summary>
    private User SetRole(DbTransaction tx, User user, UserRole? mapped, RequestOrigin origin)
    {
        var demoted = mapped is null && Oidc is { RolesClaim: not null, AdminRoles.Count: > 0 };
        var role = mapped ?? (demoted && user.Role == UserRole.Admin ? UserRole.User : user.Role);
        if (role == user.Role || (user.IsAdmin && Accounts.IsLastAdmin(tx, user.Id)))
        {
            return user;
        }

        return accounts.Change(tx, user.Id, new UserChange(Role: role), origin, AuditActions.UserChange)!;
    }

    private void RequireDomain(ProviderIdentity who)
    {
        if (Oidc.Domains.Count == 0)
        {
            return;
        }

        var domain = who.Email?[(who.Email.IndexOf('@', StringComparison.Ordinal) + 1)..];
        if (domain is null || !Oidc.Domains.Contains(domain, StringComparer.OrdinalIgnoreCase))
        {
            throw OidcException.Closed("domain", "addresses of your domain do not come in here");
        }
    }

    private static OidcException Conflict(string detail) => new("linked", ProblemCodes.Conflict, detail);
}
