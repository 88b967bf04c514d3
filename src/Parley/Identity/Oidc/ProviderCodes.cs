using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Parley.Identity.Crypto;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.Oidc;

/// <summary>
/// The code of our second factor after the provider's yes, where <c>oidc.second-factor</c> has it asked for. Until it is
/// shown nobody is signed in: the browser has a cookie, signed by us, that says whose code is waited for. Thread-safe.
/// </summary>
internal sealed class ProviderCodes(
    Db db,
    Lazy<SigningKey> key,
    Accounts accounts,
    SecondFactor second,
    Sessions sessions,
    SignInDelays delays,
    AuditLog audit,
    TimeProvider time
)
{
    public const string Cookie = "__Host-parley-code";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    public void Ask(HttpResponse response, long userId)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("user"u8, UserId.Format(userId));
            json.WriteNumber("exp"u8, (time.GetUtcNow() + Life).ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        Append(response, Jws.Sign("{}"u8, buffer.WrittenSpan, Key()), Life);
    }

    /// <exception cref="ProblemException">No code is waited for, it is wrong, or it has to wait.</exception>
    public async Task<SessionTokens> ShowAsync(HttpContext http, string code, RequestOrigin origin)
    {
        var ct = http.RequestAborted;
        if (Waiting(http.Request) is not { } userId || await accounts.FindAsync(userId, ct) is not { } user)
        {
            throw new ProblemException(
                ProblemCodes.Unauthenticated,
                "no code is waited for, or no longer: begin the sign-in again"
            );
        }

        await delays.BeginAsync(user.Email, origin.Address, ct);
        if (await db.WriteEssentialAsync(tx => LetIn(tx, user.Id, code, origin), ct) is not { } tokens)
        {
            await audit.AddAsync(origin, AuditActions.SignIn, user.Id, ok: false, "second factor", ct);
            throw new ProblemException(ProblemCodes.SecondFactor, "the code is wrong, or used");
        }

        Append(http.Response, "", TimeSpan.Zero);
        return tokens;
    }

    private SessionTokens? LetIn(DbTransaction tx, long userId, string code, RequestOrigin origin)
    {
        if (Accounts.Find(tx, userId) is not { Disabled: false } user || !second.Passes(tx, user, code))
        {
            return null;
        }

        using (var update = tx.Query("UPDATE users SET seen_at = ?2 WHERE id = ?1"))
        {
            update.Bind(1, user.Id).Bind(2, ApiTime.Micros(time.GetUtcNow())).Run();
        }

        SignInDelays.Succeed(tx, user.Email, origin.Address);
        audit.Add(tx, origin, AuditActions.SignIn, user.Id, detail: "provider and code");
        return sessions.Begin(tx, user, origin);
    }

    private long? Waiting(HttpRequest request)
    {
        if (request.Cookies[Cookie] is not { Length: > 0 } text || Jws.Verify(text, Key()) is not { } payload)
        {
            return null;
        }

        using var document = JsonDocument.Parse(payload); // ours, as the signature shows
        var said = document.RootElement;
        return
            said.GetProperty("exp").GetInt64() > time.GetUtcNow().ToUnixTimeSeconds()
            && Ids.TryParse(OidcJson.Text(said, "user"), IdKind.User, out var id)
            ? id
            : null;
    }

    private static void Append(HttpResponse response, string value, TimeSpan life) =>
        response.Headers.Append(
            "Set-Cookie",
            $"{Cookie}={value}; Max-Age={(long)life.TotalSeconds}; Path=/; Secure; HttpOnly; SameSite=Lax"
        );

    /// <summary>Its own: no ticket of another kind is ever one of these.</summary>
    private byte[] Key() => HMACSHA256.HashData(key.Value.Secret, "parley codes after providers"u8);
}
