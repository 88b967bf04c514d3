using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Identity;
using Parley.Providers;
using Parley.Tools;

namespace Parley.Tests.Tools;

/// <summary>A tool server that is away is left alone for a while, and says so.</summary>
public sealed class ToolServerHealthTests : IAsyncLifetime
{
    private const string Document = """
        {"openapi":"3.1.0","info":{"title":"t","version":"1"},"servers":[{"url":"/v2"}],
         "paths":{"/echo":{"get":{"operationId":"echo","parameters":[{"name":"text","in":"query","schema":{"type":"string"}}]}}}}
        """;

    private readonly TestClock clock = new();
    private readonly FakeMcp mcp = new();
    private ParleyApp app = null!;
    private FakeToolServer server = null!;
    private int calls;

    /// <summary>Status of calls; 0: the connection breaks.</summary>
    private int status = 200;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync(services =>
        {
            FakeToolServer.Configure(services);
            services.AddSingleton<TimeProvider>(clock);
        });
        server = await FakeToolServer.StartAsync(AnswerAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http, FakeRequest asked)
    {
        if (status == 200 && asked.Path == "/openapi.json")
        {
            await http.JsonAsync(Document);
            return;
        }

        Interlocked.Increment(ref calls);
        if (status == 0)
        {
            http.Abort();
        }
        else if (status != 200)
        {
            await http.JsonAsync("""{"error":"no"}""", status);
        }
        else if (asked.Path == "/mcp")
        {
            await mcp.AnswerAsync(http, asked);
        }
        else
        {
            await http.JsonAsync("""{"said":"hello"}""");
        }
    }

    private async Task<(ITool Tool, string Id)> AddAsync(string kind)
    {
        var made = await server.AddToAsync(app, kind, kind == "mcp" ? "/mcp" : "/openapi.json");
        var found = await app.Get<ToolBox>()
            .FindAsync(Caller.Local, [kind + "_echo"], name => Assert.Fail($"no {name}"), default);
        return (Assert.Single(found), made.Text("id"));
    }

    private Task<ToolOutput> CallAsync(ITool tool) =>
        app.Get<ToolBox>()
            .RunAsync(
                Caller.Local,
                tool,
                new ToolCall("c", tool.Name, Encoding.UTF8.GetBytes("""{"text":"hello"}""")),
                default
            );

    private async Task<string> StateAsync(string id) =>
        (await app.GetJsonAsync("/api/tool-servers/" + id)).Text("state");

    [Theory]
    [InlineData("openapi", 0)]
    [InlineData("openapi", 502)]
    [InlineData("openapi", 504)]
    [InlineData("mcp", 0)]
    [InlineData("mcp", 502)]
    public async Task After_three_failures_it_is_not_called_until_a_minute_has_passed(string kind, int failure)
    {
        var (tool, id) = await AddAsync(kind);
        Assert.False((await CallAsync(tool)).IsError);
        Assert.Equal("ready", await StateAsync(id));

        status = failure;
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await CallAsync(tool)).IsError);
        }

        Assert.Equal("resting", await StateAsync(id));
        var before = calls;
        var refused = await CallAsync(tool);
        Assert.True(refused.IsError);
        Assert.Equal(
            $"{kind} has failed several times in a row and was not asked; it will not be for another 60 s",
            refused.Content
        );
        Assert.Equal(before, calls);

        // One call tries it when the minute is over; where that fails too, it is left alone again.
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.DoesNotContain("was not asked", (await CallAsync(tool)).Content, StringComparison.Ordinal);
        Assert.True(calls > before);
        Assert.Contains("was not asked", (await CallAsync(tool)).Content, StringComparison.Ordinal);

        status = 200;
        clock.Advance(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("hello", (await CallAsync(tool)).Content, StringComparison.Ordinal);
        }

        Assert.Equal("ready", await StateAsync(id));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_a_call_is_refused_with_shuts_nobody_out(int refusal)
    {
        var (tool, id) = await AddAsync("openapi");
        status = refusal;
        for (var i = 0; i < 5; i++)
        {
            Assert.Contains($"it answered {refusal}", (await CallAsync(tool)).Content, StringComparison.Ordinal);
        }

        Assert.Equal("ready", await StateAsync(id));
    }

    [Fact]
    public async Task A_call_that_its_person_stops_is_no_failure_of_the_server()
    {
        var (tool, id) = await AddAsync("openapi");
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                app.Get<ToolBox>().RunAsync(Caller.Local, tool, new ToolCall("c", tool.Name, default), stopped.Token)
            );
        }

        Assert.Equal("ready", await StateAsync(id));
    }

    [Fact]
    public async Task Its_list_is_kept_meanwhile_and_an_admins_test_ends_the_pause()
    {
        var (tool, id) = await AddAsync("openapi");
        status = 0;
        for (var i = 0; i < 3; i++)
        {
            await CallAsync(tool);
        }

        Assert.Contains(
            (await app.GetJsonAsync("/api/tools")).Items(),
            listed => listed.Text("name") == "openapi_echo"
        );
        status = 200;
        Assert.True((await app.PostJsonAsync($"/api/tool-servers/{id}/test", null, 200)).Flag("ok"));
        Assert.Equal("ready", await StateAsync(id));
        Assert.False((await CallAsync(tool)).IsError);
    }
}
