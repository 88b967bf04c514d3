using System.Buffers.Text;
using System.Text.Json;
using Parley.Identity.Oidc;

namespace Parley.Identity.Passkeys;

/// <summary>
/// What a browser gives of a passkey, as <c>PublicKeyCredential.toJSON()</c> writes it (WebAuthn 3, 5.1). What it says
/// beyond what is signed is not looked at.
/// </summary>
/// <param name="Id">The authenticator's name for the credential.</param>
/// <param name="ClientData">What the browser says, in JSON: it is signed byte for byte.</param>
/// <param name="Challenge">Out of the client data.</param>
internal sealed record PasskeyResponse(byte[] Id, byte[] ClientData, byte[] Challenge, JsonElement Parts)
{
    public const string Made = "webauthn.create";
    public const string Shown = "webauthn.get";

    /// <summary>More than all of a credential's parts together are.</summary>
    public const int MostBytes = 32 * 1024;

    private const int MostIdBytes = 1023;
    private const int MostClientData = 4 * 1024;

    /// <param name="json">A JSON object.</param>
    /// <param name="type">What the browser was asked for: <see cref="Made"/> or <see cref="Shown"/>.</param>
    /// <param name="host">Where the page must have come from.</param>
    /// <exception cref="PasskeyException">It is not that.</exception>
    public static PasskeyResponse Read(ReadOnlyMemory<byte> json, string type, PasskeyHost host)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (OidcJson.Text(root, "type") != "public-key" || !root.TryGetProperty("response", out var parts))
        {
            throw new PasskeyException("it is no public-key credential with a response");
        }

        var id = Bytes(root, "id", MostIdBytes);
        var clientData = Bytes(parts, "clientDataJSON", MostClientData);
        return new PasskeyResponse(id, clientData, ChallengeOf(clientData, type, host), parts.Clone());
    }

    public byte[] Part(string name) => Bytes(Parts, name, MostBytes);

    private static byte[] Bytes(JsonElement from, string name, int most) =>
        OidcJson.Text(from, name) is { Length: > 0 } text
        && text.Length <= ((most + 2) / 3 * 4)
        && !text.AsSpan().ContainsAny("= \t\r\n")
        && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : throw new PasskeyException($"{name} is no base64url of 1 to {most} bytes");

    private static byte[] ChallengeOf(byte[] clientData, string type, PasskeyHost host)
    {
        try
        {
            using var document = JsonDocument.Parse(clientData);
            var said = document.RootElement;
            if (OidcJson.Text(said, "type") != type)
            {
                throw new PasskeyException("the client data is of another ceremony");
            }

            // A frame of somebody else's page says so, and has no business here.
            if (OidcJson.Text(said, "origin") != host.Origin || OidcJson.Bool(said, "crossOrigin") == true)
            {
                throw new PasskeyException("the origin is another one");
            }

            return Bytes(said, "challenge", MostClientData);
        }
        catch (JsonException)
        {
            throw new PasskeyException("the client data is no JSON");
        }
    }
}
