using System.Diagnostics;
using Parley.Providers;

namespace Parley.Tests.Providers;

/// <summary><c>parley models</c>, alone on the data folder and beside a running server.</summary>
public sealed class ModelsCommandTests : IDisposable
{
    private readonly TempFolder data = new();

    public void Dispose() => data.Dispose();

    private async Task<(int Code, string Out, string Error)> RunAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "parley.exe" : "parley"),
            ["models", .. arguments, "--data", data.Path, "--ollama-url", ""]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(limit.Token),
            process.StandardError.ReadToEndAsync(limit.Token)
        );
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    [Fact]
    public async Task Model_servers_are_set_up_tested_and_removed()
    {
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi, "gpt", "tts");
        var address = upstream.BaseUrl.AbsoluteUri;

        var made = await RunAsync(
            "sk-0123456789abcd\n",
            "add",
            "mine",
            address,
            "--key-stdin",
            "--prefix",
            "p/",
            "--model",
            "g*"
        );
        Assert.Equal((0, "mine  2 models\n", ""), made);
        Assert.Equal((0, "p/gpt  mine\n", ""), await RunAsync(null, "list"));
        Assert.Equal(
            (1, "", "parley: there is an upstream mine already\n"),
            await RunAsync(null, "add", "mine", address)
        );
        Assert.Equal((1, "", "parley: there is no model server other\n"), await RunAsync(null, "test", "other"));
        Assert.Equal(2, (await RunAsync(null, "add", "x", address, "--kind", "telex")).Code);
        Assert.Equal(1, (await RunAsync(null, "add", "x", "ftp://nowhere")).Code);
        Assert.Equal(
            (2, "", "parley: no key came on standard input\n"),
            await RunAsync("", "add", "x", address, "--key-stdin")
        );

        var price = (string[])["price", "set", "g*", "--upstream", "Mine", "--input", "0.15", "--output", "0.6"];
        const string Priced = "g*  mine  EUR 0.15 in, 0.075 cached, 0.6 out\n";
        Assert.Equal((0, Priced, ""), await RunAsync(null, [.. price, "--cached-input", "0.075", "--currency", "eur"]));
        Assert.Equal((0, Priced, ""), await RunAsync(null, "price", "list"));
        Assert.Equal(
            (
                2,
                "",
                "parley: --input 0.0000001: must be a sum such as 0.15, of at most a million and six digits behind the point\n"
            ),
            await RunAsync(null, "price", "set", "g", "--input", "0.0000001", "--output", "1")
        );
        Assert.Equal((1, "", "parley: there is no price of g*\n"), await RunAsync(null, "price", "remove", "g*"));
        Assert.Equal((0, "g*  removed\n", ""), await RunAsync(null, "price", "remove", "g*", "--upstream", "mine"));

        await using (await ServedProcess.StartAsync(data.Path, "--ollama-url", ""))
        {
            Assert.Equal((0, "mine  2 models\n", ""), await RunAsync(null, "test"));
            upstream.ListScript = FakeScript.Refuse(401, """{"error":{"message":"bad key"}}""");
            Assert.Equal((1, "", "parley: mine answered 401: bad key\n"), await RunAsync(null, "test", "mine"));
            Assert.Equal((0, "mine  removed\n", ""), await RunAsync(null, "remove", "mine"));
            Assert.Equal(
                (1, "", "parley: no model server is set up: add one with parley models add\n"),
                await RunAsync(null, "test")
            );
        }
    }
}
