using System.Buffers;
using System.Text.Json;
using Parley.Providers.OpenAi;
using Parley.Providers.Wire;

namespace Parley.Providers.Anthropic;

/// <summary>Reads the events of one message as Anthropic streams them.</summary>
internal sealed class AnthropicReader(UpstreamAnswer answer)
{
    private const int LongestCall = 1024 * 1024;

    private readonly Utf8Pieces text = new();
    private readonly Utf8Pieces thinking = new();
    private readonly Utf8Pieces pieces = new();
    private readonly ArrayBufferWriter<byte> arguments = new();
    private (string Id, string Name)? call;
    private long? prompted;
    private long? cached;

    /// <summary>Why the model stopped; null while it has not.</summary>
    public string? Finish { get; private set; }

    /// <summary>Adds what one event holds; true where it is the last one.</summary>
    /// <exception cref="UpstreamException">It is no such event, or says that something failed.</exception>
    public bool Read(ReadOnlyMemory<byte> data, List<ModelEvent> to)
    {
        try
        {
            // Pieces of text are all but a few of the events: they are read without becoming a document.
            if (Delta(data, to))
            {
                return false;
            }

            using var document = JsonDocument.Parse(data);
            var root = document.RootElement;
            switch (root.GetProperty("type").GetString())
            {
                case "message_start":
                    Began(root.GetProperty("message"), to);
                    break;
                case "content_block_start":
                    var block = root.GetProperty("content_block");
                    if (block.GetProperty("type").ValueEquals("tool_use"))
                    {
                        call = (block.GetProperty("id").GetString()!, block.GetProperty("name").GetString()!);
                        arguments.ResetWrittenCount();
                    }

                    break;
                case "content_block_stop":
                    Called(to);
                    break;
                case "message_delta":
                    Ending(root, to);
                    break;
                case "message_stop":
                    OpenAiReader.Add(ModelEventKind.Thinking, thinking.Rest(), to);
                    OpenAiReader.Add(ModelEventKind.Text, text.Rest(), to);
                    return true;
                case "error":
                    var reason = UpstreamHttp.Reason(data, answer.Upstream.Key);
                    throw answer.Failure(reason.Length > 0 ? "failed: " + reason : "said that it failed");
            }

            return false;
        }
        catch (Exception broken)
            when (broken is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw answer.Failure("sent an event that is not JSON of a message", broken);
        }
    }

    /// <summary>True where it was a piece of a block, and is done with.</summary>
    private bool Delta(ReadOnlyMemory<byte> data, List<ModelEvent> to)
    {
        var json = new Utf8JsonReader(data.Span);
        json.Read();
        var known = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                known = json.ValueTextEquals("content_block_delta"u8);
                if (!known)
                {
                    return false;
                }
            }
            else if (known && json.ValueTextEquals("delta"u8))
            {
                json.Read();
                Piece(ref json, data, to);
            }
            else
            {
                json.Skip();
            }
        }

        return known;
    }

    private void Piece(ref Utf8JsonReader json, ReadOnlyMemory<byte> data, List<ModelEvent> to)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("text"u8))
            {
                json.Read();
                OpenAiReader.Add(ModelEventKind.Text, text.Take(ref json, data), to);
            }
            else if (json.ValueTextEquals("thinking"u8))
            {
                json.Read();
                OpenAiReader.Add(ModelEventKind.Thinking, thinking.Take(ref json, data), to);
            }
            else if (json.ValueTextEquals("partial_json"u8))
            {
                json.Read();
                arguments.Write(pieces.Take(ref json, data).Span);
                if (arguments.WrittenCount > LongestCall)
                {
                    throw answer.Failure($"sent a tool call of more than {LongestCall >> 10} KiB");
                }
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void Began(JsonElement message, List<ModelEvent> to)
    {
        if (message.TryGetProperty("usage", out var usage))
        {
            cached = Number(usage, "cache_read_input_tokens");
            prompted =
                Number(usage, "input_tokens") + (cached ?? 0) + (Number(usage, "cache_creation_input_tokens") ?? 0);
            to.Add(Used(Number(usage, "output_tokens")));
        }
    }

    private void Ending(JsonElement root, List<ModelEvent> to)
    {
        if (
            root.TryGetProperty("delta", out var delta)
            && delta.TryGetProperty("stop_reason", out var reason)
            && reason.ValueKind == JsonValueKind.String
        )
        {
            Finish = reason.GetString() switch
            {
                "end_turn" or "stop_sequence" => "stop",
                "max_tokens" or "model_context_window_exceeded" => "length",
                "tool_use" => "tool_calls",
                "refusal" => "content_filter",
                var other => other,
            };
        }

        if (root.TryGetProperty("usage", out var usage))
        {
            to.Add(Used(Number(usage, "output_tokens")));
        }
    }

    private void Called(List<ModelEvent> to)
    {
        if (call is var (id, name))
        {
            var given = arguments.WrittenCount == 0 ? "{}"u8.ToArray() : arguments.WrittenSpan.ToArray();
            to.Add(new ModelEvent(ModelEventKind.ToolCall) { Call = new ToolCall(id, name, given) });
            call = null;
        }
    }

    private ModelEvent Used(long? completed) =>
        new(ModelEventKind.Usage) { Usage = new ModelUsage(prompted, completed, cached) };

    private static long? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;
}
