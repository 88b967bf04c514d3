using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Parley.Aot;

/// <summary><c>parley serve</c> on a free port and a folder of its own; the address is the one it prints.</summary>
internal sealed partial class Server : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private readonly bool ownsFolder;

    private Server(Process process, string folder, bool ownsFolder, Uri address)
    {
        this.process = process;
        this.folder = folder;
        this.ownsFolder = ownsFolder;
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = address };
    }

    public HttpClient Http { get; }
    public int ProcessId => process.Id;
    public string Data => folder;

    /// <param name="data">The folder to serve, kept afterwards; without it one that goes with the server.</param>
    public static async Task<Server> StartAsync(string? data = null, params string[] settings)
    {
        var folder = data ?? Directory.CreateTempSubdirectory("parley-aot-").FullName;
        var process = NativeParley.Start(
            NativeParley.Path,
            ["serve", "--single-user", "true", "--data", folder, "--listen", "127.0.0.1:0", .. settings]
        );
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new List<string>();
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                seen.Add(line);
                if (Address().Match(line) is { Success: true } match)
                {
                    // Nothing may block on a full pipe once nobody listens to what it says.
                    _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                    _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                    return new Server(process, folder, ownsFolder: data is null, new Uri(match.Value));
                }
            }

            seen.Add(await process.StandardError.ReadToEndAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            seen.Add("(nothing more for 30 s)");
        }

        process.Kill();
        process.Dispose();
        throw new InvalidOperationException("serve printed no address:\n" + string.Join('\n', seen));
    }

    /// <summary>SIGKILL, whatever it is doing.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = NativeParley.Start(
            "kill",
            ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
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
        if (ownsFolder)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9]\d*", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
