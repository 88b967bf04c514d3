using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Parley.Kernel.Http;

namespace Parley.Identity.Passkeys;

/// <summary>What a browser is asked for, in WebAuthn's own JSON.</summary>
/// <param name="PublicKey">For <c>PublicKeyCredential.parseCreationOptionsFromJSON()</c>, or <c>parseRequestOptionsFromJSON()</c>.</param>
internal sealed record PasskeyOptions(RawJson PublicKey)
{
    /// <summary>A new passkey that finds its account by itself, with the person verified; its make is not asked for.</summary>
    /// <param name="have">The passkeys there are: the same authenticator need not make two.</param>
    public static PasskeyOptions ToAdd(byte[] challenge, PasskeyHost host, User user, IReadOnlyList<byte[]> have) =>
        Of(
            challenge,
            json =>
            {
                json.WriteStartObject("rp"u8);
                json.WriteString("id"u8, host.Name);
                json.WriteString("name"u8, "Parley");
                json.WriteEndObject();
                json.WriteStartObject("user"u8);
                json.WriteString("id"u8, Base64Url.EncodeToString(Handle(user.Id)));
                json.WriteString("name"u8, user.Email);
                json.WriteString("displayName"u8, user.Name);
                json.WriteEndObject();
                json.WriteStartArray("pubKeyCredParams"u8);
                foreach (var algorithm in new[] { CoseKey.Es256, CoseKey.Rs256 })
                {
                    json.WriteStartObject();
                    json.WriteString("type"u8, "public-key");
                    json.WriteNumber("alg"u8, algorithm);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteStartArray("excludeCredentials"u8);
                foreach (var id in have)
                {
                    json.WriteStartObject();
                    json.WriteString("type"u8, "public-key");
                    json.WriteString("id"u8, Base64Url.EncodeToString(id));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteStartObject("authenticatorSelection"u8);
                json.WriteString("residentKey"u8, "required");
                json.WriteBoolean("requireResidentKey"u8, true);
                json.WriteString("userVerification"u8, "required");
                json.WriteEndObject();
                json.WriteString("attestation"u8, "none");
            }
        );

    /// <summary>Any passkey of anybody's: who is asked for is told to nobody.</summary>
    public static PasskeyOptions ToSignIn(byte[] challenge, PasskeyHost host) =>
        Of(
            challenge,
            json =>
            {
                json.WriteString("rpId"u8, host.Name);
                json.WriteStartArray("allowCredentials"u8);
                json.WriteEndArray();
                json.WriteString("userVerification"u8, "required");
            }
        );

    /// <summary>How authenticators know an account: by its id, which tells nothing of the person.</summary>
    public static byte[] Handle(long userId) => Encoding.ASCII.GetBytes(UserId.Format(userId));

    private static PasskeyOptions Of(byte[] challenge, Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("challenge"u8, Base64Url.EncodeToString(challenge));
            json.WriteNumber("timeout"u8, (long)PasskeyChallenges.Life.TotalMilliseconds);
            fields(json);
            json.WriteEndObject();
        }

        return new PasskeyOptions(new RawJson(buffer.WrittenSpan.ToArray()));
    }
}
