using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Parley.Identity.Crypto;
using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>
/// A second factor at sign-in (S8): codes of an authenticator app, each good once, and ten recovery codes for the day it
/// is gone. The app's secret is sealed with a key derived from the signing key: the store alone gives nobody a code.
/// Thread-safe.
/// </summary>
internal sealed class SecondFactor(
    Db db,
    Lazy<SigningKey> key,
    OwnAccount own,
    Sessions sessions,
    AuditLog audit,
    TimeProvider time
)
{
    private const int RecoveryCodes = 10;
    private const int RecoveryBytes = 10;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>A code of the step before or after counts too: clocks differ, and people type slowly.</summary>
    private const int StepsOff = 1;

    /// <summary>A new secret, which is asked for only once a code of it was shown.</summary>
    /// <exception cref="ProblemException">The password is wrong, or there is a second factor already.</exception>
    public async Task<SecretView> BeginAsync(string password, RequestOrigin origin, CancellationToken ct)
    {
        var user = await own.RequireAsync(password, origin, ct);
        var secret = RandomNumberGenerator.GetBytes(OneTimeCode.SecretBytes);
        await db.WriteAsync(
            tx =>
            {
                if (Accounts.Find(tx, user.Id) is { SecondFactor: true })
                {
                    throw new ProblemException(
                        ProblemCodes.Conflict,
                        "there is a second factor already: remove it first"
                    );
                }

                using var insert = tx.Query(
                    "INSERT OR REPLACE INTO one_time_secrets (user_id, secret) VALUES (?1, ?2)"
                );
                insert.Bind(1, user.Id).BindBlob(2, Seal(user.Id, secret)).Run();
            },
            ct
        );
        var text = OneTimeCode.Base32(secret);
        var name = Uri.EscapeDataString(user.Email);
        return new SecretView(text, $"otpauth://totp/Parley:{name}?secret={text}&issuer=Parley");
    }

    /// <summary>Asks for codes from now on; gives the recovery codes, which are shown once. Every other session ends.</summary>
    /// <exception cref="ProblemException">The code is wrong.</exception>
    public Task<RecoveryView> ConfirmAsync(string code, RequestOrigin origin, CancellationToken ct)
    {
        var id = origin.Caller!.OwnerId;
        var codes = Enumerable.Range(0, RecoveryCodes).Select(_ => MakeRecoveryCode()).ToList();
        return db.WriteAsync(
            tx =>
            {
                if (
                    Accounts.Find(tx, id) is not { SecondFactor: false }
                    || Find(tx, id) is not { } secret
                    || !TakeCode(tx, id, secret, code)
                )
                {
                    throw new ProblemException(
                        ProblemCodes.Validation,
                        "code is wrong",
                        new FieldError("code", "is wrong")
                    );
                }

                Run(tx, "UPDATE users SET second_factor = 1 WHERE id = ?1", id);
                Run(tx, "DELETE FROM recovery_codes WHERE user_id = ?1", id);
                foreach (var one in codes)
                {
                    using var insert = tx.Query("INSERT INTO recovery_codes (user_id, hash) VALUES (?1, ?2)");
                    insert.Bind(1, id).BindBlob(2, Secrets.Hash(one)).Run();
                }

                audit.Add(tx, origin, AuditActions.SecondFactor, id, detail: "on");
                sessions.EndOthers(tx, id, origin.Caller.CredentialId);
                return new RecoveryView(codes);
            },
            ct
        );
    }

    /// <exception cref="ProblemException">The password is wrong.</exception>
    public async Task RemoveAsync(string password, RequestOrigin origin, CancellationToken ct)
    {
        var user = await own.RequireAsync(password, origin, ct);
        await db.WriteAsync(
            tx =>
            {
                Remove(tx, user.Id);
                audit.Add(tx, origin, AuditActions.SecondFactor, user.Id, detail: "off");
                sessions.EndOthers(tx, user.Id, origin.Caller!.CredentialId);
            },
            ct
        );
    }

    public static void Remove(DbTransaction tx, long userId)
    {
        Run(tx, "UPDATE users SET second_factor = 0 WHERE id = ?1", userId);
        Run(tx, "DELETE FROM one_time_secrets WHERE user_id = ?1", userId);
        Run(tx, "DELETE FROM recovery_codes WHERE user_id = ?1", userId);
    }

    /// <summary>Inside the transaction that lets the person in: a code is used up by it.</summary>
    public bool Passes(DbTransaction tx, User user, string? code) =>
        !user.SecondFactor
        || (
            code is not null
            && (
                (Find(tx, user.Id) is { } secret && TakeCode(tx, user.Id, secret, code))
                || TakeRecoveryCode(tx, user.Id, code)
            )
        );

    private bool TakeCode(DbTransaction tx, long userId, Stored stored, string code)
    {
        var digits = code.Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length != OneTimeCode.Digits || digits.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var given = Encoding.ASCII.GetBytes(digits);
        var secret = Open(userId, stored.Sealed);
        var now = OneTimeCode.Step(time.GetUtcNow());
        for (var step = now - StepsOff; step <= now + StepsOff; step++)
        {
            var expected = OneTimeCode.Code(secret, step).ToString("D6", CultureInfo.InvariantCulture);
            if (
                step > stored.LastStep
                && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), given)
            )
            {
                using var use = tx.Query("UPDATE one_time_secrets SET last_step = ?2 WHERE user_id = ?1");
                use.Bind(1, userId).Bind(2, step).Run();
                return true;
            }
        }

        return false;
    }

    private static bool TakeRecoveryCode(DbTransaction tx, long userId, string code)
    {
        using var delete = tx.Query("DELETE FROM recovery_codes WHERE user_id = ?1 AND hash = ?2");
        delete.Bind(1, userId).BindBlob(2, Secrets.Hash(code.Trim().ToLowerInvariant())).Run();
        return tx.Changes == 1;
    }

    private sealed record Stored(byte[] Sealed, long LastStep);

    private static Stored? Find(DbSession session, long userId)
    {
        using var find = session.Query("SELECT secret, last_step FROM one_time_secrets WHERE user_id = ?1");
        find.Bind(1, userId);
        return find.Step() ? new Stored(find.Blob(0).ToArray(), find.Int64(1)) : null;
    }

    /// <summary>Eighty random bits, in groups that can be read aloud.</summary>
    private static string MakeRecoveryCode()
    {
        var text = OneTimeCode.Base32(RandomNumberGenerator.GetBytes(RecoveryBytes)).ToLowerInvariant();
        return $"{text[..4]}-{text[4..8]}-{text[8..12]}-{text[12..]}";
    }

    /// <summary>AES-256-GCM, tied to the user whose it is: nonce, tag, sealed bytes.</summary>
    private byte[] Seal(long userId, byte[] secret)
    {
        var box = new byte[NonceBytes + TagBytes + secret.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(SealingKey(), TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes),
            secret,
            box.AsSpan(NonceBytes + TagBytes),
            box.AsSpan(NonceBytes, TagBytes),
            BitConverter.GetBytes(userId)
        );
        return box;
    }

    /// <exception cref="ProblemException">The signing key is another than the one it was sealed under.</exception>
    private byte[] Open(long userId, byte[] box)
    {
        var secret = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(SealingKey(), TagBytes);
        try
        {
            aes.Decrypt(
                box.AsSpan(0, NonceBytes),
                box.AsSpan(NonceBytes + TagBytes),
                box.AsSpan(NonceBytes, TagBytes),
                secret,
                BitConverter.GetBytes(userId)
            );
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new ProblemException(
                ProblemCodes.Conflict,
                "the server's key is not the one this second factor was made under: use a recovery code"
            );
        }
    }

    private byte[] SealingKey() => HMACSHA256.HashData(key.Value.Secret, "parley one-time secrets"u8);

    private static void Run(DbTransaction tx, string sql, long userId)
    {
        using var statement = tx.Query(sql);
        statement.Bind(1, userId).Run();
    }
}
