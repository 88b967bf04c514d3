using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers;

/// <summary>
/// The one client of every upstream (S40): no cookies, no redirects, no proxy from the environment, and a key goes only
/// to the host it was saved for. Thread-safe.
/// </summary>
internal sealed class UpstreamHttp : IDisposable
{
    private const int LongestError = 64 * 1024;
    private const int LongestReason = 300;

    private readonly HttpMessageInvoker client;
    private readonly ProviderOptions options;
    private readonly TimeProvider time;

    public UpstreamHttp(ProviderOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        client = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = options.Connect,
                PooledConnectionLifetime = TimeSpan.FromMinutes(10), // names may come to mean other addresses
                PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),

                // Who stops listening wants the upstream to stop as well: nothing is read for the connection's sake.
                ResponseDrainTimeout = TimeSpan.Zero,
                ActivityHeadersPropagator = null,
            }
        );
    }

    /// <summary>Sends, and gives whatever it answers once the head of the answer is there. The request is used up.</summary>
    /// <exception cref="UpstreamException">There is no connection, or no answer in time.</exception>
    public async Task<UpstreamAnswer> SendAsync(Upstream upstream, HttpRequestMessage request, CancellationToken ct)
    {
        Authorize(upstream, request);
        var watch = new PhaseWatch(time, options.FirstByte, ct);
        try
        {
            var response = await client.SendAsync(request, watch.Token);
            request.Content = null; // it has gone out, and the answer would hold it to its end
            return new UpstreamAnswer(upstream, response, watch, options, ct);
        }
        catch (Exception failure)
        {
            var ranOut = watch.RanOut;
            watch.Dispose();
            request.Dispose();
            ct.ThrowIfCancellationRequested();
            throw Explain(upstream, failure, ranOut);
        }
    }

    /// <summary>The same, where any other status than success is a failure.</summary>
    public async Task<UpstreamAnswer> AskAsync(Upstream upstream, HttpRequestMessage request, CancellationToken ct)
    {
        var answer = await SendAsync(upstream, request, ct);
        if (answer.Response.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await RefusalAsync(answer);
        }
    }

    /// <summary>A GET of a JSON document of at most 16 MiB.</summary>
    public async Task<JsonDocument> GetAsync(Upstream upstream, string path, CancellationToken ct) =>
        await ReadAsync(await AskAsync(upstream, new HttpRequestMessage(HttpMethod.Get, upstream.At(path)), ct));

    /// <summary>Reads an answer as one JSON document and ends it.</summary>
    public static async Task<JsonDocument> ReadAsync(UpstreamAnswer answer)
    {
        using (answer)
        {
            var bytes = await ReadAsync(answer, 16 * 1024 * 1024);
            try
            {
                return JsonDocument.Parse(bytes);
            }
            catch (JsonException broken)
            {
                throw answer.Failure("answered something that is not JSON", broken);
            }
        }
    }

    /// <summary>What a refusal says, as a failure that names status and reason.</summary>
    public async Task<UpstreamException> RefusalAsync(UpstreamAnswer answer)
    {
        var status = (int)answer.Response.StatusCode;
        string reason;
        try
        {
            reason = Reason(await ReadAsync(answer, LongestError), answer.Upstream.Key);
        }
        catch (UpstreamException)
        {
            reason = "";
        }

        return new UpstreamException(
            answer.Upstream.Name,
            UpstreamPhase.FirstToken,
            $"{answer.Upstream.Name} answered {status}{(reason.Length > 0 ? ": " : "")}{reason}"
        )
        {
            Status = status,
            RetryAfter = RetryAfter(answer.Response),
        };
    }

    /// <summary>When the upstream says it is worth asking again.</summary>
    public TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } wait } => wait,
            { Date: { } at } when at > time.GetUtcNow() => at - time.GetUtcNow(),
            { Date: not null } => TimeSpan.Zero,
            _ => null,
        };

    public void Dispose() => client.Dispose();

    /// <summary>
    /// The upstream's own words in one trimmed line, without the key that some repeat.
    /// </summary>
    internal static string Reason(ReadOnlyMemory<byte> body, string? key)
    {
        var text = Words(body) ?? "";
        if (key is { Length: > 0 })
        {
            text = text.Replace(key, "…", StringComparison.Ordinal);
        }

        var line = new StringBuilder(Math.Min(text.Length, LongestReason));
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            if (line.Length >= LongestReason)
            {
                line.Append('…');
                break;
            }

            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return line.ToString();
    }

    internal static async Task<ReadOnlyMemory<byte>> ReadAsync(UpstreamAnswer answer, int most)
    {
        var bytes = new byte[Math.Min(most, 4096)];
        var length = 0;
        while (await answer.ReadAsync(bytes.AsMemory(length)) is > 0 and var count)
        {
            length += count;
            if (length == most)
            {
                throw answer.Failure($"answered more than {most >> 10} KiB");
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(most, bytes.Length * 2));
            }
        }

        return bytes.AsMemory(0, length);
    }

    /// <summary>The message of an error body: OpenAI's, Anthropic's and Gemini's shape, Ollama's, or some server's own.</summary>
    private static string? Words(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var at = document.RootElement;
            at = at.ValueKind == JsonValueKind.Array && at.GetArrayLength() > 0 ? at[0] : at;
            foreach (var name in (ReadOnlySpan<string>)["error", "message", "detail"])
            {
                if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var inner))
                {
                    if (inner.ValueKind == JsonValueKind.String)
                    {
                        return inner.GetString();
                    }

                    return
                        inner.ValueKind == JsonValueKind.Object
                        && inner.TryGetProperty("message", out var message)
                        && message.ValueKind == JsonValueKind.String
                        ? message.GetString()
                        : null;
                }
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // A page or plain text: a proxy in front, mostly. Its status says enough.
        }

        return null;
    }

    private static void Authorize(Upstream upstream, HttpRequestMessage request)
    {
        if (upstream.Key is { Length: > 0 } key)
        {
            switch (upstream.Kind)
            {
                case UpstreamKind.Anthropic:
                    request.Headers.TryAddWithoutValidation("x-api-key", key);
                    break;
                case UpstreamKind.Gemini:
                    request.Headers.TryAddWithoutValidation("x-goog-api-key", key);
                    break;
                default:
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                    break;
            }
        }

        if (upstream.Kind == UpstreamKind.Anthropic && !request.Headers.Contains("anthropic-version"))
        {
            request.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        }

        foreach (var (name, value) in upstream.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private UpstreamException Explain(Upstream upstream, Exception failure, bool ranOut)
    {
        var (phase, what) = failure switch
        {
            OperationCanceledException when ranOut => (
                UpstreamPhase.FirstToken,
                $"said nothing for {options.FirstByte.TotalSeconds:0} s"
            ),
            OperationCanceledException => (
                UpstreamPhase.Connect,
                $"did not take the connection within {options.Connect.TotalSeconds:0} s"
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => (
                UpstreamPhase.Connect,
                $"cannot be found: {upstream.BaseUrl.Host} has no address"
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => (
                UpstreamPhase.Connect,
                "has no TLS that can be trusted"
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => (
                UpstreamPhase.Connect,
                $"cannot be reached at {upstream.BaseUrl.GetLeftPart(UriPartial.Authority)}"
            ),
            _ => (UpstreamPhase.FirstToken, "closed the connection without an answer"),
        };
        return new UpstreamException(upstream.Name, phase, $"{upstream.Name} {what}", failure);
    }
}
