using System.Net;
using System.Net.Sockets;

namespace Parley.Kernel.Outbound;

/// <summary>What was fetched.</summary>
/// <param name="Address">Where it came from, after redirects.</param>
internal sealed record FetchedPage(Uri Address, string? ContentType, byte[] Body);

/// <summary>An address that cannot be used. The message tells no more than that (S39).</summary>
internal sealed class FetchException(string message) : Exception(message);

/// <summary>
/// The one client for every address that a user, a document, a tool or a model can influence (S39): names are resolved
/// once and the connection goes to the address that was judged; redirects are judged anew; no cookies, no proxy, no
/// credentials. Thread-safe.
/// </summary>
internal sealed class PublicHttp : IDisposable
{
    public const int LargestBody = 10 * 1024 * 1024;
    private const int MostRedirects = 5;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TotalLimit = TimeSpan.FromSeconds(30);

    private readonly Func<IPAddress, bool> allow;
    private readonly Func<int, bool> allowPort;
    private readonly Lazy<HttpClient> client;
    private readonly TimeProvider time;

    public PublicHttp(TimeProvider time)
        : this(time, PublicAddresses.Allow, port => port is 80 or 443) { }

    /// <summary>With rules of a test's own.</summary>
    internal PublicHttp(TimeProvider time, Func<IPAddress, bool> allow, Func<int, bool> allowPort)
    {
        this.time = time;
        this.allow = allow;
        this.allowPort = allowPort;
        client = new Lazy<HttpClient>(Make);
    }

    /// <exception cref="FetchException">It cannot be used, or gave nothing that can.</exception>
    public async Task<FetchedPage> GetAsync(Uri address, string accept, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(TotalLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await GetAsync(address, accept, MostRedirects, either.Token);
        }
        catch (Exception failure)
            when (failure is HttpRequestException or SocketException or IOException
                || (failure is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            throw Refused();
        }
    }

    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    private async Task<FetchedPage> GetAsync(Uri address, string accept, int redirects, CancellationToken ct)
    {
        Require(address);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.TryAddWithoutValidation("User-Agent", "Parley");
        using var answer = await client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if ((int)answer.StatusCode is >= 300 and < 400 && answer.Headers.Location is { } next)
        {
            return redirects > 0 ? await GetAsync(new Uri(address, next), accept, redirects - 1, ct) : throw Refused();
        }

        if (!answer.IsSuccessStatusCode)
        {
            throw new FetchException($"that address answers {(int)answer.StatusCode}");
        }

        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        return new FetchedPage(address, answer.Content.Headers.ContentType?.ToString(), await ReadAsync(body, ct));
    }

    private void Require(Uri address)
    {
        if (
            !address.IsAbsoluteUri
            || address.Scheme is not ("http" or "https")
            || address.UserInfo.Length > 0
            || !allowPort(address.Port)
        )
        {
            throw Refused();
        }
    }

    private static async Task<byte[]> ReadAsync(Stream body, CancellationToken ct)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, ct)) > 0)
        {
            kept.Write(buffer.AsSpan(0, read));
            if (kept.Length > LargestBody)
            {
                throw new FetchException($"what is there is larger than {LargestBody / 1024 / 1024} MiB");
            }
        }

        return kept.ToArray();
    }

    private HttpClient Make() =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ConnectTimeout = ConnectLimit,
                AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
                PooledConnectionLifetime = TimeSpan.FromMinutes(1),
                MaxResponseHeadersLength = 32,
                ConnectCallback = (context, ct) =>
                    JudgedConnection.OpenAsync(context.DnsEndPoint, (address, _) => allow(address), ct),
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

    private static FetchException Refused() => new("that address cannot be used");
}
