using System.Net.Sockets;
using System.Text;

namespace Parley.Bench;

/// <summary>Load over raw sockets: the client costs as little as it can, and the same for all that are compared.</summary>
internal static class RawLoad
{
    public const int Requests = 100_000;
    public const int Connections = 16;

    /// <summary>CPU seconds of one request, a tenth of them first without counting.</summary>
    /// <param name="headers">Of each request, lines that end in CR LF.</param>
    public static async Task<double> CpuAsync(int port, string path, Func<double> cpu, string headers = "")
    {
        await LoadAsync(port, path, headers, Requests / 10);
        var before = cpu();
        await LoadAsync(port, path, headers, Requests);
        return (cpu() - before) / Requests;
    }

    private static Task LoadAsync(int port, string path, string headers, int requests) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Connections)
                .Select(_ => Task.Run(() => One(port, path, headers, requests / Connections)))
        );

    private static void One(int port, string path, string headers, int requests)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
        };
        socket.Connect("127.0.0.1", port);
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
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

            if (!buffer.AsSpan().StartsWith("HTTP/1.1 200"u8))
            {
                throw new InvalidOperationException(Encoding.ASCII.GetString(buffer.AsSpan(0, have)));
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
}
