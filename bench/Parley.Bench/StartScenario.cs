using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Parley.Bench;

/// <summary>
/// The native executable from a cold start, on an empty store and on one of a million messages: time to the first 200,
/// memory idle and after load, size of the file.
/// </summary>
internal static class StartScenario
{
    private const int Messages = 1_000_000;
    private const int Starts = 10;
    private const int Connections = 64;
    private const int Requests = 100_000;

    public static async Task RunAsync(Report report)
    {
        var file = Path.Combine(Report.Root, "artifacts", "native", "parley");
        if (!File.Exists(file))
        {
            throw new FileNotFoundException("No native executable: run ./dev aot first", file);
        }

        report.Row("size of the file", new FileInfo(file).Length / 1e6, 30, "MB");
        await MeasureAsync(report, file, Workspace.Fresh("start"), "an empty store");
        Workspace.Fresh("start");
        var large = Workspace.Store(Messages);
        using (var settling = BenchServer.Start(large))
        {
            // The import leaves segments to merge and vectors to make, which the first server does.
            report.Row(
                $"{Messages:N0} messages: CPU after the import, until nothing is left to merge or to embed",
                await settling.Process.SettleAsync(),
                "s"
            );
        }

        await MeasureAsync(report, file, large, $"{Messages:N0} messages");
        report.Note(
            $"Each with the native executable, {Starts} starts after one that is not counted; stopped by SIGTERM each time."
        );
    }

    private static async Task MeasureAsync(Report report, string file, string data, string on)
    {
        // The first start makes the store or warms the page cache; it is not counted.
        var times = new List<double>();
        for (var i = 0; i <= Starts; i++)
        {
            using var server = Start(file, data);
            var time = await FirstOkAsync(server);
            if (i > 0)
            {
                times.Add(time.TotalMilliseconds);
            }

            if (i == Starts)
            {
                var median = times.Order().Skip((Starts / 2) - 1).Take(2).Average();
                report.Row($"{on}: first 200, median of {Starts}", median, 100, "ms");
                // Idle is not the moment of the first answer: what the start left is given back just after it.
                await Task.Delay(TimeSpan.FromSeconds(2));
                report.Row($"{on}: memory, idle", Memory(server.Process), 40, "MB");
                await LoadAsync(server.Port);
                report.Row(
                    $"{on}: memory after {Requests:#,0} requests over {Connections} connections",
                    Memory(server.Process),
                    "MB"
                );
            }
        }
    }

    private static Running Start(string file, string data)
    {
        // The port is chosen here, so that the clock measures the first answer and not a parsed line of output.
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var port = ((System.Net.IPEndPoint)free.LocalEndPoint!).Port;
        free.Close();
        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(
            new ProcessStartInfo(
                file,
                ["serve", "--single-user", "true", "--data", data, "--listen", $"127.0.0.1:{port}"]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        return new Running(process, port, began);
    }

    private static async Task<TimeSpan> FirstOkAsync(Running server)
    {
        while (!server.Process.HasExited)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", server.Port);
                await using var stream = client.GetStream();
                await stream.WriteAsync(
                    "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray()
                );
                using var reader = new StreamReader(stream);
                if ((await reader.ReadLineAsync())?.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) == true)
                {
                    return Stopwatch.GetElapsedTime(server.Began);
                }
            }
            catch (SocketException)
            {
                await Task.Delay(1);
            }
        }

        throw new InvalidOperationException($"serve ended with {server.Process.ExitCode} before its first answer");
    }

    private static async Task LoadAsync(int port)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
        var address = new Uri($"http://127.0.0.1:{port}/api/version");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Requests),
            new ParallelOptions { MaxDegreeOfParallelism = Connections },
            async (_, ct) =>
            {
                using var answer = await http.GetAsync(address, ct);
                answer.EnsureSuccessStatusCode();
            }
        );
    }

    private static double Memory(Process process)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status")
            .Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture)
            * 1024
            / 1e6;
    }

    private sealed record Running(Process Process, int Port, long Began) : IDisposable
    {
        /// <summary>As a service manager stops it: a start after a kill would measure the check of the store.</summary>
        public void Dispose()
        {
            if (!Process.HasExited)
            {
                using var stop = Process.Start("kill", ["-TERM", Process.Id.ToString(CultureInfo.InvariantCulture)]);
                Process.WaitForExit();
            }

            Process.Dispose();
        }
    }
}
