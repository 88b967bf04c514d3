using System.Buffers.Binary;

namespace Parley.Identity.Passkeys;

/// <summary>A credential that an authenticator made (WebAuthn 3, 6.5.2).</summary>
/// <param name="PublicKey">A COSE_Key that can be used.</param>
internal sealed record MadeCredential(byte[] Id, byte[] PublicKey);

/// <summary>What an authenticator says of itself and of what it was asked (WebAuthn 3, 6.1).</summary>
/// <param name="HostHash">SHA-256 of the host name that the browser was at.</param>
/// <param name="UserVerified">By finger, face or PIN: two factors at once.</param>
/// <param name="Synced">The credential may be on several devices.</param>
/// <param name="Made">Null unless it was asked to make one.</param>
internal sealed record AuthenticatorData(
    byte[] HostHash,
    bool UserPresent,
    bool UserVerified,
    bool Synced,
    uint SignCount,
    MadeCredential? Made
)
{
    private const int HashBytes = 32;
    private const int HeadBytes = HashBytes + 1 + 4;
    private const int ModelBytes = 16;
    private const int MostIdBytes = 1023;

    private const int Present = 1;
    private const int Verified = 1 << 2;
    private const int BackupEligible = 1 << 3;
    private const int BackedUp = 1 << 4;
    private const int Attested = 1 << 6;
    private const int Extended = 1 << 7;
    private const int Reserved = (1 << 1) | (1 << 5);

    /// <exception cref="PasskeyException">It is not what an authenticator writes.</exception>
    public static AuthenticatorData Read(ReadOnlySpan<byte> data)
    {
        if (data.Length < HeadBytes)
        {
            throw new PasskeyException("the authenticator's data ends early");
        }

        var flags = data[HashBytes];
        if ((flags & Reserved) != 0 || (flags & (BackupEligible | BackedUp)) == BackedUp)
        {
            throw new PasskeyException("the authenticator's data has flags that make no sense");
        }

        var rest = data[HeadBytes..];
        var made = (flags & Attested) != 0 ? ReadMade(ref rest) : null;
        if ((flags & Extended) != 0)
        {
            var extensions = CborReader.Of(rest, out var length);
            extensions.Map();
            rest = rest[length..];
        }

        return rest.IsEmpty
            ? new AuthenticatorData(
                data[..HashBytes].ToArray(),
                (flags & Present) != 0,
                (flags & Verified) != 0,
                (flags & BackupEligible) != 0,
                BinaryPrimitives.ReadUInt32BigEndian(data[(HashBytes + 1)..]),
                made
            )
            : throw new PasskeyException("the authenticator's data has something behind it");
    }

    /// <summary>The authenticator's data of an attestation object. Whose make it is said to be is not asked for, and not looked at.</summary>
    /// <exception cref="PasskeyException">It is no such object.</exception>
    public static AuthenticatorData OfAttestation(ReadOnlySpan<byte> data)
    {
        var cbor = CborReader.Of(data, out var length);
        if (length != data.Length)
        {
            throw new PasskeyException("the attestation has something behind it");
        }

        var (format, statement) = (false, false);
        AuthenticatorData? said = null;
        for (var left = cbor.Map(); left > 0; left--)
        {
            switch (cbor.Text())
            {
                case "fmt":
                    cbor.Text();
                    format = true;
                    break;
                case "attStmt" when cbor.Peek() == CborKind.Map:
                    cbor.Skip();
                    statement = true;
                    break;
                case "authData":
                    said = Read(cbor.Bytes());
                    break;
                default:
                    throw new PasskeyException("the attestation says more than one does");
            }
        }

        return format && statement && said is not null
            ? said
            : throw new PasskeyException("the attestation is not whole");
    }

    private static MadeCredential ReadMade(ref ReadOnlySpan<byte> rest)
    {
        const int Head = ModelBytes + 2;
        var length = rest.Length < Head ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest[ModelBytes..]);
        if (length is 0 or > MostIdBytes || length > rest.Length - Head)
        {
            throw new PasskeyException("the credential's id has a length that cannot be");
        }

        var id = rest.Slice(Head, length);
        rest = rest[(Head + length)..];
        _ = CborReader.Of(rest, out var keyLength);
        var key = rest[..keyLength];
        _ = CoseKey.Read(key);
        rest = rest[keyLength..];
        return new MadeCredential(id.ToArray(), key.ToArray());
    }
}
