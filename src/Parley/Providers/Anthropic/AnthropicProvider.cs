using System.Runtime.CompilerServices;
using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers.Anthropic;

/// <summary>Anthropic Messages.</summary>
internal sealed class AnthropicProvider(UpstreamHttp http) : IModelProvider
{
    public UpstreamKind Kind => UpstreamKind.Anthropic;

    public async Task<IReadOnlyList<UpstreamModel>> ListAsync(Upstream upstream, CancellationToken ct)
    {
        using var document = await http.GetAsync(upstream, "/models?limit=1000", ct);
        return ModelNames.Of(upstream, document.RootElement, "data", "id", "display_name", "max_input_tokens");
    }

    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        Upstream upstream,
        ModelRequest request,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var message = RequestBody.Post(upstream.At("/messages"), json => AnthropicRequest.Write(json, request));
        using var answer = await http.AskAsync(upstream, message, ct);
        _ = ContentTypes.Require(answer, "text/event-stream", "text/event-stream");
        using var wire = new WireReader(answer);
        var reader = new AnthropicReader(answer);
        var events = new List<ModelEvent>();
        var done = false;
        while (!done && await wire.EventAsync() is { } data)
        {
            done = reader.Read(data, events);
            for (var i = 0; i < events.Count; i++)
            {
                answer.Began |= events[i].Kind != ModelEventKind.Usage;
                yield return events[i];
            }

            events.Clear();
        }

        if (!done)
        {
            throw answer.Failure("closed the stream before the end of its answer");
        }

        yield return new ModelEvent(ModelEventKind.Finish) { Finish = reader.Finish ?? "stop" };
        await answer.FinishAsync();
    }
}
