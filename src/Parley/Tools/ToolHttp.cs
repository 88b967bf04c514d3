using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Parley.Kernel.Outbound;

namespace Parley.Tools;

/// <summary>
/// The client of tool servers, under the rules of everything outside (S39): the address is judged once and connected to;
/// no redirects, so credentials follow nowhere; no cookies, no proxy. Beyond what is public it reaches only what the
/// settings name. Thread-safe.
/// </summary>
internal sealed class ToolHttp(ToolOptions options) : IDisposable
{
    /// <summary>What is read of one answer at most.</summary>
    public const int LargestBody = 4 * 1024 * 1024;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker client = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectLimit,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = 32,
            ResponseDrainTimeout = TimeSpan.Zero,
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, ct) =>
                JudgedConnection.OpenAsync(
                    context.DnsEndPoint,
                    (address, port) =>
                        (port is 80 or 443 && PublicAddresses.Allow(address))
                        || options.Local.Any(l => l.Allows(address, port)),
                    ct
                ),
        }
    );

    /// <summary>Sends, with the server's credentials where the address is on their host; gives the answer when its head is there.</summary>
    /// <exception cref="ToolServerException">It cannot be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        ToolServer server,
        HttpRequestMessage request,
        CancellationToken ct
    )
    {
        if (server.Fault is { } fault)
        {
            throw new ToolServerException(fault);
        }

        var address = request.RequestUri!;
        request.Headers.TryAddWithoutValidation("User-Agent", "Parley");
        if (address.GetLeftPart(UriPartial.Authority) == server.Host.GetLeftPart(UriPartial.Authority))
        {
            Authorize(server, request);
        }

        try
        {
            return await client.SendAsync(request, ct);
        }
        catch (FetchException refused)
        {
            throw Refused(server, refused);
        }
        catch (HttpRequestException broken) when (broken.InnerException is FetchException refused)
        {
            throw Refused(server, refused);
        }
        catch (Exception broken)
            when (broken is HttpRequestException or SocketException or IOException
                || (broken is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            throw new ToolServerException($"{server.Name} cannot be reached", broken) { IsAway = true };
        }
    }

    /// <summary>The body, cut where it is longer than <paramref name="most"/>.</summary>
    /// <exception cref="ToolServerException">It broke off.</exception>
    public static async Task<(byte[] Body, bool Cut)> ReadAsync(
        ToolServer server,
        HttpResponseMessage answer,
        int most,
        CancellationToken ct
    )
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(ct);
            int read;
            while ((read = await body.ReadAsync(buffer, ct)) > 0)
            {
                var room = most - (int)kept.Length;
                kept.Write(buffer.AsSpan(0, Math.Min(room, read)));
                if (read > room)
                {
                    return (kept.ToArray(), Cut: true);
                }
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new ToolServerException($"{server.Name} broke off in the middle of its answer", broken)
            {
                IsAway = true,
            };
        }

        return (kept.ToArray(), Cut: false);
    }

    public void Dispose() => client.Dispose();

    private static ToolServerException Refused(ToolServer server, FetchException refused) =>
        new(
            $"{server.Name}: {refused.Message}; one that is not public must be named by the setting tools.local",
            refused
        );

    private static void Authorize(ToolServer server, HttpRequestMessage request)
    {
        if (server.Key is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        foreach (var (name, value) in server.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
