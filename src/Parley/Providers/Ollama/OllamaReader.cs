using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers.Ollama;

/// <summary>Reads the lines of one chat as Ollama writes them.</summary>
internal sealed class OllamaReader(UpstreamAnswer answer)
{
    private readonly Utf8Pieces text = new();
    private readonly Utf8Pieces thinking = new();
    private long? prompted;
    private long? completed;
    private int calls;

    /// <summary>Why the model stopped.</summary>
    public string Finish { get; private set; } = "stop";

    /// <summary>Adds what one line holds; true where it is the last one.</summary>
    /// <exception cref="UpstreamException">It is no such line, or says that something failed.</exception>
    public bool Read(ReadOnlyMemory<byte> line, List<ModelEvent> to)
    {
        try
        {
            var json = new Utf8JsonReader(line.Span);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException();
            }

            var done = false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("message"u8))
                {
                    Message(ref json, line, to);
                }
                else if (json.ValueTextEquals("done"u8))
                {
                    json.Read();
                    done = json.TokenType == JsonTokenType.True;
                }
                else if (json.ValueTextEquals("done_reason"u8))
                {
                    json.Read();
                    Finish = json.TokenType == JsonTokenType.String ? json.GetString()! : Finish;
                }
                else if (json.ValueTextEquals("prompt_eval_count"u8))
                {
                    prompted = Number(ref json);
                }
                else if (json.ValueTextEquals("eval_count"u8))
                {
                    completed = Number(ref json);
                }
                else if (json.ValueTextEquals("error"u8))
                {
                    var reason = UpstreamHttp.Reason(line, answer.Upstream.Key);
                    throw answer.Failure(reason.Length > 0 ? "failed: " + reason : "said that it failed");
                }
                else
                {
                    json.Skip();
                }
            }

            if (done)
            {
                End(to);
            }

            return done;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            throw answer.Failure("sent a line that is not JSON of a chat", broken);
        }
    }

    private void End(List<ModelEvent> to)
    {
        OpenAi.OpenAiReader.Add(ModelEventKind.Thinking, thinking.Rest(), to);
        OpenAi.OpenAiReader.Add(ModelEventKind.Text, text.Rest(), to);
        if (prompted is not null || completed is not null)
        {
            to.Add(new ModelEvent(ModelEventKind.Usage) { Usage = new ModelUsage(prompted, completed) });
        }

        Finish = calls > 0 && Finish == "stop" ? "tool_calls" : Finish;
    }

    private void Message(ref Utf8JsonReader json, ReadOnlyMemory<byte> line, List<ModelEvent> to)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var content = json.ValueTextEquals("content"u8);
            var thought = json.ValueTextEquals("thinking"u8);
            var tools = json.ValueTextEquals("tool_calls"u8);
            json.Read();
            if (content && json.TokenType == JsonTokenType.String)
            {
                OpenAi.OpenAiReader.Add(ModelEventKind.Text, text.Take(ref json, line), to);
            }
            else if (thought && json.TokenType == JsonTokenType.String)
            {
                OpenAi.OpenAiReader.Add(ModelEventKind.Thinking, thinking.Take(ref json, line), to);
            }
            else if (tools && json.TokenType == JsonTokenType.StartArray)
            {
                Calls(ref json, to);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void Calls(ref Utf8JsonReader json, List<ModelEvent> to)
    {
        using var list = JsonDocument.ParseValue(ref json);
        foreach (var call in list.RootElement.EnumerateArray())
        {
            if (!call.TryGetProperty("function", out var function))
            {
                continue;
            }

            var id =
                call.TryGetProperty("id", out var given) && given.ValueKind == JsonValueKind.String
                    ? given.GetString()!
                    : ToolCall.NewId();
            var arguments = function.TryGetProperty("arguments", out var held)
                ? System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(held).ToArray()
                : "{}"u8.ToArray();
            calls++;
            to.Add(
                new ModelEvent(ModelEventKind.ToolCall)
                {
                    Call = new ToolCall(id, function.GetProperty("name").GetString() ?? "", arguments),
                }
            );
        }
    }

    private static long? Number(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) ? number : null;
    }
}
