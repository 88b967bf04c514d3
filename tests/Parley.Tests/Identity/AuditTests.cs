using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Tests.Identity;

/// <summary>S46: what is written down, and how admins read it.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private Person ada = null!;

    public async ValueTask InitializeAsync() => (app, ada) = await Accounts.StartAsync(clock: clock);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<List<JsonElement>> ReadAsync(string query) =>
        (await ada.JsonAsync("GET", "/api/audit?limit=200&" + query)).Items();

    [Fact]
    public async Task S46_what_people_and_admins_do_is_written_down()
    {
        var ben = await ada.AddAsync("ben@example.org");
        await ben.KeyAsync("read");
        await ada.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}""");
        using var refused = await app.SendAsync(
            "POST",
            "/api/auth/signin",
            $$"""{"email":"ben@example.org","password":"{{Accounts.Password}}"}"""
        );
        var actions = (await ReadAsync("")).Select(e => $"{e.Text("action")} {e.Flag("ok")}");
        Assert.Equal(
            ["sign-in False", "user-change True", "key-made True", "sign-in True", "user-made True", "sign-up True"],
            actions
        );
        var change = (await ReadAsync($"action=user-change&subject_id={ben.Id}")).Single();
        Assert.Equal(
            (ada.Id, ben.Id, "session"),
            (change.Text("actor_id"), change.Text("subject_id"), change.Text("via"))
        );
        Assert.Equal("disabled", change.Text("detail"));
    }

    [Fact]
    public async Task S46_entries_are_found_by_who_what_whom_when_and_how_it_ended()
    {
        var ben = await ada.AddAsync("ben@example.org");
        clock.Advance(TimeSpan.FromDays(1));
        var day = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ");
        ada = await app.SignInAsync("ada@example.org");
        ben = await app.SignInAsync("ben@example.org");
        await ben.KeyAsync("read");
        Assert.Single(await ReadAsync($"actor_id={ben.Id}"));
        Assert.Equal(2, (await ReadAsync($"action=sign-in&subject_id={ben.Id}")).Count);
        Assert.Equal(3, (await ReadAsync($"since={day}")).Count);
        Assert.Equal(3, (await ReadAsync($"before={day}")).Count);
        Assert.Empty(await ReadAsync("ok=false"));
        await ada.JsonAsync("GET", "/api/audit?action=nonsense", status: 400);
        await ada.JsonAsync("GET", "/api/audit?actor_id=nonsense", status: 400);
    }

    [Fact]
    public async Task S46_pages_and_the_export_give_the_same_entries_newest_first()
    {
        for (var i = 0; i < 7; i++)
        {
            await app.SignInAsync("ada@example.org");
        }

        var paged = new List<string>();
        for (string? next = ""; next is not null; )
        {
            var page = await ada.JsonAsync("GET", $"/api/audit?limit=3{next}");
            paged.AddRange(page.Items().Select(e => e.Text("id")));
            next = page.IsNull("next_cursor") ? null : "&cursor=" + page.Text("next_cursor");
        }

        using var export = await ada.SendAsync("GET", "/api/audit/export");
        var lines = (await export.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8, paged.Count);
        Assert.Equal(paged, lines.Select(l => JsonDocument.Parse(l).RootElement.Text("id")));
    }

    [Fact]
    public async Task S45_no_entry_holds_an_address_of_mail_a_password_or_a_token()
    {
        var ben = await ada.AddAsync("ben@example.org");
        await ben.JsonAsync(
            "POST",
            "/api/auth/email",
            $$"""{"current_password":"{{Accounts.Password}}","email":"benjamin@example.org"}"""
        );
        using var export = await ada.SendAsync("GET", "/api/audit/export");
        var all = await export.Content.ReadAsStringAsync();
        foreach (var secret in new[] { "@", Accounts.Password, ben.Token, ben.Refresh, "argon2" })
        {
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false, false, false, "audit USING INTEGER PRIMARY KEY")]
    [InlineData(true, false, false, "audit USING INDEX audit_by_actor (actor_id=? AND id>? AND id<?)")]
    [InlineData(false, true, false, "audit USING INDEX audit_by_action (action=? AND id>? AND id<?)")]
    [InlineData(true, true, true, "audit USING INDEX audit_by_subject (subject=? AND id>? AND id<?)")]
    public async Task The_audit_is_walked_by_an_index_that_stands_in_its_order(
        bool actor,
        bool action,
        bool subject,
        string index
    )
    {
        var sql = AuditReads.Sql(
            new AuditFilter(actor ? 1 : null, action ? "sign-in" : null, subject ? "x" : null, null, null, null)
        );
        await AssertPlanAsync(sql, index);
    }

    /// <summary>Statements that run with requests: each walks an index.</summary>
    [Theory]
    [InlineData("SELECT 1 FROM users WHERE role = 2 AND disabled = 0 LIMIT 1", "users_admins")]
    [InlineData("SELECT id FROM users WHERE email = ?1", "sqlite_autoindex_users_1")]
    [InlineData("SELECT id FROM sessions WHERE user_id = ?1 AND id > ?2 ORDER BY id", "sessions_by_user")]
    [InlineData("SELECT id FROM sessions WHERE expires_at < ?1 LIMIT 100", "sessions_by_end")]
    [InlineData("SELECT id FROM api_keys WHERE hash = ?1", "sqlite_autoindex_api_keys_1")]
    [InlineData("SELECT id FROM api_keys WHERE user_id = ?1 AND id > ?2 ORDER BY id", "api_keys_by_user")]
    [InlineData("SELECT session_id FROM refresh_tokens WHERE hash = ?1", "PRIMARY KEY")]
    [InlineData("DELETE FROM sign_in_failures WHERE last < ?1", "sign_in_failures_by_time")]
    public Task Questions_about_callers_walk_an_index(string sql, string index) => AssertPlanAsync(sql, index);

    private async Task AssertPlanAsync(string sql, string index)
    {
        var plan = await app.Get<Db>().ReadAsync(session => session.PlanOf(sql));
        Assert.Contains(index, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
    }
}
