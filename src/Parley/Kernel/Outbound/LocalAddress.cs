using System.Net;

namespace Parley.Kernel.Outbound;

/// <summary>An address or a network that an admin allows, on one port or on any.</summary>
internal readonly record struct LocalAddress(IPNetwork Network, int? Port)
{
    public bool Allows(IPAddress address, int port) =>
        Network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address) && (Port is null || Port == port);

    /// <summary><c>10.0.0.0/8</c>, <c>127.0.0.1</c>, <c>127.0.0.1:8931</c>, <c>[::1]:8931</c>; null where it is none of these.</summary>
    public static LocalAddress? Parse(string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return new LocalAddress(network, null);
        }

        if (!IPEndPoint.TryParse(text, out var point))
        {
            return null;
        }

        var bits = point.Address.GetAddressBytes().Length * 8;
        return new LocalAddress(new IPNetwork(point.Address, bits), point.Port == 0 ? null : point.Port);
    }
}
