using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Parley.Aot;

/// <summary><c>parley serve</c> on a free port and a folder of its own; the address is the one it prints.</summary>
internal sealed partial class Server : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private Server(Process process, string folder, Uri address)
    {
        this.process = process;
        this.folder = folder;
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = address };
    }

    public HttpClient Http { get; }
    public int ProcessId => process.Id;
    public string Data => folder;

    public static async Task<Server> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("parley-aot-").FullName;
        var process = NativeParley.Start(NativeParley.Path, ["serve", "--data", folder, "--listen", "127.0.0.1:0"]);
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
                    return new Server(process, folder, new Uri(match.Value));
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

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9]\d*", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
