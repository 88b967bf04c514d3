using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Parley.Identity.Oidc;

/// <summary>
/// Speaks to the provider. The admin chose its address, so that it may be a local one (S40); beyond that it is as narrow
/// as what users can send us to (S39): no redirects, no cookies, no proxy of the environment, bounded in time and size.
/// Made at the first use, since TLS costs memory. Thread-safe.
/// </summary>
internal sealed class OidcHttp : IDisposable
{
    private const int LargestAnswer = 1024 * 1024;
    private const int DeepestAnswer = 32;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lazy<HttpClient> client = new(Create);

    /// <exception cref="OidcException">There is no JSON object to be had there.</exception>
    public Task<JsonElement> GetAsync(Uri from, string? accessToken, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, from);
        if (accessToken is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        }

        return SendAsync(request, ct);
    }

    /// <exception cref="OidcException">It refuses, or answers with something else than a JSON object.</exception>
    public Task<JsonElement> PostAsync(
        Uri to,
        Dictionary<string, string> form,
        AuthenticationHeaderValue? authorization,
        CancellationToken ct
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = authorization;
        return SendAsync(request, ct);
    }

    public void Dispose()
    {
        if (client.IsValueCreated)
        {
            client.Value.Dispose();
        }
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using (request)
        {
            request.Headers.Accept.ParseAdd("application/json");
            var place = request.RequestUri!.AbsolutePath;
            try
            {
                using var answer = await client.Value.SendAsync(request, ct);
                if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized)
                {
                    throw OidcException.Distrust($"{place} refuses: {(int)answer.StatusCode}");
                }

                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    throw OidcException.Broken($"{place} answers {(int)answer.StatusCode}");
                }

                return Parse(await answer.Content.ReadAsByteArrayAsync(ct), place);
            }
            catch (HttpRequestException failure)
            {
                throw OidcException.Broken($"{place}: {failure.HttpRequestError}");
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw OidcException.Broken($"{place} takes longer than {Limit.TotalSeconds:0} s");
            }
        }
    }

    private static JsonElement Parse(byte[] body, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = DeepestAnswer });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw OidcException.Broken($"{place} answers no JSON object");
        }
        catch (JsonException)
        {
            throw OidcException.Broken($"{place} answers no JSON");
        }
    }

    private static HttpClient Create() =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ConnectTimeout = ConnectLimit,
                MaxConnectionsPerServer = 20,
                MaxResponseHeadersLength = 32,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a name may come to mean another machine
            }
        )
        {
            Timeout = Limit,
            MaxResponseContentBufferSize = LargestAnswer,
        };
}
