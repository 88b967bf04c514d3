using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Parley.Tests.Identity.Passkeys;

/// <summary>
/// An authenticator with one passkey and the browser around it, which a test can have lie about anything. It writes its
/// CBOR by hand: what reads it is not what wrote it.
/// </summary>
internal sealed class SoftAuthenticator(bool rsa = false) : IDisposable
{
    public const byte Verified = 0b0000_0101;
    private const byte Attested = 0b0100_0000;

    private readonly ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA pair = RSA.Create(2048);

    public byte[] Id { get; set; } = RandomNumberGenerator.GetBytes(32);
    public string Host { get; set; } = "localhost";
    public string? Origin { get; set; }
    public byte Flags { get; set; } = Verified;
    public uint Counter { get; set; }
    public byte[] UserHandle { get; set; } = [];
    public string Type { get; set; } = "";
    public bool CrossOrigin { get; set; }

    /// <summary>Has the last word on authenticator data or attestation, before anything is signed.</summary>
    public Func<byte[], byte[]> Change { get; set; } = data => data;

    public Func<byte[], byte[]> ChangeSignature { get; set; } = signature => signature;

    /// <summary>What a browser gives for creation options.</summary>
    public string Make(JsonElement options, string origin)
    {
        UserHandle = Base64Url.DecodeFromChars(options.GetProperty("user").Text("id"));
        byte[] data = [.. Head((byte)(Flags | Attested)), .. new byte[16], .. Short(Id.Length), .. Id, .. Key()];
        byte[] attestation =
        [
            0xA3,
            .. Text("fmt"),
            .. Text("none"),
            .. Text("attStmt"),
            0xA0,
            .. Text("authData"),
            .. Bytes(data),
        ];
        return Credential(
            $$"""
            "clientDataJSON":"{{Spell(ClientData(options, origin, "webauthn.create"))}}",
            "attestationObject":"{{Spell(Change(attestation))}}","transports":["internal"]
            """
        );
    }

    /// <summary>What a browser gives for request options.</summary>
    public string Show(JsonElement options, string origin)
    {
        var data = Change(Head(Flags));
        var client = ClientData(options, origin, "webauthn.get");
        byte[] signed = [.. data, .. SHA256.HashData(client)];
        var signature = rsa
            ? pair.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : curve.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(
            $$"""
            "clientDataJSON":"{{Spell(client)}}","authenticatorData":"{{Spell(data)}}",
            "signature":"{{Spell(ChangeSignature(signature))}}","userHandle":"{{Spell(UserHandle)}}"
            """
        );
    }

    public void Dispose()
    {
        curve.Dispose();
        pair.Dispose();
    }

    private string Credential(string response) =>
        $$"""
            {"id":"{{Spell(Id)}}","rawId":"{{Spell(Id)}}","type":"public-key","authenticatorAttachment":"platform",
            "clientExtensionResults":{},"response":{ {{response}} } }
            """;

    private byte[] ClientData(JsonElement options, string origin, string type) =>
        Encoding.UTF8.GetBytes(
            $$"""{"type":"{{(Type.Length > 0 ? Type : type)}}","challenge":"{{options.Text("challenge")}}","origin":"{{Origin ?? origin}}","crossOrigin":{{(CrossOrigin ? "true" : "false")}},"other_keys_can_be_added_here":"do not compare"}"""
        );

    private byte[] Head(byte flags)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(Host)), flags, .. counter];
    }

    private byte[] Key()
    {
        if (rsa)
        {
            var p = pair.ExportParameters(false);
            return [0xA4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, .. Bytes(p.Modulus!), 0x21, .. Bytes(p.Exponent!)];
        }

        var q = curve.ExportParameters(false).Q;
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, .. Bytes(q.X!), 0x22, .. Bytes(q.Y!)];
    }

    private static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Text(string text) => [(byte)(0x60 + text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Bytes(byte[] bytes) =>
        bytes.Length < 24 ? [(byte)(0x40 + bytes.Length), .. bytes]
        : bytes.Length < 256 ? [0x58, (byte)bytes.Length, .. bytes]
        : [0x59, .. Short(bytes.Length), .. bytes];

    private static string Spell(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
