using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Providers.OpenAi;
using Parley.Providers.Wire;

namespace Parley.Providers.Gemini;

/// <summary>Reads the chunks of one answer as Gemini streams them.</summary>
internal sealed class GeminiReader(UpstreamAnswer answer)
{
    private readonly Utf8Pieces text = new();
    private readonly Utf8Pieces thinking = new();
    private int calls;

    /// <summary>Why the model stopped; null while it has not, which is also how the wire marks its end.</summary>
    public string? Finish { get; private set; }

    /// <summary>Adds what one chunk holds.</summary>
    /// <exception cref="UpstreamException">It is no chunk, or says that something failed.</exception>
    public void Read(ReadOnlyMemory<byte> chunk, List<ModelEvent> to)
    {
        try
        {
            var json = new Utf8JsonReader(chunk.Span);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException();
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("candidates"u8))
                {
                    Candidates(ref json, chunk, to);
                }
                else if (json.ValueTextEquals("usageMetadata"u8))
                {
                    json.Read();
                    Usage(ref json, to);
                }
                else if (json.ValueTextEquals("promptFeedback"u8))
                {
                    json.Read();
                    using var feedback = JsonDocument.ParseValue(ref json);
                    Finish = feedback.RootElement.TryGetProperty("blockReason", out _) ? "content_filter" : Finish;
                }
                else if (json.ValueTextEquals("error"u8))
                {
                    var reason = UpstreamHttp.Reason(chunk, answer.Upstream.Key);
                    throw answer.Failure(reason.Length > 0 ? "failed: " + reason : "said that it failed");
                }
                else
                {
                    json.Skip();
                }
            }
        }
        catch (Exception broken)
            when (broken is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw answer.Failure("sent an event that is not JSON of an answer", broken);
        }
    }

    /// <summary>What is given once the answer has ended.</summary>
    public void End(List<ModelEvent> to)
    {
        OpenAiReader.Add(ModelEventKind.Thinking, thinking.Rest(), to);
        OpenAiReader.Add(ModelEventKind.Text, text.Rest(), to);
        Finish = calls > 0 && Finish == "stop" ? "tool_calls" : Finish;
    }

    private void Candidates(ref Utf8JsonReader json, ReadOnlyMemory<byte> chunk, List<ModelEvent> to)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("content"u8))
                {
                    json.Read();
                    Content(ref json, chunk, to);
                }
                else if (json.ValueTextEquals("finishReason"u8))
                {
                    json.Read();
                    Finish = json.GetString() switch
                    {
                        null or "" or "FINISH_REASON_UNSPECIFIED" => Finish,
                        "STOP" => "stop",
                        "MAX_TOKENS" => "length",
                        "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII" => "content_filter",
                        var other => other,
                    };
                }
                else
                {
                    json.Skip();
                }
            }
        }
    }

    private void Content(ref Utf8JsonReader json, ReadOnlyMemory<byte> chunk, List<ModelEvent> to)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("parts"u8))
            {
                json.Skip();
                continue;
            }

            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                Part(ref json, chunk, to);
            }
        }
    }

    private void Part(ref Utf8JsonReader json, ReadOnlyMemory<byte> chunk, List<ModelEvent> to)
    {
        var thought = IsThought(json);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("text"u8))
            {
                json.Read();
                OpenAiReader.Add(
                    thought ? ModelEventKind.Thinking : ModelEventKind.Text,
                    (thought ? thinking : text).Take(ref json, chunk),
                    to
                );
            }
            else if (json.ValueTextEquals("functionCall"u8))
            {
                json.Read();
                Call(ref json, to);
            }
            else
            {
                json.Skip();
            }
        }
    }

    /// <param name="json">A copy: the mark may stand behind the text.</param>
    private static bool IsThought(Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("thought"u8))
            {
                json.Read();
                return json.TokenType == JsonTokenType.True;
            }

            json.Skip();
        }

        return false;
    }

    private void Call(ref Utf8JsonReader json, List<ModelEvent> to)
    {
        using var call = JsonDocument.ParseValue(ref json);
        var root = call.RootElement;
        var id =
            root.TryGetProperty("id", out var given) && given.GetString() is { Length: > 0 } known
                ? known
                : ToolCall.NewId();
        var arguments = root.TryGetProperty("args", out var args)
            ? JsonMarshal.GetRawUtf8Value(args).ToArray()
            : "{}"u8.ToArray();
        calls++;
        to.Add(
            new ModelEvent(ModelEventKind.ToolCall)
            {
                Call = new ToolCall(id, root.GetProperty("name").GetString() ?? "", arguments),
            }
        );
    }

    private static void Usage(ref Utf8JsonReader json, List<ModelEvent> to)
    {
        using var usage = JsonDocument.ParseValue(ref json);
        var root = usage.RootElement;
        var thoughts = Number(root, "thoughtsTokenCount");
        var answered = Number(root, "candidatesTokenCount");
        to.Add(
            new ModelEvent(ModelEventKind.Usage)
            {
                Usage = new ModelUsage(
                    Number(root, "promptTokenCount"),
                    answered is null && thoughts is null ? null : (answered ?? 0) + (thoughts ?? 0),
                    Number(root, "cachedContentTokenCount"),
                    thoughts
                ),
            }
        );
    }

    private static long? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;
}
