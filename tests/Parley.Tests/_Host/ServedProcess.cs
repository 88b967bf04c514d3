using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Parley.Tests;

/// <summary><c>parley serve</c> as a process of its own, for what only a process can show: signals, exit codes.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
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
                var served = new ServedProcess(process, new Uri(said[(said.LastIndexOf(' ') + 1)..]));
                _ = served.ListenAsync();
                return served;
            }
        }

        await process.WaitForExitAsync(limit.Token);
        throw new InvalidOperationException($"serve ended with {process.ExitCode}");
    }

    /// <summary>The next line that it says after its address.</summary>
    public async Task<string> NextLineAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await lines.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Nothing may block on a full pipe, whoever listens to what it says.</summary>
    private async Task ListenAsync()
    {
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lines.Writer.TryWrite(line);
        }
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
