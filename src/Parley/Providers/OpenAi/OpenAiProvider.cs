using System.Runtime.CompilerServices;
using System.Text.Json;
using Parley.Providers.Wire;
using static Parley.Kernel.JsonMembers;

namespace Parley.Providers.OpenAi;

/// <summary>Chat completions as OpenAI defined them and many servers speak them.</summary>
internal sealed class OpenAiProvider(UpstreamHttp http) : IModelProvider
{
    public UpstreamKind Kind => UpstreamKind.OpenAi;

    public async Task<IReadOnlyList<UpstreamModel>> ListAsync(Upstream upstream, CancellationToken ct)
    {
        using var document = await http.GetAsync(upstream, "/models", ct);
        var models = new List<UpstreamModel>();
        var root = document.RootElement;
        var list =
            root.ValueKind == JsonValueKind.Array ? root
            : root.ValueKind == JsonValueKind.Object && root.TryGetProperty("data", out var data) ? data
            : default;
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new UpstreamException(
                upstream.Name,
                UpstreamPhase.FirstToken,
                $"{upstream.Name} answered no list of models"
            );
        }

        foreach (var model in list.EnumerateArray())
        {
            if (Text(model, "id") is { Length: > 0 } id)
            {
                models.Add(new UpstreamModel(id, Text(model, "name"), ContextOf(model)));
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
        var message = RequestBody.Post(
            upstream.At("/chat/completions"),
            json => OpenAiRequest.Write(json, upstream, request.Model, request)
        );
        message.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        using var answer = await http.AskAsync(upstream, message, ct);
        using var wire = new WireReader(answer);
        var reader = new OpenAiReader(answer);
        var events = new List<ModelEvent>();
        var streams = ContentTypes.Require(answer, "text/event-stream", "application/json");
        var ended = !streams;
        if (!streams)
        {
            // A server that does not stream answers whole.
            reader.Read(await UpstreamHttp.ReadAsync(answer, WireReader.Longest), events);
            answer.Began = true;
            foreach (var one in events)
            {
                yield return one;
            }

            events.Clear();
        }

        while (!ended && await wire.EventAsync() is { } data)
        {
            ended = data.Span.Trim((byte)' ').SequenceEqual("[DONE]"u8);
            if (ended)
            {
                break;
            }

            reader.Read(data, events);
            for (var i = 0; i < events.Count; i++)
            {
                answer.Began = true;
                yield return events[i];
            }

            events.Clear();
        }

        // Some compatible servers just close after the last chunk; one that never said why it stopped was cut.
        if (reader.Finish is null && !(ended && answer.Began))
        {
            throw answer.Failure("closed the stream before the end of its answer");
        }

        reader.End(events);
        foreach (var one in events)
        {
            yield return one;
        }

        yield return new ModelEvent(ModelEventKind.Finish) { Finish = reader.Finish };
        if (ended && streams)
        {
            await answer.FinishAsync();
        }
    }

    /// <summary>As OpenRouter, vLLM, LM Studio and Groq call it; OpenAI itself does not say.</summary>
    private static long? ContextOf(JsonElement model)
    {
        foreach (
            var name in (ReadOnlySpan<string>)
                ["context_length", "max_model_len", "max_context_length", "context_window"]
        )
        {
            if (
                model.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt64(out var tokens)
            )
            {
                return tokens;
            }
        }

        return null;
    }
}
