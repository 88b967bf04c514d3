using System.Security.Cryptography;

namespace Parley.Identity.Passkeys;

/// <summary>
/// A public key as authenticators write it (COSE_Key, RFC 9052 and 8230): ES256, ECDSA on P-256 with SHA-256, or RS256,
/// RSA PKCS #1 v1.5 with SHA-256. The key says which; the signing is the framework's.
/// </summary>
internal sealed class CoseKey
{
    public const int Es256 = -7;
    public const int Rs256 = -257;

    private const int EllipticCurve = 2;
    private const int Rsa = 3;
    private const int P256 = 1;
    private const int CoordinateBytes = 32;
    private const int FewestRsaBytes = 256;
    private const int MostRsaBytes = 1024;
    private const int MostExponentBytes = 4;

    private readonly ECParameters? curve;
    private readonly RSAParameters rsa;

    private CoseKey(ECParameters curve) => this.curve = curve;

    private CoseKey(RSAParameters rsa) => this.rsa = rsa;

    /// <summary>The key that <paramref name="data"/> is, to its last byte.</summary>
    /// <exception cref="PasskeyException">It is none that can be used.</exception>
    public static CoseKey Read(ReadOnlySpan<byte> data)
    {
        var cbor = CborReader.Of(data, out var length);
        long type = 0;
        long algorithm = 0;
        long curve = 0;
        byte[] one = []; // of a curve -2 and -3, of RSA -1 and -2
        byte[] two = [];
        if (length != data.Length)
        {
            throw new PasskeyException("the key has something behind it");
        }

        for (var left = cbor.Map(); left > 0; left--)
        {
            switch (cbor.Integer())
            {
                case 1:
                    type = cbor.Integer();
                    break;
                case 3:
                    algorithm = cbor.Integer();
                    break;
                case -1 when cbor.Peek() == CborKind.Unsigned:
                    curve = cbor.Integer();
                    break;
                case -1:
                    one = cbor.Bytes().ToArray();
                    break;
                case -2 when type == Rsa:
                    two = cbor.Bytes().ToArray();
                    break;
                case -2:
                    one = cbor.Bytes().ToArray();
                    break;
                case -3:
                    two = cbor.Bytes().ToArray();
                    break;
                default:
                    throw new PasskeyException("the key says more than a key does");
            }
        }

        var key =
            (type, algorithm, curve) == (EllipticCurve, Es256, P256) ? OfCurve(one, two)
            : (type, algorithm, curve) == (Rsa, Rs256, 0) ? OfRsa(one, two)
            : throw new PasskeyException("the key is of another kind than ES256 and RS256");
        key.RequireUsable();
        return key;
    }

    /// <param name="signature">DER for ES256, as authenticators write it.</param>
    public bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        try
        {
            if (curve is { } point)
            {
                using var key = ECDsa.Create(point);
                return key.VerifyData(
                    signed,
                    signature,
                    HashAlgorithmName.SHA256,
                    DSASignatureFormat.Rfc3279DerSequence
                );
            }

            using var pair = RSA.Create(rsa);
            return pair.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false; // a signature of no form at all
        }
    }

    private static CoseKey OfCurve(byte[] x, byte[] y) =>
        x.Length == CoordinateBytes && y.Length == CoordinateBytes
            ? new CoseKey(
                new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = x, Y = y },
                }
            )
            : throw new PasskeyException("the key is no point of its curve");

    private static CoseKey OfRsa(byte[] modulus, byte[] exponent) =>
        modulus.Length is >= FewestRsaBytes and <= MostRsaBytes
        && modulus[0] != 0
        && exponent.Length is > 0 and <= MostExponentBytes
            ? new CoseKey(new RSAParameters { Modulus = modulus, Exponent = exponent })
            : throw new PasskeyException("the RSA key has a length that is not taken");

    /// <summary>A point that is not on its curve, and the like: better said now than at the first sign-in.</summary>
    private void RequireUsable()
    {
        try
        {
            if (curve is { } point)
            {
                ECDsa.Create(point).Dispose();
            }
            else
            {
                RSA.Create(rsa).Dispose();
            }
        }
        catch (CryptographicException)
        {
            throw new PasskeyException("the key is none");
        }
    }
}
