using System.Buffers;
using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers.OpenAi;

/// <summary>
/// Reads the chunks of one chat completion. Text crosses as the bytes it came as; calls of tools, which come in pieces,
/// are joined and given when the answer ends.
/// </summary>
internal sealed class OpenAiReader(UpstreamAnswer answer)
{
    private const int LongestCall = 1024 * 1024;

    private readonly Utf8Pieces text = new();
    private readonly Utf8Pieces thinking = new();
    private readonly List<Call> calls = [];

    /// <summary>Why the model stopped; null while it has not.</summary>
    public string? Finish { get; private set; }

    private sealed class Call(int? index)
    {
        public int? Index => index;
        public string? Id { get; set; }
        public string Name { get; set; } = "";
        public ArrayBufferWriter<byte> Arguments { get; } = new();
        public Utf8Pieces Pieces { get; } = new();
    }

    /// <summary>Adds what one chunk holds.</summary>
    /// <exception cref="UpstreamException">It is no chunk, or says that something failed.</exception>
    public void Read(ReadOnlyMemory<byte> chunk, List<ModelEvent> to)
    {
        try
        {
            var json = new Utf8JsonReader(chunk.Span);
            Open(ref json);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("choices"u8))
                {
                    Choices(ref json, chunk, to);
                }
                else if (json.ValueTextEquals("usage"u8))
                {
                    Usage(ref json, to);
                }
                else if (json.ValueTextEquals("error"u8))
                {
                    Error(ref json, chunk);
                }
                else
                {
                    json.Skip();
                }
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            throw answer.Failure("sent a line that is not JSON of a chat completion", broken);
        }
    }

    /// <summary>What is given once the answer has ended: characters cut for good, and the calls.</summary>
    public void End(List<ModelEvent> to)
    {
        Add(ModelEventKind.Thinking, thinking.Rest(), to);
        Add(ModelEventKind.Text, text.Rest(), to);
        foreach (var call in calls)
        {
            var id = call.Id is { Length: > 0 } given ? given : ToolCall.NewId();
            var arguments = call.Arguments.WrittenCount == 0 ? "{}"u8.ToArray() : call.Arguments.WrittenSpan.ToArray();
            to.Add(new ModelEvent(ModelEventKind.ToolCall) { Call = new ToolCall(id, call.Name, arguments) });
        }

        Finish = Finish is null or "stop" && calls.Count > 0 ? "tool_calls" : Finish ?? "stop";
        calls.Clear();
    }

    internal static void Add(ModelEventKind kind, ReadOnlyMemory<byte> piece, List<ModelEvent> to)
    {
        if (!piece.IsEmpty)
        {
            to.Add(new ModelEvent(kind) { Text = piece });
        }
    }

    private static void Open(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }
    }

    private void Choices(ref Utf8JsonReader json, ReadOnlyMemory<byte> chunk, List<ModelEvent> to)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return; // null, from servers that send usage alone
        }

        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("delta"u8) || json.ValueTextEquals("message"u8))
                {
                    Delta(ref json, chunk, to);
                }
                else if (json.ValueTextEquals("finish_reason"u8))
                {
                    json.Read();
                    Finish = json.TokenType == JsonTokenType.String ? FinishOf(ref json) : Finish;
                }
                else
                {
                    json.Skip();
                }
            }
        }
    }

    private static string FinishOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("stop"u8) ? "stop"
        : json.ValueTextEquals("length"u8) ? "length"
        : json.ValueTextEquals("tool_calls"u8) || json.ValueTextEquals("function_call"u8) ? "tool_calls"
        : json.ValueTextEquals("content_filter"u8) ? "content_filter"
        : json.GetString()!;

    private void Delta(ref Utf8JsonReader json, ReadOnlyMemory<byte> chunk, List<ModelEvent> to)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        var thought = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("content"u8) || json.ValueTextEquals("refusal"u8))
            {
                json.Read();
                Piece(ref json, ModelEventKind.Text, text, chunk, to);
            }
            else if (json.ValueTextEquals("reasoning_content"u8) || json.ValueTextEquals("reasoning"u8))
            {
                // Some servers send the same words under both names.
                json.Read();
                if (!thought && json.TokenType == JsonTokenType.String && json.ValueSpan.Length > 0)
                {
                    thought = true;
                    Piece(ref json, ModelEventKind.Thinking, thinking, chunk, to);
                }
                else
                {
                    json.Skip();
                }
            }
            else if (json.ValueTextEquals("tool_calls"u8))
            {
                json.Read();
                Calls(ref json, chunk);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private static void Piece(
        ref Utf8JsonReader json,
        ModelEventKind kind,
        Utf8Pieces pieces,
        ReadOnlyMemory<byte> chunk,
        List<ModelEvent> to
    )
    {
        if (json.TokenType == JsonTokenType.String)
        {
            Add(kind, pieces.Take(ref json, chunk), to);
        }
        else
        {
            json.Skip();
        }
    }

    private void Calls(ref Utf8JsonReader json, ReadOnlyMemory<byte> chunk)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            // The index may stand behind what it belongs to: look for it first.
            var (index, id) = Head(json);
            var call = Find(index, id);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("function"u8))
                {
                    json.Read();
                    Function(ref json, call, chunk);
                }
                else
                {
                    json.Skip();
                }
            }
        }
    }

    /// <param name="json">A copy: the caller's stays where it is.</param>
    private static (int? Index, string? Id) Head(Utf8JsonReader json)
    {
        int? index = null;
        string? id = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                json.Read();
                index = json.TokenType == JsonTokenType.Number ? json.GetInt32() : null;
            }
            else if (json.ValueTextEquals("id"u8))
            {
                json.Read();
                id = json.TokenType == JsonTokenType.String ? json.GetString() : null;
            }
            else
            {
                json.Skip();
            }
        }

        return (index, id);
    }

    /// <summary>Some servers leave the index out, or give every call the same one: a new id is a new call.</summary>
    private Call Find(int? index, string? id)
    {
        var known = index is null && id is not { Length: > 0 } ? calls.LastOrDefault() : null;
        for (var i = calls.Count - 1; known is null && i >= 0 && index is not null; i--)
        {
            known = calls[i].Index == index ? calls[i] : null;
        }

        if (known is null || (id is { Length: > 0 } && known.Id is { Length: > 0 } old && old != id))
        {
            known = new Call(index);
            calls.Add(known);
        }

        known.Id ??= id;
        return known;
    }

    private void Function(ref Utf8JsonReader json, Call call, ReadOnlyMemory<byte> chunk)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueTextEquals("name"u8);
            var arguments = json.ValueTextEquals("arguments"u8);
            json.Read();
            if (name && json.TokenType == JsonTokenType.String)
            {
                call.Name += json.GetString();
            }
            else if (arguments && json.TokenType == JsonTokenType.String)
            {
                call.Arguments.Write(call.Pieces.Take(ref json, chunk).Span);
            }
            else if (arguments && json.TokenType == JsonTokenType.StartObject)
            {
                var start = (int)json.TokenStartIndex;
                json.Skip();
                call.Arguments.Write(chunk.Span[start..(int)json.BytesConsumed]);
            }
            else
            {
                json.Skip();
            }
        }

        if (call.Arguments.WrittenCount > LongestCall)
        {
            throw answer.Failure($"sent a tool call of more than {LongestCall >> 10} KiB");
        }
    }

    private static void Usage(ref Utf8JsonReader json, List<ModelEvent> to)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        using var usage = JsonDocument.ParseValue(ref json);
        to.Add(new ModelEvent(ModelEventKind.Usage) { Usage = UsageOf(usage.RootElement) });
    }

    internal static ModelUsage UsageOf(JsonElement usage) =>
        new(
            Number(usage, "prompt_tokens"),
            Number(usage, "completion_tokens"),
            Number(usage, "prompt_tokens_details", "cached_tokens"),
            Number(usage, "completion_tokens_details", "reasoning_tokens")
        );

    private static long? Number(JsonElement at, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.Number && at.TryGetInt64(out var number) ? number : null;
    }

    private void Error(ref Utf8JsonReader json, ReadOnlyMemory<byte> chunk)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        var reason = UpstreamHttp.Reason(chunk, answer.Upstream.Key);
        throw answer.Failure(reason.Length > 0 ? "failed: " + reason : "said that it failed");
    }
}
