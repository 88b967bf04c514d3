using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Identity;
using Parley.Identity.Crypto;

namespace Parley.Tests;

/// <summary>Servers with accounts, and people to sign in to them.</summary>
internal static class Accounts
{
    public const string SetupCode = "the code of the tests";
    public const string Password = "correct horse battery staple";

    /// <summary>As real ones, but for hashes that cost next to nothing and requests that nobody counts.</summary>
    public static IdentityOptions Options(bool singleUser = false, UserRole? signUp = null) =>
        new()
        {
            SingleUser = singleUser,
            SetupCode = SetupCode,
            SignUpRole = signUp,
            Hash = new Argon2Parameters(64, 1, 1),
            UserRequests = 0,
            AddressRequests = 0,
        };

    /// <summary>A server with accounts and its admin.</summary>
    public static async Task<(ParleyApp App, Person Admin)> StartAsync(
        IdentityOptions? options = null,
        TimeProvider? clock = null
    )
    {
        var app = await ParleyApp.StartAsync(
            services =>
            {
                if (clock is not null)
                {
                    services.AddSingleton(clock);
                }
            },
            options ?? Options()
        );
        return (app, await app.SetUpAsync());
    }

    /// <summary>Makes the first admin.</summary>
    public static async Task<Person> SetUpAsync(this ParleyApp app, string email = "ada@example.org") =>
        Person.Of(
            app,
            await app.PostJsonAsync(
                "/api/auth/signup",
                $$"""{"email":"{{email}}","password":"{{Password}}","setup_code":"{{SetupCode}}"}"""
            )
        );

    public static async Task<Person> SignInAsync(this ParleyApp app, string email, string password = Password) =>
        Person.Of(
            app,
            await app.SendJsonAsync(
                "POST",
                "/api/auth/signin",
                $$"""{"email":{{email.Quoted()}},"password":{{password.Quoted()}}}"""
            )
        );

    /// <summary>Has the admin make an account, and signs it in.</summary>
    public static async Task<Person> AddAsync(this Person admin, string email, string role = "user")
    {
        await admin.JsonAsync(
            "POST",
            "/api/users",
            $$"""{"email":"{{email}}","password":"{{Password}}","role":"{{role}}"}""",
            201
        );
        return await admin.App.SignInAsync(email);
    }
}

/// <summary>Somebody who is signed in, or a key of theirs.</summary>
internal sealed record Person(ParleyApp App, string Id, string Token, string Refresh)
{
    public static Person Of(ParleyApp app, JsonElement tokens) =>
        new(app, tokens.GetProperty("user").Text("id"), tokens.Text("access_token"), tokens.Text("refresh_token"));

    public (string Name, string Value) Header => ("Authorization", "Bearer " + Token);

    public Task<HttpResponseMessage> SendAsync(string method, string path, string? json = null) =>
        App.SendAsync(method, path, json, Header);

    public Task<JsonElement> JsonAsync(string method, string path, string? json = null, int status = 200) =>
        App.SendJsonAsync(method, path, json, status, Header);

    /// <summary>A key of this person's, to be used in its place.</summary>
    public async Task<Person> KeyAsync(params string[] scopes)
    {
        var words = string.Join(',', scopes.Select(s => s.Quoted()));
        var made = await JsonAsync("POST", "/api/auth/keys", $$"""{"name":"k","scopes":[{{words}}]}""", 201);
        return this with { Token = made.Text("secret") };
    }
}
