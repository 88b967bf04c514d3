using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers.Ollama;

/// <summary>Writes a question as Ollama's chat.</summary>
internal static class OllamaRequest
{
    private static readonly string[] Ours = ["model", "messages", "stream", "tools", "options"];

    /// <summary>Of the caller's further options, those that stand beside the others and not among the model's.</summary>
    private static readonly string[] Beside = ["keep_alive", "format", "think", "raw", "logprobs", "top_logprobs"];

    public static void Write(Utf8JsonWriter json, ModelRequest request)
    {
        json.WriteString("model"u8, request.Model);
        json.WriteBoolean("stream"u8, true);
        json.WriteStartArray("messages"u8);
        foreach (var message in request.Messages)
        {
            Message(json, message);
        }

        json.WriteEndArray();
        OpenAi.OpenAiRequest.Tools(json, request.Tools);
        Effort(json, request.Options.ReasoningEffort);
        Format(json, request.Options.ResponseFormat?.Utf8);
        RequestBody.ForEachMember(
            request.Options.Other?.Utf8,
            member =>
            {
                var said =
                    (member.Name == "think" && request.Options.ReasoningEffort is not null)
                    || (member.Name == "format" && request.Options.ResponseFormat is not null);
                if (Beside.Contains(member.Name) && !said)
                {
                    member.WriteTo(json);
                }
            }
        );
        json.WriteStartObject("options"u8);
        Options(json, request.Options);
        json.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter json, ModelMessage message)
    {
        json.WriteStartObject();
        json.WriteString(
            "role"u8,
            message.Role switch
            {
                ModelRole.System => "system"u8,
                ModelRole.Assistant => "assistant"u8,
                ModelRole.Tool => "tool"u8,
                _ => "user"u8,
            }
        );
        json.WriteString("content"u8, message.Text.Span);
        if (message.ToolName is { } tool)
        {
            json.WriteString("tool_name"u8, tool);
        }

        if (message.Images.Count > 0)
        {
            json.WriteStartArray("images"u8);
            foreach (var image in message.Images)
            {
                json.WriteBase64StringValue(image.Bytes.Span);
            }

            json.WriteEndArray();
        }

        Calls(json, message.Calls);
        json.WriteEndObject();
    }

    private static void Calls(Utf8JsonWriter json, IReadOnlyList<ToolCall> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("arguments"u8);
            json.WriteArguments(call.Arguments.Span);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Effort(Utf8JsonWriter json, string? effort)
    {
        if (effort == "none")
        {
            json.WriteBoolean("think"u8, false);
        }
        else if (effort is not null)
        {
            json.WriteString("think"u8, effort);
        }
    }

    /// <summary>OpenAI's response_format: Ollama takes the word json, or the schema itself.</summary>
    private static void Format(Utf8JsonWriter json, ReadOnlyMemory<byte>? format)
    {
        if (format is not { } given)
        {
            return;
        }

        using var document = JsonDocument.Parse(given);
        var root = document.RootElement;
        var type = root.TryGetProperty("type", out var word) ? word.GetString() : null;
        if (
            type == "json_schema"
            && root.TryGetProperty("json_schema", out var named)
            && named.TryGetProperty("schema", out var schema)
        )
        {
            json.WritePropertyName("format"u8);
            schema.WriteTo(json);
        }
        else if (type == "json_object")
        {
            json.WriteString("format"u8, "json"u8);
        }
    }

    private static void Options(Utf8JsonWriter json, ModelOptions options)
    {
        var to = new OptionWriter(json, [.. Ours, .. Beside]);
        to.Number("temperature", options.Temperature);
        to.Number("top_p", options.TopP);
        to.Number("presence_penalty", options.PresencePenalty);
        to.Number("frequency_penalty", options.FrequencyPenalty);
        to.Whole("num_predict", options.MaxTokens);
        to.Whole("seed", options.Seed);
        to.Stops("stop", options.Stop);
        to.Others(options.Other);
    }
}
