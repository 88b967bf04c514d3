using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parley.Tests.Ops.OpenApi;

/// <summary>
/// Stands between every test and its server: what is answered must be what the committed description says, and what is
/// accepted must be what it allows. So the whole suite tests the description.
/// </summary>
internal sealed partial class DescribedAnswers(HttpMessageHandler server) : DelegatingHandler(server)
{
    private static readonly Lazy<JsonElement> Document = new(() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "src/Parley/Ops/openapi.json"))).RootElement
    );

    private static readonly Lazy<List<(Regex Path, JsonElement Item)>> Paths = new(() =>
        [
            .. Document
                .Value.GetProperty("paths")
                .EnumerateObject()
                .OrderBy(p => p.Name.Count(c => c == '{')) // fixed words before parameters, as the router has it
                .Select(p =>
                    (new Regex($"^{Parameter().Replace(p.Name, "[^/]+")}/?$", RegexOptions.IgnoreCase), p.Value)
                ),
        ]
    );

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var answer = await base.SendAsync(request, ct);
        if (Find(request) is { } operation)
        {
            await CheckAsync(operation, request, answer, ct);
        }

        return answer;
    }

    private static JsonElement? Find(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath.Replace("/api/v1/", "/api/", StringComparison.Ordinal);
        foreach (var (pattern, item) in Paths.Value)
        {
            if (pattern.IsMatch(path))
            {
                return item.TryGetProperty(request.Method.Method.ToLowerInvariant(), out var found) ? found : null;
            }
        }

        return null;
    }

    private static async Task CheckAsync(
        JsonElement operation,
        HttpRequestMessage request,
        HttpResponseMessage answer,
        CancellationToken ct
    )
    {
        var what = $"{request.Method} {request.RequestUri!.PathAndQuery} answered {(int)answer.StatusCode}";
        var responses = operation.GetProperty("responses");
        if (!responses.TryGetProperty($"{(int)answer.StatusCode}", out var response))
        {
            Assert.True((int)answer.StatusCode >= 400, $"{what}, which the description does not say");
            response = responses.GetProperty("default");
        }

        response = response.TryGetProperty("$ref", out var reference) ? Resolve(reference) : response;
        if (response.TryGetProperty("headers", out var headers))
        {
            foreach (var header in headers.EnumerateObject())
            {
                Assert.True(answer.Headers.Contains(header.Name), $"{what} without {header.Name}");
            }
        }

        if (answer.Content.Headers.ContentType?.MediaType is { } type)
        {
            JsonElement media = default;
            Assert.True(
                response.TryGetProperty("content", out var content)
                    && (content.TryGetProperty(type, out media) || content.TryGetProperty("*/*", out media)),
                $"{what} with {type}, which the description does not say"
            );
            if (
                type is "application/json" or "application/problem+json"
                && media.TryGetProperty("schema", out var schema)
            )
            {
                Hold(schema, await answer.Content.ReadAsByteArrayAsync(ct), what);
            }
        }

        if (
            answer.IsSuccessStatusCode
            && request.Content?.Headers.ContentType?.MediaType == "application/json"
            && operation.TryGetProperty("requestBody", out var body)
            && body.GetProperty("content").TryGetProperty("application/json", out var taken)
        )
        {
            var sent = await request.Content.ReadAsByteArrayAsync(ct);
            if (sent.Length > 0)
            {
                Hold(taken.GetProperty("schema"), sent, what + " to a body it describes otherwise");
            }
        }
    }

    private static void Hold(JsonElement schema, byte[] json, string what)
    {
        if (json.Length == 0)
        {
            return; // HEAD
        }

        using var value = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 10_000 });
        var faults = new JsonSchema(Document.Value).Faults(schema, value.RootElement);
        Assert.True(
            faults.Count == 0,
            $"{what}, and openapi.json says otherwise (./dev docs makes it anew): {string.Join("\n  ", faults.Take(10))}"
        );
    }

    private static JsonElement Resolve(JsonElement reference) =>
        reference.GetString()![2..].Split('/').Aggregate(Document.Value, (at, name) => at.GetProperty(name));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
