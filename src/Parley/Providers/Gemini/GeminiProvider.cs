using System.Runtime.CompilerServices;
using Parley.Providers.Wire;

namespace Parley.Providers.Gemini;

/// <summary>Gemini's generateContent.</summary>
internal sealed class GeminiProvider(UpstreamHttp http) : IModelProvider
{
    private const string Place = "models/";

    public UpstreamKind Kind => UpstreamKind.Gemini;

    public async Task<IReadOnlyList<UpstreamModel>> ListAsync(Upstream upstream, CancellationToken ct)
    {
        using var document = await http.GetAsync(upstream, "/models?pageSize=1000", ct);
        var models = ModelNames.Of(upstream, document.RootElement, "models", "name", "displayName", "inputTokenLimit");
        return models.ConvertAll(m =>
            m.Name.StartsWith(Place, StringComparison.Ordinal) ? m with { Name = m.Name[Place.Length..] } : m
        );
    }

    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        Upstream upstream,
        ModelRequest request,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var message = RequestBody.Post(
            upstream.At($"/{Place}{Uri.EscapeDataString(request.Model)}:streamGenerateContent?alt=sse"),
            json => GeminiRequest.Write(json, request)
        );
        using var answer = await http.AskAsync(upstream, message, ct);
        _ = ContentTypes.Require(answer, "text/event-stream", "text/event-stream");
        using var wire = new WireReader(answer);
        var reader = new GeminiReader(answer);
        var events = new List<ModelEvent>();
        while (await wire.EventAsync() is { } data)
        {
            reader.Read(data, events);
            for (var i = 0; i < events.Count; i++)
            {
                answer.Began = true;
                yield return events[i];
            }

            events.Clear();
        }

        if (reader.Finish is null)
        {
            throw answer.Failure("closed the stream before the end of its answer");
        }

        reader.End(events);
        foreach (var one in events)
        {
            yield return one;
        }

        yield return new ModelEvent(ModelEventKind.Finish) { Finish = reader.Finish };
    }
}
