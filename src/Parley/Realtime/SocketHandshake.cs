using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Parley.Kernel.Problems;

namespace Parley.Realtime;

/// <summary>
/// Makes a WebSocket of a request (RFC 6455, 4.2). By hand, because the framework's middleware would stand in the way of
/// every other request too.
/// </summary>
internal static class SocketHandshake
{
    /// <summary>The protocol that is chosen where a client asks for it.</summary>
    private const string Protocol = "parley";
    private const int KeyBytes = 16;
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(20);

    /// <summary>Why it cannot be one; null where it can.</summary>
    public static ProblemResult? Refuse(HttpContext http)
    {
        var headers = http.Request.Headers;
        var asked = http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };
        if (!asked || !Names(headers.Upgrade.ToString(), "websocket"))
        {
            http.Response.Headers.Upgrade = "websocket";
            return new ProblemResult(ProblemCodes.UpgradeRequired, "open it as a WebSocket");
        }

        if (headers.SecWebSocketVersion != "13")
        {
            http.Response.Headers.SecWebSocketVersion = "13";
            return new ProblemResult(ProblemCodes.UpgradeRequired, "only version 13 of WebSocket is spoken");
        }

        Span<byte> key = stackalloc byte[KeyBytes + 2];
        return
            Convert.TryFromBase64String(headers.SecWebSocketKey.ToString(), key, out var length) && length == KeyBytes
            ? null
            : new ProblemResult(ProblemCodes.BadRequest, "Sec-WebSocket-Key is 16 bytes in base64");
    }

    public static async Task<WebSocket> AcceptAsync(HttpContext http)
    {
        var request = http.Request.Headers;
        var answer = http.Response.Headers;
        var chosen = Names(request.SecWebSocketProtocol.ToString(), Protocol) ? Protocol : null;
        answer.Upgrade = "websocket";
        answer.SecWebSocketAccept = Accept(request.SecWebSocketKey.ToString());
        if (chosen is not null)
        {
            answer.SecWebSocketProtocol = chosen;
        }

        var stream = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        return WebSocket.CreateFromStream(
            stream,
            new WebSocketCreationOptions
            {
                IsServer = true,
                SubProtocol = chosen,
                KeepAliveInterval = Ping,
                KeepAliveTimeout = PongWithin,
            }
        );
    }

#pragma warning disable CA5350 // RFC 6455 has it so: it shows that the request was understood, and protects nothing.
    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350

    private static bool Names(string list, string name)
    {
        foreach (var range in list.AsSpan().Split(','))
        {
            if (list.AsSpan()[range].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
