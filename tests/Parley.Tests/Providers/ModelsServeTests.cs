using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Parley.Tests.Providers;

/// <summary><c>parley models serve</c> over a script that plays llama.cpp's server: no real one is at hand here.</summary>
public sealed class ModelsServeTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly TempFolder folder = new();

    public ModelsServeTests()
    {
        File.WriteAllText(Model, "GGUF and some more");
        var script = Path.Combine(SourceTree.Root, "tests", "node", "llama-server.mjs");
        File.WriteAllText(Engine, $"#!/bin/sh\nexec node '{script}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Engine, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        Directory.CreateDirectory(Data);
    }

    private string Model => folder.File("tiny model.gguf");
    private string Engine => folder.File("llama-server");
    private string Data => folder.File("data");

    public void Dispose() => folder.Dispose();

    private Process Start(string? variable, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "parley"),
            ["models", "serve", "--data", Data, .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (variable is not null)
        {
            start.Environment[variable] = "1";
        }

        return Process.Start(start)!;
    }

    private async Task<(int Code, string Out, string Error)> RunAsync(string? variable, params string[] arguments)
    {
        using var process = Start(variable, arguments);
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string path)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return document.RootElement.Clone();
    }

    private static async Task<(HttpStatusCode Status, string Text)> ChatAsync(HttpClient http, string question)
    {
        using var body = new StringContent(
            $$$"""{"model":"tiny","messages":[{"role":"user","content":"{{{question}}}"}]}""",
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await http.PostAsync(new Uri("/openai/v1/chat/completions", UriKind.Relative), body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static int ProcessOf(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return int.Parse(
            document.RootElement.GetProperty("choices")[0].GetProperty("message").Text("content"),
            CultureInfo.InvariantCulture
        );
    }

    [Fact]
    public async Task It_serves_a_model_file_until_it_is_told_to_end()
    {
        await using var parley = await ServedProcess.StartAsync(Data, "--ollama-url", "");
        using var limit = new CancellationTokenSource(Limit);
        using var serving = Start(null, Model, "--name", "tiny", "--llama-server", Engine, "--", "--ctx-size", "512");
        try
        {
            var said = await serving.StandardOutput.ReadLineAsync(limit.Token);
            Assert.Matches(
                "^tiny  http://127.0.0.1:[0-9]+/v1  serves until Ctrl-C$",
                said ?? await serving.StandardError.ReadToEndAsync(limit.Token)
            );
            var server = Assert.Single((await GetAsync(parley.Http, "/api/upstreams")).Items());
            Assert.Equal("tiny", server.Text("name"));
            Assert.Equal("tiny", Assert.Single((await GetAsync(parley.Http, "/api/models/list")).Items()).Text("name"));
            var (status, text) = await ChatAsync(parley.Http, "who are you");
            Assert.Equal(HttpStatusCode.OK, status);
            var first = ProcessOf(text);
            Assert.Equal(
                (
                    1,
                    "",
                    "parley: there is a model server tiny already: take another --name, or parley models remove tiny where it was left behind\n"
                ),
                await RunAsync(null, Model, "--name", "tiny", "--llama-server", Engine)
            );

            // It dies, and is started again.
            await ChatAsync(parley.Http, "die");
            var died = await serving.StandardError.ReadLineAsync(limit.Token);
            Assert.StartsWith(
                "parley: llama-server: it ended with exit code 9: load_model: GGUF --ctx-size 512 --model ",
                died,
                StringComparison.Ordinal
            );
            Assert.EndsWith("; it is started again in 1 s", died, StringComparison.Ordinal);
            Assert.DoesNotContain(server.Text("key_hint"), died, StringComparison.Ordinal);
            Assert.Equal("parley: llama-server runs again", await serving.StandardError.ReadLineAsync(limit.Token));
            (status, text) = await ChatAsync(parley.Http, "who are you");
            Assert.Equal(HttpStatusCode.OK, status);
            var second = ProcessOf(text);
            Assert.NotEqual(first, second);

            using var signal = Process.Start("kill", ["-TERM", serving.Id.ToString(CultureInfo.InvariantCulture)])!;
            await serving.WaitForExitAsync(limit.Token);
            Assert.Equal(0, serving.ExitCode);
            Assert.Equal("", await serving.StandardError.ReadToEndAsync(limit.Token));
            Assert.Empty((await GetAsync(parley.Http, "/api/upstreams")).Items());
            Assert.False(Directory.Exists($"/proc/{second}"));
        }
        finally
        {
            if (!serving.HasExited)
            {
                serving.Kill(entireProcessTree: true);
            }
        }
    }

    [Fact]
    public async Task Killed_it_takes_the_engine_along()
    {
        await using var parley = await ServedProcess.StartAsync(Data, "--ollama-url", "");
        using var limit = new CancellationTokenSource(Limit);
        using var serving = Start(null, Model, "--name", "tiny", "--llama-server", Engine);
        var said = (await serving.StandardOutput.ReadLineAsync(limit.Token))!.Split("  ");
        using var engine = new TcpClient();
        await engine.ConnectAsync("127.0.0.1", new Uri(said[1]).Port, limit.Token);
        Assert.Equal(HttpStatusCode.OK, (await ChatAsync(parley.Http, "who are you")).Status);

        serving.Kill(); // SIGKILL, and to nothing that it started

        // The system closes what the engine held open: a process that nobody has reaped can still be seen.
        Assert.Equal(0, await engine.GetStream().ReadAsync(new byte[1], limit.Token));
        await serving.WaitForExitAsync(limit.Token);
        Assert.Equal("tiny", Assert.Single((await GetAsync(parley.Http, "/api/upstreams")).Items()).Text("name"));
    }

    [Fact]
    public async Task What_is_missing_is_said_in_one_line()
    {
        var (code, output, error) = await RunAsync(null, Model, "--llama-server", folder.File("none"));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(
            $"parley: there is no {folder.File("none")} that can be run: install llama.cpp",
            error,
            StringComparison.Ordinal
        );
        Assert.EndsWith("--llama-server PATH\n", error, StringComparison.Ordinal);

        Assert.Equal(
            (1, "", $"parley: no Parley serves {Data}: start it with parley serve, then this again\n"),
            await RunAsync(null, Model, "--llama-server", Engine)
        );

        await File.WriteAllTextAsync(Model, "GGM");
        (code, output, error) = await RunAsync(null, Model, "--llama-server", Engine);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"parley: {Model} is no GGUF file", error, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(null, folder.File("none.gguf"), "--llama-server", Engine)).Code);
    }

    [Fact]
    public async Task One_that_does_not_get_ready_leaves_nothing_behind()
    {
        await using var parley = await ServedProcess.StartAsync(Data, "--ollama-url", "");
        Assert.Equal(
            (1, "", "parley: llama-server did not get ready: it ended with exit code 1: error: failed to load model\n"),
            await RunAsync("FAKE_LLAMA_BROKEN", Model, "--llama-server", Engine)
        );
        Assert.Empty((await GetAsync(parley.Http, "/api/upstreams")).Items());
    }
}
