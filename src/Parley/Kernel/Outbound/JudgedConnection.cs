using System.Net;
using System.Net.Sockets;

namespace Parley.Kernel.Outbound;

/// <summary>A connection to the address that was judged: names are resolved once (S39).</summary>
internal static class JudgedConnection
{
    /// <param name="allow">Judges an address and a port.</param>
    /// <exception cref="FetchException">It may not be used.</exception>
    public static async ValueTask<Stream> OpenAsync(
        DnsEndPoint to,
        Func<IPAddress, int, bool> allow,
        CancellationToken ct
    )
    {
        var addresses = await Dns.GetHostAddressesAsync(to.Host, ct);
        // One bad address among good ones is the mark of a rebinding name: then none is used.
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, a => allow(a, to.Port)))
        {
            throw new FetchException("that address cannot be used");
        }

        var socket = new Socket(addresses[0].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses[0], to.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
