using System.Net;
using Parley.Identity;

namespace Parley.Tests.Identity;

/// <summary>S2 to S8 over HTTP: how people get an account and come in.</summary>
public sealed class SignInTests
{
    private const string Wrong = """{"email":"ada@example.org","password":"not the password at all"}""";

    [Fact]
    public async Task S3_the_first_sign_up_needs_the_setup_code_and_makes_the_admin()
    {
        await using var app = await ParleyApp.StartAsync(identity: Accounts.Options());
        foreach (var code in new[] { "", ""","setup_code":"wrong one" """, ""","setup_code":null""" })
        {
            using var refused = await app.SendAsync(
                "POST",
                "/api/auth/signup",
                $$"""{"email":"eve@example.org","password":"{{Accounts.Password}}"{{code}}}"""
            );
            await Problems.AssertAsync(refused, 403, "forbidden");
        }

        var ada = await app.SetUpAsync();
        var me = await ada.JsonAsync("GET", "/api/auth/me");
        Assert.Equal(("admin", "ada@example.org", "ada"), (me.Text("role"), me.Text("email"), me.Text("name")));
    }

    [Fact]
    public async Task S3_thirty_sign_ups_at_once_on_an_empty_server_make_one_admin()
    {
        await using var app = await ParleyApp.StartAsync(identity: Accounts.Options());
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 30)
                .Select(i =>
                    app.SendAsync(
                        "POST",
                        "/api/auth/signup",
                        $$"""{"email":"p{{i}}@example.org","password":"{{Accounts.Password}}","setup_code":"{{Accounts.SetupCode}}"}"""
                    )
                )
        );
        Assert.Equal(1, answers.Count(a => a.StatusCode == HttpStatusCode.Created));
        Assert.Equal(29, answers.Count(a => a.StatusCode == HttpStatusCode.Forbidden));
        var admins = await app.Get<Parley.Kernel.Db>()
            .ReadAsync(s =>
            {
                using var rows = s.Query("SELECT count(*), max(id) FROM users WHERE role = 2");
                rows.Step();
                return (rows.Int64(0), rows.Int64(1));
            });
        Assert.Equal((1, Parley.Kernel.DataFolder.LocalOwner), admins);
    }

    [Theory]
    [InlineData(null, 403, "")]
    [InlineData(UserRole.Pending, 201, "pending")]
    [InlineData(UserRole.User, 201, "user")]
    internal async Task S4_sign_up_is_closed_unless_it_is_opened(UserRole? open, int status, string role)
    {
        var (app, _) = await Accounts.StartAsync(Accounts.Options(signUp: open));
        await using var _ = app;
        var answer = await app.PostJsonAsync(
            "/api/auth/signup",
            $$"""{"email":"ben@example.org","password":"{{Accounts.Password}}"}""",
            status
        );
        Assert.Equal(role, status == 201 ? answer.GetProperty("user").Text("role") : "");
    }

    [Fact]
    public async Task S4_who_waits_sees_the_own_account_and_nothing_else()
    {
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        var ben = await admin.AddAsync("ben@example.org", "pending");
        await ben.JsonAsync("GET", "/api/auth/me");
        await ben.JsonAsync("GET", "/api/conversations", status: 403);
        await admin.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"role":"user"}""");
        await ben.JsonAsync("GET", "/api/conversations");
    }

    [Fact]
    public async Task S5_known_and_unknown_addresses_are_refused_alike()
    {
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        var ben = await admin.AddAsync("ben@example.org");
        await admin.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}""");
        var bodies = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var (email, password) in new[]
            {
                ("ada@example.org", "not the password at all"),
                ("nobody@example.org", Accounts.Password),
                ("no address", Accounts.Password),
                ("ben@example.org", Accounts.Password),
            }
        )
        {
            using var refused = await app.SendAsync(
                "POST",
                "/api/auth/signin",
                $$"""{"email":"{{email}}","password":"{{password}}"}"""
            );
            var problem = await Problems.AssertAsync(refused, 401, "unauthenticated");
            bodies.Add(problem.Text("detail") + problem.Text("title"));
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        }

        Assert.Single(bodies);
    }

    [Fact]
    public async Task S6_an_address_is_one_however_it_is_typed()
    {
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        Assert.Equal(admin.Id, (await app.SignInAsync(" ADA@EXAMPLE.org ")).Id);
        await admin.JsonAsync(
            "POST",
            "/api/users",
            $$"""{"email":"Ada@Example.Org","password":"{{Accounts.Password}}"}""",
            409
        );
    }

    [Fact]
    public async Task S7_after_five_failures_the_next_try_waits_longer_each_time_and_never_for_ever()
    {
        var clock = new TestClock();
        var (app, _) = await Accounts.StartAsync(clock: clock);
        await using var _ = app;
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            using var answer = await app.SendAsync("POST", "/api/auth/signin", Wrong);
            if (i < 5)
            {
                await Problems.AssertAsync(answer, 401, "unauthenticated");
                continue;
            }

            await Problems.AssertAsync(answer, 429, "too-many-requests");
            waits.Add(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            clock.Advance(answer.Headers.RetryAfter.Delta.Value);
            using var failed = await app.SendAsync("POST", "/api/auth/signin", Wrong);
            await Problems.AssertAsync(failed, 401, "unauthenticated");
        }

        Assert.Equal([30, 60, 120, 240], waits);
        using var early = await app.SendAsync("POST", "/api/auth/signin", Wrong);
        Assert.Equal(HttpStatusCode.TooManyRequests, early.StatusCode);
        clock.Advance(TimeSpan.FromMinutes(15));
        await app.SignInAsync("ada@example.org");
    }

    [Fact]
    public async Task S7_tries_at_once_are_counted_one_by_one_and_a_restart_forgets_none()
    {
        var (app, _) = await Accounts.StartAsync();
        await using var _ = app;
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => app.SendAsync("POST", "/api/auth/signin", Wrong))
        );
        Assert.Equal(5, answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized));
        await app.RestartAsync();
        using var after = await app.SendAsync("POST", "/api/auth/signin", Wrong);
        await Problems.AssertAsync(after, 429, "too-many-requests");
    }

    [Fact]
    public async Task S2_a_hash_from_elsewhere_lets_its_owner_in_and_is_made_anew()
    {
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        await admin.AddAsync("ben@example.org");
        // libxcrypt's hash of the password of these tests.
        await SetHashAsync(app, "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG");
        await app.SignInAsync("ben@example.org");
        var stored = await HashAsync(app);
        Assert.StartsWith("$argon2id$v=19$m=64,t=1,p=1$", stored, StringComparison.Ordinal);
        await app.SignInAsync("ben@example.org");
        Assert.Equal(stored, await HashAsync(app));
    }

    [Fact]
    public void S2_new_hashes_cost_what_the_rules_say() =>
        Assert.Equal(
            (64 * 1024, 3, 1),
            (new IdentityOptions().Hash.MemoryKiB, new IdentityOptions().Hash.Passes, new IdentityOptions().Hash.Lanes)
        );

    [Fact]
    public async Task S8_a_new_password_needs_the_old_one_and_ends_every_other_session()
    {
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        var elsewhere = await app.SignInAsync("ada@example.org");
        const string Change = """{"current_password":"CURRENT","new_password":"another horse, another staple"}""";
        await admin.JsonAsync("POST", "/api/auth/password", Change.Replace("CURRENT", "not this one, no"), 400);
        await elsewhere.JsonAsync("GET", "/api/auth/me");
        await admin.JsonAsync("POST", "/api/auth/password", Change.Replace("CURRENT", Accounts.Password), 204);
        await admin.JsonAsync("GET", "/api/auth/me");
        await elsewhere.JsonAsync("GET", "/api/auth/me", status: 401);
        using var old = await app.SendAsync(
            "POST",
            "/api/auth/signin",
            $$"""{"email":"ada@example.org","password":"{{Accounts.Password}}"}"""
        );
        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        await app.SignInAsync("ada@example.org", "another horse, another staple");
    }

    [Fact]
    public async Task S1_a_password_is_the_same_in_every_way_of_typing_it()
    {
        var (app, admin) = await Accounts.StartAsync();
        await using var _ = app;
        const string Composed = "caf\u00E9 au lait, s'il vous pla\u00EEt";
        await admin.JsonAsync(
            "POST",
            "/api/users",
            $$"""{"email":"ben@example.org","password":{{Composed.Quoted()}}}""",
            201
        );
        await app.SignInAsync("ben@example.org", "cafe\u0301 au lait, s'il vous plai\u0302t");
    }

    private static Task SetHashAsync(ParleyApp app, string hash) =>
        app.Get<Parley.Kernel.Db>()
            .WriteAsync(tx =>
            {
                using var update = tx.Query("UPDATE users SET password = ?1 WHERE email = 'ben@example.org'");
                update.Bind(1, hash).Run();
            });

    private static Task<string> HashAsync(ParleyApp app) =>
        app.Get<Parley.Kernel.Db>()
            .ReadAsync(s =>
            {
                using var find = s.Query("SELECT password FROM users WHERE email = 'ben@example.org'");
                find.Step();
                return find.Text(0)!;
            });
}
