using System.Text.RegularExpressions;

namespace Parley.Bench;

/// <summary><c>parley serve</c> as a child, with a client of one connection.</summary>
internal sealed partial class BenchServer : IDisposable
{
    private BenchServer(Child process, Uri address)
    {
        Process = process;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 })
        {
            BaseAddress = address,
        };
    }

    public Child Process { get; }
    public HttpClient Http { get; }
    public int Port => Http.BaseAddress!.Port;

    /// <param name="settings">Further ones, which go before those for a single user.</param>
    public static BenchServer Start(string data, params string[] settings)
    {
        string[] singleUser = settings.Contains("--single-user") ? [] : ["--single-user", "true"];
        var process = Child.Start(
            Workspace.Parley,
            ["serve", "--data", data, "--listen", "127.0.0.1:0", .. singleUser, .. settings]
        );
        while (process.Output.ReadLine() is { } line)
        {
            if (Address().Match(line) is { Success: true } match)
            {
                _ = process.Output.ReadToEndAsync();
                return new BenchServer(process, new Uri(match.Value));
            }
        }

        throw new InvalidOperationException("serve printed no address");
    }

    /// <summary>Milliseconds of one call, its body read to the end; throws where it is no success.</summary>
    public async Task<double> TimeAsync(string path)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        await answer.Content.ReadAsByteArrayAsync();
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        answer.EnsureSuccessStatusCode();
        return took;
    }

    /// <summary>Times the paths in turn, a tenth of them first without counting; median and 95th percentile.</summary>
    public async Task<(double P50, double P95)> QuantilesAsync(IReadOnlyList<string> paths)
    {
        foreach (var path in paths.Take(Math.Max(1, paths.Count / 10)))
        {
            await TimeAsync(path);
        }

        var times = new List<double>();
        foreach (var path in paths)
        {
            times.Add(await TimeAsync(path));
        }

        times.Sort();
        return (times[times.Count / 2], times[(int)Math.Ceiling(times.Count * 0.95) - 1]);
    }

    public void Dispose()
    {
        Http.Dispose();
        Process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9]\d*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
