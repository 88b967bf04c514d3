using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>
/// Coming in: by password, or with an account of one's own making. No answer tells whether an account exists (S5),
/// save that open sign-up may say that an address is taken. Thread-safe.
/// </summary>
internal sealed class SignIns(
    Db db,
    Accounts accounts,
    Passwords passwords,
    Sessions sessions,
    SecondFactor second,
    SignInDelays delays,
    SetupCode setup,
    AuditLog audit,
    IdentityOptions options,
    TimeProvider time
)
{
    /// <exception cref="ProblemException">It is not them, or they have to wait.</exception>
    public async Task<SessionTokens> SignInAsync(SignIn request, RequestOrigin origin, CancellationToken ct)
    {
        var isAddress = EmailAddress.TryParse(request.Email, out var email, out _);
        email = isAddress ? email : request.Email!;
        var (user, check) = await delays.TryAsync(
            email,
            origin.Address,
            async () =>
            {
                var found = isAddress ? await accounts.FindAsync(email, ct) : null;
                return (found, await passwords.CheckAsync(request.Password!, found?.Password, ct));
            },
            ct
        );
        if (!check.Matches || user is not { Disabled: false })
        {
            await audit.AddAsync(origin, AuditActions.SignIn, user?.Id, ok: false, null, ct);
            throw Refused();
        }

        try
        {
            return await db.WriteEssentialAsync(tx => LetIn(tx, user, check.Better, request.Code, origin), ct)
                ?? throw Refused();
        }
        catch (ProblemException refused) when (refused.Code == ProblemCodes.SecondFactor)
        {
            await audit.AddAsync(origin, AuditActions.SignIn, user.Id, ok: false, "second factor", ct);
            throw;
        }
    }

    /// <exception cref="ProblemException">Nobody may sign up, the setup code is wrong, or the address is taken.</exception>
    public async Task<SessionTokens> SignUpAsync(SignUp request, RequestOrigin origin, CancellationToken ct)
    {
        // Looked at once more inside the transaction; here it spares a hash for those whom nothing lets in.
        var isFirst = !await accounts.HasAdminAsync(ct);
        var password = await delays.TryAsync(
            "sign-up " + request.Form,
            origin.Address,
            () =>
            {
                RequireLeave(isFirst, request);
                return passwords.HashAsync(request.Password!, ct);
            },
            ct
        );
        return await db.WriteEssentialAsync(
            tx =>
            {
                var first = !Accounts.HasAdmin(tx);
                RequireLeave(first, request);
                var role = first ? UserRole.Admin : options.SignUpRole!.Value;
                var wanted = new NewAccount(request.Form, request.DisplayName, role, password);
                var user = accounts.Add(tx, wanted, origin, AuditActions.SignUp);
                SignInDelays.Succeed(tx, "sign-up " + request.Form, origin.Address);
                return sessions.Begin(tx, user, origin);
            },
            ct
        );
    }

    private static ProblemException Refused() =>
        new(ProblemCodes.Unauthenticated, "the address or the password is wrong");

    private void RequireLeave(bool isFirst, SignUp request)
    {
        if (isFirst ? !setup.Matches(request.SetupCode) : options.SignUpRole is null)
        {
            throw new ProblemException(
                ProblemCodes.Forbidden,
                isFirst
                    ? "the first account needs the setup code that the server printed at its start"
                    : "nobody signs up here by themselves: ask an admin for an account"
            );
        }
    }

    /// <summary>Null where the account changed while its password was being checked.</summary>
    /// <exception cref="ProblemException">The second factor is not shown, or wrong.</exception>
    private SessionTokens? LetIn(DbTransaction tx, User checkedUser, string? better, string? code, RequestOrigin origin)
    {
        if (Accounts.Find(tx, checkedUser.Id) is not { Disabled: false } user || user.Password != checkedUser.Password)
        {
            return null;
        }

        if (!second.Passes(tx, user, code))
        {
            throw new ProblemException(
                ProblemCodes.SecondFactor,
                code is null ? "send a code of the authenticator app, or a recovery code" : "the code is wrong, or used"
            );
        }

        using (var update = tx.Query("UPDATE users SET seen_at = ?2, password = coalesce(?3, password) WHERE id = ?1"))
        {
            update.Bind(1, user.Id).Bind(2, ApiTime.Micros(time.GetUtcNow())).Bind(3, better).Run();
        }

        SignInDelays.Succeed(tx, user.Email, origin.Address);
        audit.Add(tx, origin, AuditActions.SignIn, user.Id);
        return sessions.Begin(tx, user, origin);
    }
}
