using System.Buffers.Binary;
using System.Net.Http;
using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers;

/// <summary>
/// Vectors of texts, by models of upstreams: <c>/api/embed</c> of Ollama, <c>/embeddings</c> as OpenAI defined it. Asked
/// for nobody in particular and charged to nobody. Tried again where that is harmless (R4). Thread-safe.
/// </summary>
internal sealed class ModelEmbeddings(
    ModelCatalog catalog,
    ModelRouter router,
    UpstreamHttp http,
    UpstreamHealths healths,
    TimeProvider time
)
{
    /// <summary>Where a model of that name is asked; null: nobody offers one that makes vectors.</summary>
    public async ValueTask<ModelRoute?> FindAsync(string model, CancellationToken ct)
    {
        foreach (var offer in await catalog.FindAsync(model, ct))
        {
            if (offer.Route.Upstream.Kind is UpstreamKind.Ollama or UpstreamKind.OpenAi)
            {
                return offer.Route;
            }
        }

        return null;
    }

    /// <summary>One vector a text, as the upstream gives them: of one length, of finite numbers, and nothing else is known of them.</summary>
    /// <param name="texts">UTF-8, none of them empty.</param>
    /// <exception cref="UpstreamException">It failed, or answered something else.</exception>
    public async Task<float[][]> EmbedAsync(
        ModelRoute route,
        IReadOnlyList<ReadOnlyMemory<byte>> texts,
        CancellationToken ct
    )
    {
        var upstream = route.Upstream;
        var health = healths.Of(upstream.Id);
        for (var attempt = 1; ; attempt++)
        {
            ModelRouter.RequireOpen(upstream, health);
            try
            {
                var vectors = await AskAsync(route, texts, ct);
                health.Answered();
                return vectors;
            }
            catch (UpstreamException failure)
            {
                health.Failed(failure);
                if (router.WaitBefore(failure, attempt) is not { } wait)
                {
                    throw;
                }

                await Task.Delay(wait, time, ct);
            }
        }
    }

    private async Task<float[][]> AskAsync(
        ModelRoute route,
        IReadOnlyList<ReadOnlyMemory<byte>> texts,
        CancellationToken ct
    )
    {
        var isOllama = route.Upstream.Kind == UpstreamKind.Ollama;
        var request = RequestBody.Post(
            route.Upstream.At(isOllama ? "/api/embed" : "/embeddings"),
            json =>
            {
                json.WriteString("model"u8, route.Model.Name);
                json.WriteStartArray("input"u8);
                foreach (var text in texts)
                {
                    json.WriteStringValue(text.Span);
                }

                json.WriteEndArray();
                if (!isOllama)
                {
                    json.WriteString("encoding_format"u8, "float"u8);
                }
            }
        );
        using var answer = await http.AskAsync(route.Upstream, request, ct);
        using var document = await UpstreamHttp.ReadAsync(answer);
        var vectors = Read(document.RootElement, isOllama ? "embeddings" : "data");
        return
            vectors.Count == texts.Count
            && vectors.TrueForAll(v => v is { Length: > 0 } && v.Length == vectors[0]!.Length && IsFinite(v))
            ? [.. vectors!]
            : throw answer.Failure($"answered no vector for each of {texts.Count} texts");
    }

    /// <summary>Null stands for what is no vector.</summary>
    private static List<float[]?> Read(JsonElement root, string name)
    {
        var vectors = new List<float[]?>();
        if (
            root.ValueKind == JsonValueKind.Object
            && root.TryGetProperty(name, out var list)
            && list.ValueKind == JsonValueKind.Array
        )
        {
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Object)
                {
                    vectors.Add(Vector(item));
                    continue;
                }

                // OpenAI numbers them, and does not promise their order.
                var at =
                    item.TryGetProperty("index", out var index)
                    && index.ValueKind == JsonValueKind.Number
                    && index.TryGetInt32(out var number)
                        ? number
                        : vectors.Count;
                if (at < 0 || at >= list.GetArrayLength())
                {
                    return [];
                }

                while (vectors.Count <= at)
                {
                    vectors.Add(null);
                }

                vectors[at] = item.TryGetProperty("embedding", out var vector) ? Vector(vector) : null;
            }
        }

        return vectors;
    }

    private static float[]? Vector(JsonElement value)
    {
        // Some servers answer base64 whatever they were asked for: 32-bit numbers, the lowest byte first.
        if (value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes))
        {
            var numbers = new float[bytes.Length / sizeof(float)];
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
            }

            return numbers;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var vector = new float[value.GetArrayLength()];
        var at = 0;
        foreach (var number in value.EnumerateArray())
        {
            if (number.ValueKind != JsonValueKind.Number || !number.TryGetSingle(out vector[at++]))
            {
                return null;
            }
        }

        return vector;
    }

    private static bool IsFinite(float[] vector)
    {
        foreach (var value in vector)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
