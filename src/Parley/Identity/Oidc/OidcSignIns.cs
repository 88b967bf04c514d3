using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Identity.Oidc;

/// <summary>What the provider sends the browser back with.</summary>
internal sealed record ProviderAnswer(string? Code, string? State, string? Issuer, string? Error);

/// <summary>What becomes of it.</summary>
/// <param name="Tokens">Null where an account was joined, not signed in to.</param>
/// <param name="Return">Path of ours to go on to.</param>
/// <param name="AskedUser">Whose code is to be shown first; null: nobody's.</param>
internal sealed record ProviderSignIn(SessionTokens? Tokens, string Return, long? AskedUser = null);

/// <summary>
/// The authorization code flow with PKCE (RFC 6749, 7636, OpenID Connect Core 3.1), from the way out to the way back.
/// Thread-safe.
/// </summary>
internal sealed class OidcSignIns(
    OidcHttp http,
    OidcProvider provider,
    IdTokens idTokens,
    ProviderAccounts accounts,
    SignInTickets tickets,
    AuditLog audit,
    IdentityOptions options,
    ILogger<OidcSignIns> log
)
{
    public const string CallbackPath = "/api/auth/oidc/callback";

    private OidcOptions Oidc => options.Oidc;

    /// <summary>The provider's page to go to; the browser keeps the ticket for the way back.</summary>
    /// <param name="goOn">Path of ours to end at.</param>
    /// <param name="link">Who is signed in and wants the accounts joined; null: this is a sign-in.</param>
    /// <exception cref="ProblemException">There is no provider, or it cannot be reached.</exception>
    public Task<string> BeginAsync(HttpContext context, string goOn, Caller? link) =>
        ExplainAsync(
            RequestOrigin.Of(context),
            async () =>
            {
                var place = await provider.DescribeAsync(context.RequestAborted);
                var ticket = new SignInTicket(
                    Random(),
                    Random(),
                    Random(),
                    $"{context.Request.Scheme}://{context.Request.Host}{CallbackPath}",
                    goOn,
                    link?.OwnerId ?? 0,
                    link?.CredentialId ?? 0
                );
                tickets.Write(context.Response, ticket);
                var challenge = SHA256.HashData(Encoding.ASCII.GetBytes(ticket.Verifier));
                return With(
                    place.Authorization,
                    ("response_type", "code"),
                    ("client_id", Oidc.ClientId),
                    ("scope", Oidc.Scopes),
                    ("redirect_uri", ticket.Redirect),
                    ("state", ticket.State),
                    ("nonce", ticket.Nonce),
                    ("code_challenge", Base64Url.EncodeToString(challenge)),
                    ("code_challenge_method", "S256")
                );
            },
            context.RequestAborted
        );

    /// <exception cref="ProblemException">The person does not come in.</exception>
    public async Task<ProviderSignIn> EndAsync(HttpContext context, ProviderAnswer answer)
    {
        var origin = RequestOrigin.Of(context);
        var ct = context.RequestAborted;
        if (tickets.Take(context) is not { } ticket || !Secrets.AreEqual(answer.State ?? "", ticket.State))
        {
            throw new ProblemException(
                ProblemCodes.BadRequest,
                "this browser began no such sign-in, or too long ago: begin it again"
            );
        }

        return await ExplainAsync(
            origin,
            async () =>
            {
                var who = await IdentifyAsync(answer, ticket, ct);
                if (ticket.LinkUser != 0)
                {
                    await accounts.LinkAsync(who, ticket, origin, ct);
                    return new ProviderSignIn(null, ticket.Return);
                }

                var (user, tokens) = await accounts.LetInAsync(who, origin, ct);
                return new ProviderSignIn(tokens, ticket.Return, tokens is null ? user.Id : null);
            },
            ct
        );
    }

    /// <summary>Where the provider's own session is ended; null where it has no such place, or is not to be reached: nobody stays signed in for that.</summary>
    /// <exception cref="ProblemException">There is no provider.</exception>
    public async Task<string?> EndSessionAsync(HttpContext context)
    {
        RequireProvider();
        try
        {
            var place = await provider.DescribeAsync(context.RequestAborted);
            var home = $"{context.Request.Scheme}://{context.Request.Host}/";
            return place.EndSession is { } end
                ? With(end, ("client_id", Oidc.ClientId), ("post_logout_redirect_uri", home))
                : null;
        }
        catch (OidcException broken)
        {
            IdentityLog.ProviderRefused(log, broken.Reason);
            return null;
        }
    }

    private async Task<ProviderIdentity> IdentifyAsync(ProviderAnswer answer, SignInTicket ticket, CancellationToken ct)
    {
        var place = await provider.DescribeAsync(ct);

        // Mixed up with an answer of another provider (RFC 9207).
        if (answer.Issuer is null ? place.NamesItself : answer.Issuer != Oidc.Issuer)
        {
            throw OidcException.Distrust("issuer of the answer");
        }

        if (answer.Code is null)
        {
            var known = answer.Error is "access_denied" or "login_required" or "consent_required" or "server_error";
            throw new OidcException(
                known ? answer.Error! : "no code",
                ProblemCodes.Unauthenticated,
                "the provider did not let you in"
            );
        }

        var given = await RedeemAsync(place, answer.Code, ticket, ct);
        if (OidcJson.Text(given, "id_token") is not { } idToken)
        {
            throw OidcException.Broken("the token endpoint gives no id_token: oidc.scopes needs openid");
        }

        var claims = await idTokens.ReadAsync(idToken, ticket.Nonce, ct);
        return ProviderIdentity.Of(claims, await AskMoreAsync(place, claims, given, ct), Oidc);
    }

    private Task<JsonElement> RedeemAsync(
        ProviderDescription place,
        string code,
        SignInTicket ticket,
        CancellationToken ct
    )
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = ticket.Redirect,
            ["code_verifier"] = ticket.Verifier,
        };
        AuthenticationHeaderValue? authorization = null;
        if (Oidc.ClientSecret is { } secret && place.BasicSecret)
        {
            var pair = $"{Uri.EscapeDataString(Oidc.ClientId)}:{Uri.EscapeDataString(secret)}";
            authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = Oidc.ClientId;
            if (Oidc.ClientSecret is not null)
            {
                form["client_secret"] = Oidc.ClientSecret;
            }
        }

        return http.PostAsync(place.Token, form, authorization, ct);
    }

    private async Task<JsonElement?> AskMoreAsync(
        ProviderDescription place,
        JsonElement claims,
        JsonElement given,
        CancellationToken ct
    )
    {
        if (
            !ProviderIdentity.IsMeagre(claims, Oidc)
            || place.UserInfo is not { } at
            || OidcJson.Text(given, "access_token") is not { } token
        )
        {
            return null;
        }

        var info = await http.GetAsync(at, token, ct);
        return OidcJson.Text(info, "sub") == OidcJson.Text(claims, "sub")
            ? info
            : throw OidcException.Distrust("subject of userinfo");
    }

    /// <summary>The person hears what to do, the log and the audit why.</summary>
    private async Task<T> ExplainAsync<T>(RequestOrigin origin, Func<Task<T>> work, CancellationToken ct)
    {
        RequireProvider();
        try
        {
            return await work();
        }
        catch (OidcException refused)
        {
            IdentityLog.ProviderRefused(log, refused.Reason);
            await audit.AddAsync(
                origin,
                AuditActions.SignIn,
                subject: null,
                ok: false,
                $"provider: {refused.Reason}",
                ct
            );
            throw new ProblemException(refused.Code, refused.Message);
        }
    }

    private void RequireProvider()
    {
        if (Oidc.Issuer is null || options.SingleUser)
        {
            throw new ProblemException(ProblemCodes.NotFound, "there is no sign-in provider here");
        }
    }

    private static string Random() => Base64Url.EncodeToString(SystemRandom.GetBytes(32));

    private static string With(Uri address, params (string Name, string Value)[] query)
    {
        var text = new StringBuilder(address.AbsoluteUri);
        var sign = address.Query.Length == 0 ? '?' : '&';
        foreach (var (name, value) in query)
        {
            text.Append(sign).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            sign = '&';
        }

        return text.ToString();
    }
}
