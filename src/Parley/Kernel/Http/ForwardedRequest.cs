using System.Net;

namespace Parley.Kernel.Http;

/// <summary>
/// What a proxy in front says of the request it passes on (S25). Everybody can write these headers, so they count only
/// where the connection itself comes from a proxy that is configured; names of people in headers never count.
/// </summary>
internal static class ForwardedRequest
{
    public static void Apply(HttpContext http, IList<IPNetwork> proxies)
    {
        if (proxies.Count == 0 || !IsProxy(http.Connection.RemoteIpAddress, proxies))
        {
            return;
        }

        // Each proxy adds whom it heard from at the end: from there, the first that is none of ours is the client.
        var chain = string.Join(',', http.Request.Headers["X-Forwarded-For"].ToArray()).Split(',');
        for (var i = chain.Length - 1; i >= 0 && IPAddress.TryParse(chain[i].Trim(), out var from); i--)
        {
            http.Connection.RemoteIpAddress = from;
            if (!IsProxy(from, proxies))
            {
                break;
            }
        }

        if (http.Request.Headers["X-Forwarded-Proto"] is [.., { } scheme])
        {
            http.Request.Scheme = scheme.Trim() == "https" ? "https" : http.Request.Scheme;
        }
    }

    private static bool IsProxy(IPAddress? address, IList<IPNetwork> proxies)
    {
        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null && proxies.Any(network => network.Contains(plain));
    }
}
