using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Parley.Identity.Crypto;
using Parley.Kernel;

namespace Parley.Identity.Oidc;

/// <summary>One sign-in that is under way.</summary>
/// <param name="State">Comes back in the provider's answer.</param>
/// <param name="Nonce">Comes back in the ID token.</param>
/// <param name="Verifier">Of PKCE: shown with the code.</param>
/// <param name="Redirect">Where the answer is to come to, as the provider was told.</param>
/// <param name="Return">Path of ours to go on to.</param>
/// <param name="LinkUser">The account that asked to be joined to the provider's; 0: this is a sign-in.</param>
/// <param name="LinkSession">The session it asked in.</param>
internal sealed record SignInTicket(
    string State,
    string Nonce,
    string Verifier,
    string Redirect,
    string Return,
    long LinkUser,
    long LinkSession
);

/// <summary>
/// Tickets lie with the browser that began, in a cookie no script can read, signed by us: only there can the sign-in end,
/// and the server keeps nothing for the many that are never ended. Thread-safe.
/// </summary>
internal sealed class SignInTickets(Lazy<SigningKey> key, TimeProvider time)
{
    public const string Cookie = "__Host-parley-oidc";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public void Write(HttpResponse response, SignInTicket ticket)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("state"u8, ticket.State);
            json.WriteString("nonce"u8, ticket.Nonce);
            json.WriteString("verifier"u8, ticket.Verifier);
            json.WriteString("redirect"u8, ticket.Redirect);
            json.WriteString("return"u8, ticket.Return);
            json.WriteString("user"u8, UserId.Format(ticket.LinkUser));
            json.WriteString("session"u8, SessionId.Format(ticket.LinkSession));
            json.WriteNumber("exp"u8, (time.GetUtcNow() + Life).ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        Append(response, Jws.Sign("{}"u8, buffer.WrittenSpan, Key()), Life);
    }

    /// <summary>The ticket of this browser, which it has no longer; null where it has none that is good now.</summary>
    public SignInTicket? Take(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } text)
        {
            return null;
        }

        Append(http.Response, "", TimeSpan.Zero);
        if (Jws.Verify(text, Key()) is not { } payload)
        {
            return null;
        }

        using var document = JsonDocument.Parse(payload); // ours, as the signature shows
        var said = document.RootElement;
        // No account and no session: it is a sign-in.
        var user = Ids.TryParse(OidcJson.Text(said, "user"), IdKind.User, out var id) ? id : 0;
        var session = Ids.TryParse(OidcJson.Text(said, "session"), IdKind.Session, out var number) ? number : 0;
        return said.GetProperty("exp").GetInt64() <= time.GetUtcNow().ToUnixTimeSeconds()
            ? null
            : new SignInTicket(
                OidcJson.Text(said, "state")!,
                OidcJson.Text(said, "nonce")!,
                OidcJson.Text(said, "verifier")!,
                OidcJson.Text(said, "redirect")!,
                OidcJson.Text(said, "return")!,
                user,
                session
            );
    }

    private static void Append(HttpResponse response, string value, TimeSpan life) =>
        response.Headers.Append(
            "Set-Cookie",
            $"{Cookie}={value}; Max-Age={(long)life.TotalSeconds}; Path=/; Secure; HttpOnly; SameSite=Lax"
        );

    /// <summary>Its own, so that no access token is ever a ticket and no ticket an access token.</summary>
    private byte[] Key() => HMACSHA256.HashData(key.Value.Secret, "parley sign-in tickets"u8);
}
