using System.Net.Sockets;
using System.Text;

namespace Parley.Bench;

/// <summary>CPU of a 1 KB JSON answer against nginx serving the same bytes, both loaded alike in the same run.</summary>
internal static class AnswerScenario
{
    private const int Requests = 100_000;
    private const int Connections = 16;
    private const int Rounds = 3;

    public static async Task RunAsync(Report report)
    {
        if (!FloorServer.IsInstalled)
        {
            throw new InvalidOperationException("nginx is not installed: apt-get install nginx-light");
        }

        using var server = BenchServer.Start(Workspace.Fresh("answer"));
        var (path, body) = await OneKilobyteAsync(server);
        using var floor = FloorServer.Start(FreePort(), body);
        await WaitAsync(floor.Port);
        var ratios = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var nginx = await CpuAsync(floor.Port, "/answer.json", floor.Cpu);
            var parley = await CpuAsync(server.Port, path, server.Process.Cpu);
            ratios.Add(parley / nginx);
            report.Note(
                $"Round {round + 1}: nginx {nginx / Requests * 1e6:0.0} µs, Parley {parley / Requests * 1e6:0.0} µs CPU a request."
            );
        }

        ratios.Sort();
        report.Row(
            $"{body.Length} bytes of JSON ({path}), CPU a request as ratio to nginx, median of {Rounds}",
            ratios[Rounds / 2],
            2,
            "x"
        );
        report.Note($"{Requests:N0} requests over {Connections} kept connections each, {Workspace.Kind}.");
    }

    /// <summary>An answer the size of a kilobyte: a conversation made for it.</summary>
    private static async Task<(string Path, byte[] Body)> OneKilobyteAsync(BenchServer server)
    {
        using var content = new StringContent(
            "{\"title\":\"" + new string('t', 450) + "\"}",
            Encoding.UTF8,
            "application/json"
        );
        using var made = await server.Http.PostAsync(new Uri("/api/conversations", UriKind.Relative), content);
        made.EnsureSuccessStatusCode();
        var path = made.Headers.Location?.ToString() ?? throw new InvalidOperationException("no Location");
        return (path, await server.Http.GetByteArrayAsync(new Uri(path, UriKind.RelativeOrAbsolute)));
    }

    private static async Task<double> CpuAsync(int port, string path, Func<double> cpu)
    {
        await LoadAsync(port, path, Requests / 10);
        var before = cpu();
        await LoadAsync(port, path, Requests);
        return cpu() - before;
    }

    /// <summary>Raw sockets: the client costs as little as it can, and the same for both.</summary>
    private static Task LoadAsync(int port, string path, int requests) =>
        Task.WhenAll(
            Enumerable.Range(0, Connections).Select(_ => Task.Run(() => One(port, path, requests / Connections)))
        );

    private static void One(int port, string path, int requests)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        socket.Connect("127.0.0.1", port);
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var buffer = new byte[16 * 1024];
        for (var i = 0; i < requests; i++)
        {
            socket.Send(request);
            var have = 0;
            int total;
            while ((total = Total(buffer.AsSpan(0, have))) < 0 || have < total)
            {
                var read = socket.Receive(buffer.AsSpan(have));
                have += read > 0 ? read : throw new InvalidOperationException("the connection was closed");
            }
        }
    }

    /// <summary>Length of the whole answer by its Content-Length or its last chunk; -1 while that is not known.</summary>
    private static int Total(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return -1;
        }

        var head = Encoding.ASCII.GetString(answer[..end]);
        var at = head.IndexOf("content-length: ", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            var last = answer.IndexOf("\r\n0\r\n\r\n"u8);
            return last < 0 ? -1 : last + 7;
        }

        var stop = head.IndexOf('\r', at);
        return end
            + 4
            + int.Parse(
                head.AsSpan(at + 16, (stop < 0 ? head.Length : stop) - at - 16),
                System.Globalization.CultureInfo.InvariantCulture
            );
    }

    private static int FreePort()
    {
        using var free = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return ((System.Net.IPEndPoint)free.LocalEndPoint!).Port;
    }

    private static async Task WaitAsync(int port)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (attempt < 99)
            {
                await Task.Delay(50);
            }
        }
    }
}
