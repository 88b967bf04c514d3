using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Parley.Tests.Identity;

/// <summary><c>parley user</c>, alone on the data folder and beside a running server.</summary>
public sealed class UserCommandTests : IDisposable
{
    private readonly TempFolder data = new();

    public void Dispose() => data.Dispose();

    private async Task<(int Code, string Out, string Error)> RunAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "parley.exe" : "parley"),
            ["user", .. arguments, "--data", data.Path]
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
    public async Task Accounts_are_made_and_changed_from_the_command_line()
    {
        var made = await RunAsync(
            Accounts.Password + "\n",
            "add",
            "ada@example.org",
            "--role",
            "admin",
            "--password-stdin"
        );
        Assert.Equal((0, "ada@example.org  admin  ada\n"), (made.Code, made.Out));
        var ben = await RunAsync(null, "add", "ben@example.org", "--name", "Ben");
        Assert.Matches(@"^ben@example\.org  user  Ben\npassword: [a-z0-9]{20}\n$", ben.Out);
        var twice = await RunAsync(null, "add", "ben@example.org");
        Assert.Equal((1, "parley: there is an account with that address already\n"), (twice.Code, twice.Error));
        var last = await RunAsync(null, "disable", "ada@example.org");
        Assert.Equal((1, "parley: this is the last admin: make another one first\n"), (last.Code, last.Error));
        var nobody = await RunAsync(null, "promote", "nobody@example.org");
        Assert.Equal((1, "parley: there is no account nobody@example.org\n"), (nobody.Code, nobody.Error));

        await using var server = await ServedProcess.StartAsync(data.Path, "--single-user", "false");
        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(data.File("server.json"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
        }

        using var unsigned = await server.Http.GetAsync("/api/conversations");
        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);
        var password = ben.Out.TrimEnd()[^20..];
        using var signedIn = await SignInAsync(server, password);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        var tokens = JsonDocument.Parse(await signedIn.Content.ReadAsStringAsync()).RootElement;
        server.Http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.Text("access_token"));
        Assert.Equal(0, (await RunAsync(null, "disable", "ben@example.org")).Code);
        using var disabled = await server.Http.GetAsync("/api/conversations");
        Assert.Equal(HttpStatusCode.Unauthorized, disabled.StatusCode);
        var listed = await RunAsync(null, "list");
        Assert.Equal("ada@example.org  admin  ada\nben@example.org  user  disabled  Ben\n", listed.Out);
        Assert.Equal("ben@example.org  removed\n", (await RunAsync(null, "remove", "ben@example.org")).Out);
        var heir = await RunAsync(null, "remove", "ada@example.org", "--give-to", "ada@example.org");
        Assert.Equal((1, "parley: give_to must be the id of another account\n"), (heir.Code, heir.Error));
    }

    private static Task<HttpResponseMessage> SignInAsync(ServedProcess server, string password) =>
        server.Http.PostAsync(
            "/api/auth/signin",
            new StringContent(
                $$"""{"email":"ben@example.org","password":"{{password}}"}""",
                System.Text.Encoding.UTF8,
                "application/json"
            )
        );
}
