using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>
/// What people change about their own account. Password and address need the present password, and end every other
/// session (S8). Thread-safe.
/// </summary>
internal sealed class OwnAccount(Db db, Accounts accounts, Passwords passwords, Sessions sessions, SignInDelays delays)
{
    public async Task RenameAsync(string name, RequestOrigin origin, CancellationToken ct) =>
        await db.WriteAsync(
            tx =>
                accounts.Change(
                    tx,
                    origin.Caller!.OwnerId,
                    new UserChange(Name: name),
                    origin,
                    AuditActions.UserChange
                ),
            ct
        );

    public async Task ChangePasswordAsync(ChangePassword request, RequestOrigin origin, CancellationToken ct)
    {
        var user = await RequireAsync(request.CurrentPassword!, origin, ct);
        if (PasswordRules.Refuse(request.NewPassword, user.Email) is { } wrong)
        {
            throw new ProblemException(
                ProblemCodes.Validation,
                $"new_password {wrong}",
                new FieldError("new_password", wrong)
            );
        }

        var hash = await passwords.HashAsync(request.NewPassword!, ct);
        await ChangeAsync(user, new UserChange(Password: hash), origin, AuditActions.PasswordChange, ct);
    }

    public async Task ChangeEmailAsync(ChangeEmail request, RequestOrigin origin, CancellationToken ct)
    {
        var user = await RequireAsync(request.CurrentPassword!, origin, ct);
        var email = EmailAddress.FormOf(request.Email);
        await ChangeAsync(user, new UserChange(Email: email), origin, AuditActions.EmailChange, ct);
    }

    private Task ChangeAsync(User user, UserChange change, RequestOrigin origin, string action, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                if (Accounts.Find(tx, user.Id)?.Password != user.Password)
                {
                    throw new ProblemException(ProblemCodes.Conflict, "the account was changed meanwhile: try again");
                }

                accounts.Change(tx, user.Id, change, origin, action);
                sessions.EndOthers(tx, user.Id, origin.Caller!.CredentialId);
            },
            ct
        );

    /// <summary>The caller's account, once its password was shown; wrong ones are counted as failed sign-ins are.</summary>
    /// <exception cref="ProblemException">It is wrong, or has to wait.</exception>
    public async Task<User> RequireAsync(string password, RequestOrigin origin, CancellationToken ct)
    {
        if (await accounts.FindAsync(origin.Caller!.OwnerId, ct) is not { } user)
        {
            throw new ProblemException(ProblemCodes.Conflict, "this machine's owner has no account yet");
        }

        var check = await delays.TryAsync(
            user.Email,
            origin.Address,
            () => passwords.CheckAsync(password, user.Password, ct),
            ct
        );
        if (!check.Matches)
        {
            throw new ProblemException(
                ProblemCodes.Validation,
                "current_password is wrong",
                new FieldError("current_password", "is wrong")
            );
        }

        await db.WriteEssentialAsync(tx => SignInDelays.Succeed(tx, user.Email, origin.Address), ct);
        return user;
    }
}
