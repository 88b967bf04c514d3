using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Identity;
using Parley.Kernel;
using Parley.Providers;
using Parley.Tools;

namespace Parley.Tests.Tools;

/// <summary>Programs of the settings file that offer tools: real processes, spoken with over their standard input and output.</summary>
public sealed class StdioToolTests : IAsyncDisposable
{
    private static readonly string Odd = Path.Combine(SourceTree.Root, "tests", "node", "mcp-odd.mjs");

    private readonly ToolOptions options = new()
    {
        ProgramPause = TimeSpan.Zero,
        CircuitPause = TimeSpan.Zero,
        Farewell = TimeSpan.FromMilliseconds(500),
    };
    private ParleyApp? running;

    private ParleyApp App => running!;

    public ValueTask DisposeAsync() => running?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task StartAsync(StdioServer program)
    {
        options.Stdio.Add(program);
        running = await ParleyApp.StartAsync(services =>
        {
            FakeToolServer.Configure(services);
            services.AddSingleton(options);
        });
    }

    private Task StartOddAsync(params string[] arguments) =>
        StartAsync(new StdioServer("odd", "node", [Odd, .. arguments]));

    private async Task<ITool> ToolAsync(string name) =>
        Assert.Single(
            await App.Get<ToolBox>().FindAsync(Caller.Local, ["odd_" + name], n => Assert.Fail($"no {n}"), default)
        );

    private async Task<ToolOutput> CallAsync(string name, string arguments = "{}", CancellationToken ct = default)
    {
        var tool = await ToolAsync(name);
        return await App.Get<ToolBox>()
            .RunAsync(Caller.Local, tool, new ToolCall("c", tool.Name, Encoding.UTF8.GetBytes(arguments)), ct);
    }

    private async Task<string> SaysAsync(string name, string arguments = "{}")
    {
        var output = await CallAsync(name, arguments);
        Assert.False(output.IsError, output.Content);
        return output.Content[(output.Content.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
    }

    private async Task<JsonElement> ViewAsync() => Assert.Single((await App.GetJsonAsync("/api/tool-servers")).Items());

    private static IEnumerable<string?> LastLines(JsonElement view) =>
        view.GetProperty("program").Items("last_lines").Select(l => l.GetString());

    /// <summary>Calls the tool that never answers; gives the call when the program has it.</summary>
    private async Task<Task<ToolOutput>> BeginAsync(CancellationToken ct = default)
    {
        var call = CallAsync("never", "{}", ct);
        while (!LastLines(await ViewAsync()).Contains("never"))
        {
            // It is on its way.
        }

        return call;
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task Tools_of_a_program_of_the_official_library_are_listed_and_called(string line)
    {
        await StartAsync(new StdioServer("sums", "node", ["mcp-stdio.mjs", line]) { Folder = NodeTools.Folder });
        await using var model = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await model.AddToAsync(App);
        Assert.False((await ViewAsync()).GetProperty("program").Flag("running"));
        Assert.Equal(
            ["sums_add", "sums_fail"],
            (await App.GetJsonAsync("/api/tools")).Items().Where(t => !t.IsNull("server")).Select(t => t.Text("name"))
        );
        using (var reader = await App.AskWithAsync(model, "sums_add", """{"a":2,"b":40}"""))
        {
            await App.AllowAsync(reader);
            Assert.EndsWith("2 + 40 = 42", (await reader.ResultAsync()).Text("content"), StringComparison.Ordinal);
            await reader.RestAsync();
        }

        using (var reader = await App.AskWithAsync(model, "sums_fail", "{}"))
        {
            await App.AllowAsync(reader);
            var result = await reader.ResultAsync();
            Assert.True(result.Flag("is_error"));
            Assert.Contains("it broke inside", result.Text("content"), StringComparison.Ordinal);
            await reader.RestAsync();
        }

        var view = await ViewAsync();
        Assert.Equal("ready", view.Text("state"));
        Assert.True(view.GetProperty("program").Flag("running"));
    }

    [Fact]
    public async Task It_is_shown_and_cannot_be_changed_over_HTTP()
    {
        await StartOddAsync("secret-argument");
        var view = await ViewAsync();
        Assert.Equal("stdio", view.Text("kind"));
        Assert.True(view.IsNull("url"));
        Assert.True(view.IsNull("created_at"));
        Assert.Equal("node", view.GetProperty("program").Text("command"));
        Assert.DoesNotContain("secret-argument", view.GetRawText(), StringComparison.Ordinal);

        var one = "/api/tool-servers/" + view.Text("id");
        var refusal = await App.PatchJsonAsync(one, """{"trusts_hints":true}""", 409);
        Assert.Equal("odd is a program of parley.conf: change it there", refusal.Text("detail"));
        await App.SendJsonAsync("DELETE", one, null, 409);
        Assert.True((await App.PostJsonAsync(one + "/test", null, 200)).Flag("ok"));
        await App.PostJsonAsync("/api/tool-servers", """{"name":"more","kind":"stdio","url":"stdio:sh"}""", 400);
        await App.PostJsonAsync(
            "/api/tool-servers",
            """{"name":"odd","kind":"mcp","url":"https://example.org/"}""",
            409
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Users_have_it_only_where_the_file_says_so(bool forAll)
    {
        options.Stdio.Add(new StdioServer("odd", "node", [Odd]) { ForAll = forAll });
        running = await ParleyApp.StartAsync(services => services.AddSingleton(options), Accounts.Options());
        var admin = await App.SetUpAsync();
        var user = await admin.AddAsync("bob@example.org");
        async Task<bool> HasAsync(Person who) =>
            (await who.JsonAsync("GET", "/api/tools")).Items().Exists(t => t.Text("name") == "odd_echo");

        Assert.True(await HasAsync(admin));
        Assert.Equal(forAll, await HasAsync(user));
    }

    [Fact]
    public async Task Answers_find_their_questions_in_any_order()
    {
        await StartOddAsync();
        const int Many = 20;
        var said = await Task.WhenAll(
            Enumerable.Range(0, Many).Select(i => SaysAsync("reverse", $$"""{"text":"t{{i}}","of":{{Many}}}"""))
        );
        Assert.Equal(Enumerable.Range(0, Many).Select(i => $"t{i}"), said);
    }

    [Fact]
    public async Task It_gets_the_environment_and_the_folder_that_the_file_names()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("token"), "from a file\n");
        await StartAsync(
            new StdioServer("odd", "node", [Odd])
            {
                Folder = folder.Path,
                Environment = new Dictionary<string, string> { ["PLAIN"] = "as said" },
                EnvironmentFiles = new Dictionary<string, string> { ["TOKEN"] = folder.File("token") },
            }
        );
        Assert.Equal($"as said in {folder.Path}", await SaysAsync("env", """{"name":"PLAIN"}"""));
        Assert.Equal($"from a file in {folder.Path}", await SaysAsync("env", """{"name":"TOKEN"}"""));
        Assert.StartsWith(
            "unset",
            await SaysAsync("env", """{"name":"PARLEY_SIGNING_KEY"}"""),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task One_that_dies_fails_its_call_is_seen_by_admins_and_starts_again()
    {
        await StartOddAsync();
        var first = await SaysAsync("pid");
        var waiting = await BeginAsync();
        var died = await CallAsync("die", """{"code":3}""");
        Assert.True(died.IsError);
        Assert.Equal("odd ended before its answer (exit code 3)", died.Content);
        Assert.Equal(died.Content, (await waiting).Content);

        var view = await ViewAsync();
        Assert.Equal("failing", view.Text("state"));
        Assert.False(view.GetProperty("program").Flag("running"));
        Assert.Equal(["never", "the secret of my death"], LastLines(view));

        Assert.NotEqual(first, await SaysAsync("pid"));
        Assert.Equal("ready", (await ViewAsync()).Text("state"));
    }

    [Fact]
    public async Task One_that_answers_too_much_is_ended()
    {
        await StartOddAsync();
        Assert.Contains("[cut:", await SaysAsync("long", """{"bytes":1000000}"""), StringComparison.Ordinal);
        var output = await CallAsync("long", """{"bytes":5000000}""");
        Assert.True(output.IsError);
        Assert.Equal("odd was ended: it wrote a line of more than 4096 KiB", output.Content);
        Assert.Equal("again", await SaysAsync("echo", """{"text":"again"}"""));
    }

    [Fact]
    public async Task Who_leaves_has_the_program_told()
    {
        await StartOddAsync();
        using var leaves = new CancellationTokenSource();
        var call = await BeginAsync(leaves.Token);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        while (await SaysAsync("cancelled") == "")
        {
            // The message is on its way.
        }
    }

    [Fact]
    public async Task An_older_one_that_is_silent_before_its_handshake_is_spoken_with()
    {
        options.ProbeLimit = TimeSpan.FromMilliseconds(300);
        await StartOddAsync("mute");
        Assert.Equal("hello", await SaysAsync("echo", """{"text":"hello"}"""));
    }

    [Fact]
    public async Task What_is_no_message_is_passed_over()
    {
        await StartOddAsync();
        Assert.Equal("after noise", await SaysAsync("noise"));
        Assert.Equal(["this is no message"], LastLines(await ViewAsync()));
    }

    [Fact]
    public async Task It_may_ask_whether_Parley_is_there()
    {
        await StartOddAsync();
        Assert.Equal("asked", await SaysAsync("ask"));
        string said;
        while ((said = await SaysAsync("pong")) == "none")
        {
            // The answer is on its way.
        }

        Assert.Equal("{}", said);
    }

    [Theory]
    [InlineData("polite")]
    [InlineData("deaf")]
    public async Task It_ends_with_the_server(string manner)
    {
        await StartOddAsync(manner);
        var process = "/proc/" + await SaysAsync("pid");
        Assert.True(Directory.Exists(process));
        await App.DisposeAsync();
        running = null;
        Assert.False(Directory.Exists(process));
    }

    [Fact]
    public async Task A_stop_waits_for_no_start()
    {
        await StartAsync(new StdioServer("odd", "sleep", ["300"]));
        var began = TimeProvider.System.GetTimestamp();
        var asked = App.Get<ToolBox>().ListAsync(Caller.Local, default).AsTask();
        await App.DisposeAsync();
        running = null;
        await asked;
        Assert.True(TimeProvider.System.GetElapsedTime(began) < options.ListLimit);
    }

    [Fact]
    public async Task What_cannot_be_started_or_says_nothing_fails_with_the_reason()
    {
        options.StartLimit = TimeSpan.FromMilliseconds(500);
        options.Stdio.Add(new StdioServer("gone", "no-such-program", []));
        options.Stdio.Add(new StdioServer("mute", "sleep", ["300"]));
        options.Stdio.Add(
            new StdioServer("keyless", "cat", [])
            {
                EnvironmentFiles = new Dictionary<string, string> { ["KEY"] = "/no/such/key" },
            }
        );
        running = await ParleyApp.StartAsync(services => services.AddSingleton(options));
        await App.GetJsonAsync("/api/tools");
        var errors = (await App.GetJsonAsync("/api/tool-servers"))
            .Items()
            .ToDictionary(s => s.Text("name"), s => s.Text("last_error"));
        Assert.Equal("gone: there is no program no-such-program that can be run", errors["gone"]);
        Assert.StartsWith("mute did not say what it can do within", errors["mute"], StringComparison.Ordinal);
        Assert.StartsWith("keyless: KEY cannot be read from /no/such/key", errors["keyless"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_yes_holds_for_the_command_it_was_said_to()
    {
        ToolServer Of(params string[] arguments) => ToolServer.Of(new StdioServer("odd", "node", arguments));
        Assert.Equal(Of("a").Id, Of("b").Id);
        Assert.NotEqual(Of("a").Place, Of("b").Place);
        await StartOddAsync();
        Assert.Equal(Of(Odd).Place, ((RemoteTool)await ToolAsync("echo")).Server.Place);
    }
}
