using System.Security.Cryptography;
using System.Text;
using Parley.Identity.Oidc;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.Passkeys;

/// <summary>
/// The two ceremonies of WebAuthn (level 3, 7.1 and 7.2): a passkey is added by who is signed in and has shown the
/// password (S8), and lets its owner in by itself. It always verifies the person, by finger, face or PIN, and so stands
/// for both factors; what cannot is not taken. Thread-safe.
/// </summary>
internal sealed class PasskeyCeremonies(
    Db db,
    PasskeyStore passkeys,
    PasskeyChallenges challenges,
    Sessions sessions,
    SignInDelays delays,
    OwnAccount own,
    AuditLog audit,
    IdentityOptions options,
    TimeProvider time
)
{
    /// <exception cref="ProblemException">The password is wrong, or there can be no passkey at this address.</exception>
    public async Task<PasskeyOptions> BeginAddingAsync(
        string password,
        PasskeyHost host,
        RequestOrigin origin,
        CancellationToken ct
    )
    {
        var user = await own.RequireAsync(password, origin, ct);
        var have = await passkeys.CredentialsAsync(user.Id, host.Name, ct);
        return PasskeyOptions.ToAdd(challenges.ForAdding(origin.Caller!), host, user, have);
    }

    /// <exception cref="ProblemException">It is not what was asked for.</exception>
    public async Task<PasskeyView> AddAsync(
        AddPasskey request,
        PasskeyHost host,
        RequestOrigin origin,
        CancellationToken ct
    )
    {
        try
        {
            var response = PasskeyResponse.Read(request.Credential!.Value.Utf8, PasskeyResponse.Made, host);
            challenges.RequireForAdding(response.Challenge, origin.Caller!);
            var said = AuthenticatorData.OfAttestation(response.Part("attestationObject"));
            Require(said, host);
            if (said.Made is not { } made || !made.Id.AsSpan().SequenceEqual(response.Id))
            {
                throw new PasskeyException("the credential is not the one that was made");
            }

            return await db.WriteAsync(
                tx =>
                {
                    challenges.Use(tx, response.Challenge);
                    return passkeys.Add(tx, origin, request.Name!.Trim(), host.Name, said);
                },
                ct
            );
        }
        catch (PasskeyException refused)
        {
            var owner = origin.Caller!.OwnerId;
            await audit.AddAsync(origin, AuditActions.Passkey, owner, ok: false, refused.Message, ct);
            throw new ProblemException(
                ProblemCodes.Validation,
                $"credential cannot be added: {refused.Message}",
                new FieldError("credential", $"cannot be added: {refused.Message}")
            );
        }
    }

    /// <exception cref="ProblemException">There are no accounts to sign in to, or there can be no passkey at this address.</exception>
    public PasskeyOptions BeginSignIn(PasskeyHost host)
    {
        RequireAccounts();
        return PasskeyOptions.ToSignIn(challenges.ForSignIn(), host);
    }

    /// <summary>No answer tells whether a passkey is known (S5).</summary>
    /// <exception cref="ProblemException">It is not them, or they have to wait.</exception>
    public async Task<SessionTokens> SignInAsync(
        PasskeySignIn request,
        PasskeyHost host,
        RequestOrigin origin,
        CancellationToken ct
    )
    {
        RequireAccounts();
        Passkey? passkey = null;
        try
        {
            var response = PasskeyResponse.Read(request.Credential!.Value.Utf8, PasskeyResponse.Shown, host);
            await delays.BeginAsync(Attempt(response), origin.Address, ct);
            challenges.RequireForSignIn(response.Challenge);
            var data = response.Part("authenticatorData");
            var said = AuthenticatorData.Read(data);
            Require(said, host);
            passkey = await passkeys.FindAsync(response.Id, ct) ?? throw new PasskeyException("it is not known");
            RequireOwn(passkey, response, data, host);
            return await db.WriteEssentialAsync(tx => LetIn(tx, passkey, said, response, origin), ct);
        }
        catch (PasskeyException refused)
        {
            var detail = "passkey: " + refused.Message;
            await audit.AddAsync(origin, AuditActions.SignIn, passkey?.UserId, ok: false, detail, ct);
            throw new ProblemException(ProblemCodes.Unauthenticated, "that passkey lets nobody in here");
        }
    }

    /// <summary>What failed tries are counted under, beside their address.</summary>
    private static string Attempt(PasskeyResponse response) => "passkey " + Convert.ToHexString(response.Id);

    private static void Require(AuthenticatorData said, PasskeyHost host)
    {
        if (!host.Is(said.HostHash))
        {
            throw new PasskeyException("it is of another host name");
        }

        if (!said.UserPresent || !said.UserVerified)
        {
            throw new PasskeyException("the person was not verified");
        }
    }

    private static void RequireOwn(Passkey passkey, PasskeyResponse response, byte[] data, PasskeyHost host)
    {
        if (passkey.Host != host.Name)
        {
            throw new PasskeyException("it was added under another host name");
        }

        // Found by itself, it always says whose it is; a passkey is not to be shown as somebody else's.
        if (!response.Part("userHandle").AsSpan().SequenceEqual(PasskeyOptions.Handle(passkey.UserId)))
        {
            throw new PasskeyException("it is another account's");
        }

        byte[] signed = [.. data, .. SHA256.HashData(response.ClientData)];
        if (!CoseKey.Read(passkey.PublicKey).Verifies(signed, response.Part("signature")))
        {
            throw new PasskeyException("the signature is not its own");
        }
    }

    private SessionTokens LetIn(
        DbTransaction tx,
        Passkey checkedPasskey,
        AuthenticatorData said,
        PasskeyResponse response,
        RequestOrigin origin
    )
    {
        challenges.Use(tx, response.Challenge);
        var passkey = PasskeyStore.Find(tx, checkedPasskey.CredentialId) ?? throw new PasskeyException("it is gone");

        // One that counts and has gone back has a copy somewhere (WebAuthn 3, 6.1.1).
        if ((passkey.SignCount > 0 || said.SignCount > 0) && said.SignCount <= passkey.SignCount)
        {
            throw new PasskeyException("its counter went back: there may be a copy of it");
        }

        if (Accounts.Find(tx, passkey.UserId) is not { Disabled: false } user)
        {
            throw new PasskeyException("the account is disabled");
        }

        var now = ApiTime.Micros(time.GetUtcNow());
        PasskeyStore.NoteUse(tx, passkey.Id, said.SignCount, now);
        using (var update = tx.Query("UPDATE users SET seen_at = ?2 WHERE id = ?1"))
        {
            update.Bind(1, user.Id).Bind(2, now).Run();
        }

        SignInDelays.Succeed(tx, Attempt(response), origin.Address);
        audit.Add(tx, origin, AuditActions.SignIn, user.Id, detail: "passkey " + PasskeyId.Format(passkey.Id));
        return sessions.Begin(tx, user, origin);
    }

    private void RequireAccounts()
    {
        if (options.SingleUser)
        {
            throw new ProblemException(ProblemCodes.Conflict, "there are no accounts here to sign in to");
        }
    }
}
