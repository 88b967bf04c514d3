using System.Net;
using System.Text.Json;
using Parley.Identity;
using Parley.Providers;

namespace Parley.Tests.Tools;

/// <summary>S42: what a server's tools do is asked for first, and a yes holds for what was said yes to.</summary>
public sealed class ConsentTests : IAsyncLifetime
{
    private const string Echo =
        """{"name":"echo","description":"Says it again","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}""";
    private readonly FakeMcp mcp = new() { Pages = [Echo], Call = (_, _) => Task.FromResult(FakeMcp.Text("hi")) };
    private ParleyApp app = null!;
    private FakeUpstream model = null!;
    private FakeToolServer server = null!;

    public async ValueTask InitializeAsync()
    {
        app = await FakeToolServer.AppAsync();
        model = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await model.AddToAsync(app);
        server = await FakeToolServer.StartAsync(mcp.AnswerAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await model.DisposeAsync();
        await server.DisposeAsync();
    }

    private int Calls => server.Requests.Count(r => r.Text.Contains("tools/call", StringComparison.Ordinal));

    /// <summary>Asks; answers where it is asked. Gives whether it was, and the conversation.</summary>
    private async Task<(bool Asked, string Conversation, JsonElement Result)> AskAsync(
        string? conversation = null,
        bool allow = true,
        string remember = "once"
    )
    {
        using var reader = await app.AskWithAsync(model, "mcp_echo", "{}", conversation);
        var asked = false;
        while (true)
        {
            var next = (await reader.NextAsync())!;
            if (next.Name == "message_created")
            {
                conversation = next.Data.Text("conversation_id");
            }
            else if (next.Name == "tool_consent")
            {
                asked = true;
                var path = $"/api/chat/turns/{reader.Turn}/consents/{next.Data.Text("consent_id")}";
                var body = $$"""{"allow":{{(allow ? "true" : "false")}},"remember":"{{remember}}"}""";
                using var said = await app.SendAsync("POST", path, body);
                Assert.Equal(HttpStatusCode.NoContent, said.StatusCode);
            }
            else if (next.Name == "tool_result")
            {
                await reader.RestAsync();
                return (asked, conversation!, next.Data);
            }
        }
    }

    [Fact]
    public async Task A_tool_that_may_write_is_asked_for_each_time_or_once_a_conversation()
    {
        await server.AddToAsync(app, "mcp", "/mcp");
        var (asked, conversation, _) = await AskAsync();
        Assert.True(asked);
        Assert.True((await AskAsync(conversation, remember: "conversation")).Asked);
        Assert.False((await AskAsync(conversation)).Asked);
        Assert.True((await AskAsync()).Asked);
        Assert.Equal(4, Calls);

        using var reader = await app.AskWithAsync(model, "mcp_echo", "{}");
        var consent = (await reader.UntilAsync("tool_consent")).Data;
        Assert.Equal(("mcp_echo", "mcp", true), (consent.Text("name"), consent.Text("server"), consent.Flag("writes")));
        var path = $"/api/chat/turns/{reader.Turn}/consents/{consent.Text("consent_id")}";
        using (var always = await app.SendAsync("POST", path, """{"allow":true,"remember":"always"}"""))
        {
            Assert.Equal(HttpStatusCode.BadRequest, always.StatusCode);
        }

        using (var denied = await app.SendAsync("POST", path, """{"allow":false}""")) { }
        Assert.True((await reader.ResultAsync()).Flag("is_error"));
        await reader.RestAsync();
        using var late = await app.SendAsync("POST", path, """{"allow":true}""");
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
        Assert.Equal(4, Calls);
    }

    [Fact]
    public async Task A_tool_that_reads_is_remembered_until_it_changes_or_is_taken_back()
    {
        await server.AddToAsync(app, "mcp", "/mcp", ""","trusts_hints":true""");
        Assert.True((await AskAsync(remember: "always")).Asked);
        Assert.False((await AskAsync()).Asked);

        using (var back = await app.SendAsync("DELETE", "/api/tools/mcp_echo/consent"))
        {
            Assert.Equal(HttpStatusCode.NoContent, back.StatusCode);
        }

        Assert.True((await AskAsync(remember: "always")).Asked);
        mcp.Pages[0] = Echo.Replace("Says it again", "Says it again, and deletes everything", StringComparison.Ordinal);
        await app.RestartAsync();
        Assert.True((await AskAsync()).Asked);
    }

    [Fact]
    public async Task A_call_that_is_denied_is_not_made_and_written_down()
    {
        await server.AddToAsync(app, "mcp", "/mcp");
        var (_, _, result) = await AskAsync(allow: false);
        Assert.True(result.Flag("is_error"));
        Assert.Contains("does not allow", result.Text("content"), StringComparison.Ordinal);
        Assert.Equal(0, Calls);
        var entry = Assert.Single((await app.GetJsonAsync("/api/audit?action=tool-denied")).Items());
        Assert.Equal("mcp_echo, denied", entry.Text("detail"));
    }

    [Fact]
    public async Task Without_an_answer_the_call_is_not_made_and_the_turn_goes_on()
    {
        await using var hasty = await FakeToolServer.AppAsync(s => s.ConsentLimit = TimeSpan.FromMilliseconds(50));
        await model.AddToAsync(hasty);
        await server.AddToAsync(hasty, "mcp", "/mcp");
        using var reader = await hasty.AskWithAsync(model, "mcp_echo", "{}");
        Assert.Contains("did not say", (await reader.ResultAsync()).Text("content"), StringComparison.Ordinal);
        Assert.Equal("done", (await reader.RestAsync()).Words());
        Assert.Equal(0, Calls);
    }

    [Fact]
    public async Task A_stop_while_it_waits_ends_the_turn_and_makes_no_call()
    {
        await server.AddToAsync(app, "mcp", "/mcp");
        using var reader = await app.AskWithAsync(model, "mcp_echo", "{}");
        await reader.UntilAsync("tool_consent");
        Assert.Equal(
            "stopped",
            (await app.PostJsonAsync($"/api/chat/turns/{reader.Turn}/stop", null, 200)).Text("status")
        );
        Assert.Equal(0, Calls);
    }

    [Fact]
    public async Task S41_a_server_is_for_whom_the_admin_names_and_a_key_cannot_say_yes()
    {
        await using var shared = await ParleyApp.StartAsync(
            services => FakeToolServer.Configure(services),
            Accounts.Options()
        );
        var admin = await shared.SetUpAsync();
        var ben = await admin.AddAsync("ben@example.org");
        await model.AddToAsync(shared);
        var body = $$"""{"name":"mcp","kind":"mcp","url":"{{server.Address}}/mcp","users":["{{admin.Id}}"]}""";
        var made = await admin.JsonAsync("POST", "/api/tool-servers", body, 201);
        Assert.DoesNotContain((await ben.JsonAsync("GET", "/api/tools")).Items(), t => t.Text("name") == "mcp_echo");
        const string Ask = """{"message":"q","model_name":"m","tools":["mcp_echo"]}""";
        await ben.JsonAsync("POST", "/api/chat", Ask, 400);
        using var forbidden = await ben.SendAsync("GET", "/api/tool-servers/" + made.Text("id"));
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);

        var key = await admin.KeyAsync("all");
        model.Answer(new FakeScript().CallOf("mcp_echo", "{}").Finish("tool_calls")).Answer("done");
        using var reader = await EventReader.OpenAsync(shared, "POST", "/api/chat/stream", Ask, key.Header);
        var id = (await reader.UntilAsync("tool_consent")).Data.Text("consent_id");
        var path = $"/api/chat/turns/{reader.Turn}/consents/{id}";
        foreach (var (who, status) in new[] { (key, 403), (ben, 404), (admin, 204) })
        {
            using var said = await who.SendAsync("POST", path, """{"allow":true}""");
            Assert.Equal(status, (int)said.StatusCode);
        }

        Assert.False((await reader.ResultAsync()).Flag("is_error"));
    }
}
