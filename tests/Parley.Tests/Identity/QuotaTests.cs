using System.Text.Json;
using Parley.Identity;
using Parley.Identity.Crypto;
using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Tests.Identity;

/// <summary>How much users may use, and what they hear when it is used up.</summary>
public sealed class QuotaTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private Person admin = null!;
    private Person ben = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new IdentityOptions
        {
            SingleUser = false,
            SetupCode = Accounts.SetupCode,
            Hash = new Argon2Parameters(64, 1, 1),
            UserRequests = 0,
            AddressRequests = 0,
            MessagesPerDay = 3,
        };
        (app, admin) = await Accounts.StartAsync(options, clock);
        ben = await admin.AddAsync("ben@example.org");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task<string> TalkAsync(Person who) =>
        (await who.JsonAsync("POST", "/api/conversations", """{"title":"t"}""", 201)).Text("id");

    private static Task<HttpResponseMessage> SayAsync(Person who, string talk, string role = "user") =>
        who.SendAsync("POST", $"/api/conversations/{talk}/messages", $$"""{"role":"{{role}}","content":"words"}""");

    private static Task<JsonElement> SetAsync(Person admin, string of, string json) =>
        admin.JsonAsync("PUT", $"{of}/quotas", json);

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.Single() : "";

    [Fact]
    public async Task Messages_of_a_day_are_counted_told_and_refused_until_the_next_day()
    {
        var talk = await TalkAsync(ben);
        for (var left = 2; left >= 0; left--)
        {
            using var said = await SayAsync(ben, talk);
            Assert.Equal(
                ("201", "messages_per_day", "3", $"{left}"),
                (
                    $"{(int)said.StatusCode}",
                    Header(said, "Quota"),
                    Header(said, "Quota-Limit"),
                    Header(said, "Quota-Remaining")
                )
            );
        }

        using var refused = await SayAsync(ben, talk);
        var problem = await Problems.AssertAsync(refused, 429, "quota-used-up");
        Assert.Contains("3 of 3", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(
            ("43200", "43200", "0"),
            (Header(refused, "Retry-After"), Header(refused, "Quota-Reset"), Header(refused, "Quota-Remaining"))
        );
        using var answer = await SayAsync(ben, talk, "assistant");
        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Equal(4, (await ben.JsonAsync("GET", $"/api/conversations/{talk}")).Number("message_count"));
        clock.Advance(TimeSpan.FromHours(12));
        ben = await app.SignInAsync("ben@example.org");
        using var again = await SayAsync(ben, talk);
        Assert.Equal(("201", "2"), ($"{(int)again.StatusCode}", Header(again, "Quota-Remaining")));
    }

    [Fact]
    public async Task An_edit_that_makes_a_branch_is_a_message_too()
    {
        var talk = await TalkAsync(ben);
        using var said = await SayAsync(ben, talk);
        var id = JsonDocument.Parse(await said.Content.ReadAsStringAsync()).RootElement.Text("id");
        var path = $"/api/conversations/{talk}/messages/{id}";
        await ben.JsonAsync("PATCH", path, """{"content":"a"}""");
        await ben.JsonAsync("PATCH", path, """{"content":"b"}""");
        await ben.JsonAsync("PATCH", path, """{"content":"c"}""", 429);
        await ben.JsonAsync("PATCH", path, """{"content":"d","in_place":true}""");
    }

    [Fact]
    public async Task A_users_own_setting_goes_before_their_groups_and_those_before_the_default()
    {
        async Task<long?> LimitAsync()
        {
            var quotas = (await ben.JsonAsync("GET", "/api/auth/quotas")).Items("quotas");
            var messages = quotas.Single(q => q.Text("kind") == "messages_per_day");
            return messages.IsNull("limit") ? null : messages.Number("limit");
        }

        Assert.Equal(3, await LimitAsync());
        foreach (var (name, most) in new[] { ("small", 1), ("large", 20) })
        {
            var group = (await admin.JsonAsync("POST", "/api/groups", $$"""{"name":"{{name}}"}""", 201)).Text("id");
            await admin.JsonAsync("PUT", $"/api/groups/{group}/members/{ben.Id}");
            var set = await SetAsync(admin, $"/api/groups/{group}", $$"""{"messages_per_day":{{most}}}""");
            Assert.Equal(most, set.Number("messages_per_day"));
            Assert.Equal(most, await LimitAsync());
        }

        var report = await SetAsync(admin, $"/api/users/{ben.Id}", """{"messages_per_day":7}""");
        Assert.Equal(7, report.GetProperty("set").Number("messages_per_day"));
        Assert.Equal(7, await LimitAsync());
        await SetAsync(admin, $"/api/users/{ben.Id}", """{"messages_per_day":0}""");
        Assert.Null(await LimitAsync());
        await SetAsync(admin, $"/api/users/{ben.Id}", "{}");
        Assert.Equal(20, await LimitAsync());
        var audit = await admin.JsonAsync("GET", $"/api/audit?action=quota-change&subject_id={ben.Id}");
        Assert.Equal("messages_per_day=7", audit.Items()[^1].Text("detail"));
        await admin.JsonAsync("PUT", $"/api/users/{ben.Id}/quotas", """{"files":-1}""", 400);
        await admin.JsonAsync("PUT", $"/api/users/{ben.Id}/quotas", """{"used":1}""", 400);
    }

    [Fact]
    public async Task Tokens_of_a_month_are_charged_afterwards_and_asked_for_before()
    {
        await SetAsync(admin, $"/api/users/{ben.Id}", """{"tokens_per_month":100}""");
        Assert.True(Ids.TryParse(ben.Id, IdKind.User, out var id));
        var quotas = app.Get<Quotas>();
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        await quotas.RequireAsync(http, id, QuotaKind.Tokens, default);
        Assert.Equal("100", http.Response.Headers["Quota-Remaining"]);
        await quotas.ChargeAsync(id, QuotaKind.Tokens, 70, default);
        await quotas.RequireAsync(http, id, QuotaKind.Tokens, default);
        await quotas.ChargeAsync(id, QuotaKind.Tokens, 70, default);
        var refused = await Assert.ThrowsAsync<ProblemException>(() =>
            quotas.RequireAsync(http, id, QuotaKind.Tokens, default)
        );
        Assert.Equal("quota-used-up", refused.Code.Code);
        clock.Advance(TimeSpan.FromDays(9.6)); // from noon of the 21st into December
        await quotas.RequireAsync(http, id, QuotaKind.Tokens, default);
    }

    [Fact]
    public async Task Files_of_an_import_are_kept_as_far_as_there_is_room_and_then_uploads_are_refused()
    {
        await SetAsync(admin, $"/api/users/{ben.Id}", """{"files":1}""");
        var job = await ImportAsync(200);
        Assert.Contains("over-quota", job.GetRawText(), StringComparison.Ordinal);
        var files = (await ben.JsonAsync("GET", "/api/auth/quotas")).Items("quotas");
        Assert.Equal(1, files.Single(q => q.Text("kind") == "files").Number("used"));
        Assert.Equal(10, files.Single(q => q.Text("kind") == "storage_bytes").Number("used"));
        var refused = await ImportAsync(507);
        Assert.Equal("storage-quota", refused.Text("code"));
        await SetAsync(admin, $"/api/users/{ben.Id}", """{"files":5,"storage_bytes":15}""");
        var again = await ImportAsync(200);
        Assert.Contains("over-quota", again.GetRawText(), StringComparison.Ordinal);
        await SetAsync(admin, $"/api/users/{ben.Id}", """{"files":0,"storage_bytes":0}""");
        Assert.DoesNotContain("over-quota", (await ImportAsync(200)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_imports_at_once_do_not_both_get_the_last_room()
    {
        await SetAsync(admin, $"/api/users/{ben.Id}", """{"files":2}""");
        Assert.True(Ids.TryParse(ben.Id, IdKind.User, out var id));
        var budgets = app.Get<Parley.Import.StorageBudgets>();
        Parley.Files.StoredBlob Blob(byte number) => new([number, .. new byte[31]], 10, "text/plain");
        using (var one = budgets.Open(id, default))
        using (var other = budgets.Open(id, default))
        {
            Assert.True(one.Budget.Take(Blob(1)));
            Assert.True(other.Budget.Take(Blob(1)));
            Assert.True(other.Budget.Take(Blob(2)));
            Assert.False(one.Budget.Take(Blob(3)));
        }

        // Nothing of it was written: when both are done, the store is asked anew.
        using var later = budgets.Open(id, default);
        Assert.True(later.Budget.Take(Blob(3)));
    }

    /// <summary>A conversation with two files of ten bytes each.</summary>
    private async Task<JsonElement> ImportAsync(int status) =>
        await ben.ImportAsync(
            await Uploads.ExportAsync("c1", "two files", ("one.txt", "0123456789"), ("two.txt", "abcdefghij")),
            "export.zip",
            status
        );
}
