using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Identity.Crypto;

namespace Parley.Tests.Identity.Oidc;

/// <summary>An OpenID provider that says whatever a test wants it to say: what no honest one could be brought to.</summary>
internal sealed class ForgingProvider : IAsyncDisposable
{
    public const string ClientId = "parley tests";
    private readonly WebApplication server;

    private ForgingProvider(WebApplication server) => this.server = server;

    public RSA Rsa { get; private set; } = RSA.Create(2048);

    public ECDsa Curve { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Issuer { get; private set; } = "";

    public string KeyId { get; set; } = "first";

    /// <summary>The last token request's form.</summary>
    public Dictionary<string, string> Redeemed { get; private set; } = [];

    public int KeyRequests { get; private set; }

    /// <summary>What the token endpoint gives for a sign-in with that nonce.</summary>
    public Func<string, string> Token { get; set; } = _ => "";

    public Func<JsonObject>? UserInfo { get; set; }

    /// <summary>The nonce of the sign-in that is under way.</summary>
    public string Nonce { get; set; } = "";

    public static async Task<ForgingProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var provider = new ForgingProvider(server);
        server.MapGet("/.well-known/openid-configuration", provider.Description);
        server.MapGet("/keys", provider.Keys);
        server.MapPost("/token", provider.RedeemAsync);
        server.MapGet("/userinfo", http => http.Response.WriteAsync(provider.UserInfo!().ToJsonString()));
        await server.StartAsync();
        provider.Issuer = server
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        return provider;
    }

    /// <summary>Claims that are fine.</summary>
    public JsonObject Claims(string nonce) =>
        new()
        {
            ["iss"] = Issuer,
            ["aud"] = ClientId,
            ["sub"] = "subject-1",
            ["iat"] = DateTimeOffset.UnixEpoch.AddSeconds(Now).ToUnixTimeSeconds(),
            ["exp"] = Now + 300,
            ["nonce"] = nonce,
            ["email"] = "eve@example.org",
            ["email_verified"] = true,
            ["name"] = "Eve",
        };

    public long Now { get; set; } = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    public void Rotate(string keyId)
    {
        Rsa.Dispose();
        Rsa = RSA.Create(2048);
        KeyId = keyId;
    }

    public string Sign(
        JsonObject claims,
        string algorithm = "RS256",
        string? keyId = null,
        Action<JsonObject>? header = null
    )
    {
        var head = new JsonObject { ["alg"] = algorithm, ["kid"] = keyId ?? KeyId };
        header?.Invoke(head);
        var signed = $"{Encode(head.ToJsonString())}.{Encode(claims.ToJsonString())}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        return algorithm switch
        {
            "none" => signed + ".",
            "HS256" => Jws.Sign(
                Encoding.UTF8.GetBytes(head.ToJsonString()),
                Encoding.UTF8.GetBytes(claims.ToJsonString()),
                Encoding.ASCII.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem())
            ),
            "ES256" => $"{signed}.{Base64Url.EncodeToString(Curve.SignData(bytes, HashAlgorithmName.SHA256))}",
            "PS256" =>
                $"{signed}.{Base64Url.EncodeToString(Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))}",
            _ =>
                $"{signed}.{Base64Url.EncodeToString(Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}",
        };
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Rsa.Dispose();
        Curve.Dispose();
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private Task Description(HttpContext http) =>
        http.Response.WriteAsync(
            new JsonObject
            {
                ["issuer"] = Issuer,
                ["authorization_endpoint"] = Issuer + "/authorize",
                ["token_endpoint"] = Issuer + "/token",
                ["jwks_uri"] = Issuer + "/keys",
                ["userinfo_endpoint"] = Issuer + "/userinfo",
                ["end_session_endpoint"] = Issuer + "/end?here=1",
            }.ToJsonString()
        );

    private Task Keys(HttpContext http)
    {
        KeyRequests++;
        var rsa = Rsa.ExportParameters(false);
        var curve = Curve.ExportParameters(false);
        var keys = new JsonArray(
            new JsonObject
            {
                ["kty"] = "RSA",
                ["kid"] = KeyId,
                ["use"] = "sig",
                ["n"] = Base64Url.EncodeToString(rsa.Modulus),
                ["e"] = Base64Url.EncodeToString(rsa.Exponent),
            },
            new JsonObject
            {
                ["kty"] = "EC",
                ["kid"] = "curve",
                ["crv"] = "P-256",
                ["x"] = Base64Url.EncodeToString(curve.Q.X),
                ["y"] = Base64Url.EncodeToString(curve.Q.Y),
            },
            new JsonObject { ["kty"] = "OKP", ["kid"] = "of a kind we do not know" }
        );
        return http.Response.WriteAsync(new JsonObject { ["keys"] = keys }.ToJsonString());
    }

    private async Task RedeemAsync(HttpContext http)
    {
        Redeemed = (await http.Request.ReadFormAsync()).ToDictionary(f => f.Key, f => f.Value.ToString());
        await http.Response.WriteAsync(
            new JsonObject { ["access_token"] = "opaque", ["id_token"] = Token(Nonce) }.ToJsonString()
        );
    }
}
