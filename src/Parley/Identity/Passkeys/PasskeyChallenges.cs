using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity.Passkeys;

/// <summary>
/// Challenges that an authenticator has to sign: made for one purpose and, where somebody is signed in, for their session,
/// good for five minutes and once. They prove by themselves that they are ours, so the many that are never answered
/// leave nothing behind; those that were answered are remembered until they would have ended. Thread-safe.
/// </summary>
internal sealed class PasskeyChallenges(Lazy<SigningKey> key, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private const int RandomBytes = 16;
    private const int TimeBytes = 8;
    private const int BodyBytes = RandomBytes + TimeBytes;

    /// <summary>For a passkey to be added in that session, which is a caller's with an account.</summary>
    public byte[] ForAdding(Caller caller) => Make(caller.OwnerId, caller.CredentialId ?? 0);

    public byte[] ForSignIn() => Make(0, 0);

    /// <exception cref="PasskeyException">It is not ours, not for this, or too old.</exception>
    public void RequireForAdding(ReadOnlySpan<byte> challenge, Caller caller) =>
        Require(challenge, caller.OwnerId, caller.CredentialId ?? 0);

    /// <inheritdoc cref="RequireForAdding"/>
    public void RequireForSignIn(ReadOnlySpan<byte> challenge) => Require(challenge, 0, 0);

    /// <summary>Uses a challenge up that was found good, inside the transaction of what it is good for.</summary>
    /// <exception cref="PasskeyException">It was used before.</exception>
    public void Use(DbTransaction tx, byte[] challenge)
    {
        var now = time.GetUtcNow();
        using var forget = tx.Query("DELETE FROM passkey_challenges WHERE ends_at < ?1");
        forget.Bind(1, ApiTime.Micros(now)).Run();
        using var insert = tx.Query("INSERT OR IGNORE INTO passkey_challenges (hash, ends_at) VALUES (?1, ?2)");
        insert.BindBlob(1, SHA256.HashData(challenge)).Bind(2, ApiTime.Micros(now + Life)).Run();
        if (tx.Changes == 0)
        {
            throw new PasskeyException("the challenge was answered before");
        }
    }

    private byte[] Make(long userId, long sessionId)
    {
        var challenge = new byte[BodyBytes + HMACSHA256.HashSizeInBytes];
        SystemRandom.GetBytes(RandomBytes).CopyTo(challenge, 0);
        var ends = ApiTime.Micros(time.GetUtcNow() + Life);
        BinaryPrimitives.WriteInt64BigEndian(challenge.AsSpan(RandomBytes), ends);
        Sign(challenge.AsSpan(0, BodyBytes), userId, sessionId).CopyTo(challenge, BodyBytes);
        return challenge;
    }

    private void Require(ReadOnlySpan<byte> challenge, long userId, long sessionId)
    {
        if (
            challenge.Length != BodyBytes + HMACSHA256.HashSizeInBytes
            || !CryptographicOperations.FixedTimeEquals(
                Sign(challenge[..BodyBytes], userId, sessionId),
                challenge[BodyBytes..]
            )
        )
        {
            throw new PasskeyException("the challenge is not one that was set for this");
        }

        if (BinaryPrimitives.ReadInt64BigEndian(challenge[RandomBytes..]) <= ApiTime.Micros(time.GetUtcNow()))
        {
            throw new PasskeyException("the challenge is too old");
        }
    }

    private byte[] Sign(ReadOnlySpan<byte> body, long userId, long sessionId)
    {
        Span<byte> text = stackalloc byte[BodyBytes + (2 * sizeof(long))];
        body.CopyTo(text);
        BinaryPrimitives.WriteInt64BigEndian(text[BodyBytes..], userId);
        BinaryPrimitives.WriteInt64BigEndian(text[(BodyBytes + sizeof(long))..], sessionId);
        return HMACSHA256.HashData(HMACSHA256.HashData(key.Value.Secret, "parley passkey challenges"u8), text);
    }
}
