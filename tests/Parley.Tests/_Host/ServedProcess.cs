using System.Diagnostics;
using System.Globalization;

namespace Parley.Tests;

/// <summary><c>parley serve</c> as a process of its own, for what only a process can show: signals, exit codes.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process process;

    private ServedProcess(Process process, Uri address)
    {
        this.process = process;
        Http = new HttpClient { BaseAddress = address };
    }

    public HttpClient Http { get; }

    public static async Task<ServedProcess> StartAsync(string data, params string[] settings)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "parley.exe" : "parley"),
            ["serve", "--data", data, "--listen", "127.0.0.1:0", .. settings]
        )
        {
            RedirectStandardOutput = true,
            Environment = { ["PARLEY_SINGLE_USER"] = "true" },
        };
        var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } said)
        {
            if (said.StartsWith("Parley serves ", StringComparison.Ordinal))
            {
                // Nothing may block on a full pipe once nobody listens to what it says.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new ServedProcess(process, new Uri(said[(said.LastIndexOf(' ') + 1)..]));
            }
        }

        await process.WaitForExitAsync(limit.Token);
        throw new InvalidOperationException($"serve ended with {process.ExitCode}");
    }

    /// <summary>SIGTERM; gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var signal = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])!;
        using var limit = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
