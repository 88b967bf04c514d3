using System.Runtime.CompilerServices;
using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers.Ollama;

/// <summary>Ollama's own API: JSON lines, with thinking apart.</summary>
internal sealed class OllamaProvider(UpstreamHttp http) : IModelProvider
{
    public UpstreamKind Kind => UpstreamKind.Ollama;

    public async Task<IReadOnlyList<UpstreamModel>> ListAsync(Upstream upstream, CancellationToken ct)
    {
        using var document = await http.GetAsync(upstream, "/api/tags", ct);
        var models = new List<UpstreamModel>();
        if (
            document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("models", out var list)
            || list.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null)
        )
        {
            throw new UpstreamException(
                upstream.Name,
                UpstreamPhase.FirstToken,
                $"{upstream.Name} answered no list of models"
            );
        }

        if (list.ValueKind == JsonValueKind.Array)
        {
            foreach (var model in list.EnumerateArray())
            {
                if (
                    (model.TryGetProperty("name", out var name) || model.TryGetProperty("model", out name))
                    && name.GetString() is { Length: > 0 } text
                )
                {
                    models.Add(new UpstreamModel(text));
                }
            }
        }

        return models;
    }

    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        Upstream upstream,
        ModelRequest request,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var message = RequestBody.Post(upstream.At("/api/chat"), json => OllamaRequest.Write(json, request));
        using var answer = await http.AskAsync(upstream, message, ct);
        _ = ContentTypes.Require(answer, "application/x-ndjson", "application/json");
        using var wire = new WireReader(answer);
        var reader = new OllamaReader(answer);
        var events = new List<ModelEvent>();
        var done = false;
        while (!done && await wire.LineAsync() is { } line)
        {
            done = reader.Read(line, events);
            for (var i = 0; i < events.Count; i++)
            {
                answer.Began = true;
                yield return events[i];
            }

            events.Clear();
        }

        if (!done)
        {
            throw answer.Failure("closed the stream before the end of its answer");
        }

        yield return new ModelEvent(ModelEventKind.Finish) { Finish = reader.Finish };
        await answer.FinishAsync();
    }
}
