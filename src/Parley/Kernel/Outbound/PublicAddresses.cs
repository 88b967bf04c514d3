using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Parley.Kernel.Outbound;

/// <summary>
/// Which addresses a user, a document, a tool or a model may have us connect to (S39): global unicast and nothing else,
/// judged on the parsed bytes. The lists are IANA's special-purpose registries (RFC 6890 and its successors).
/// </summary>
internal static class PublicAddresses
{
    private static readonly (uint Network, int Bits)[] Refused4 =
    [
        (0x00000000, 8), // this network
        (0x0A000000, 8), // private
        (0x64400000, 10), // carrier-grade NAT
        (0x7F000000, 8), // loopback
        (0xA9FE0000, 16), // link-local, with the clouds' metadata
        (0xAC100000, 12), // private
        (0xC0000000, 24), // protocol assignments
        (0xC0000200, 24), // documentation
        (0xC01FC400, 24), // AS112
        (0xC034C100, 24), // AMT
        (0xC0586300, 24), // 6to4 relays
        (0xC0A80000, 16), // private
        (0xC0AF3000, 24), // AS112
        (0xC6120000, 15), // benchmarks
        (0xC6336400, 24), // documentation
        (0xCB007100, 24), // documentation
        (0xE0000000, 3), // multicast, reserved, broadcast
    ];

    // Beyond 2000::/3 nothing is global unicast; within it, these are not.
    private static readonly (ulong Network, int Bits)[] Refused6 =
    [
        (0x2001_0000_0000_0000, 23), // protocol assignments: Teredo, ORCHID, benchmarks
        (0x2001_0DB8_0000_0000, 32), // documentation
        (0x2002_0000_0000_0000, 16), // 6to4 carries an IPv4 address
        (0x2620_004F_8000_0000, 48), // AS112
        (0x3FFF_0000_0000_0000, 20), // documentation
    ];

    public static bool Allow(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        if (address.AddressFamily == AddressFamily.InterNetwork && length == 4)
        {
            return !Matches(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        }

        // Mapped, compatible and translated IPv4 (::ffff:0:0/96, ::/96, 64:ff9b::/96) lie outside 2000::/3.
        var head = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            && length == 16
            && head >> 61 == 1
            && !Matches(head);
    }

    private static bool Matches(uint address)
    {
        foreach (var (network, bits) in Refused4)
        {
            if ((address ^ network) >> (32 - bits) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(ulong head)
    {
        foreach (var (network, bits) in Refused6)
        {
            if ((head ^ network) >> (64 - bits) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
