using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers.Gemini;

/// <summary>Writes a question as Gemini's generateContent.</summary>
internal static class GeminiRequest
{
    public static void Write(Utf8JsonWriter json, ModelRequest request)
    {
        System(json, request.Messages);
        json.WriteStartArray("contents"u8);
        foreach (var message in request.Messages)
        {
            if (message.Role != ModelRole.System)
            {
                Message(json, message);
            }
        }

        json.WriteEndArray();
        Tools(json, request.Tools);
        json.WriteStartObject("generationConfig"u8);
        Options(json, request.Options);
        json.WriteEndObject();
    }

    private static void System(Utf8JsonWriter json, IReadOnlyList<ModelMessage> messages)
    {
        var open = false;
        foreach (var message in messages)
        {
            if (message.Role != ModelRole.System || message.Text.IsEmpty)
            {
                continue;
            }

            if (!open)
            {
                json.WriteStartObject("systemInstruction"u8);
                json.WriteStartArray("parts"u8);
                open = true;
            }

            Text(json, message.Text.Span);
        }

        if (open)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void Message(Utf8JsonWriter json, ModelMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, message.Role == ModelRole.Assistant ? "model"u8 : "user"u8);
        json.WriteStartArray("parts"u8);
        if (message.Role == ModelRole.Tool)
        {
            Result(json, message);
        }
        else
        {
            if (!message.Text.IsEmpty || message is { Images.Count: 0, Calls.Count: 0 })
            {
                Text(json, message.Text.Span);
            }

            Images(json, message.Images);
            foreach (var call in message.Calls)
            {
                json.WriteStartObject();
                json.WriteStartObject("functionCall"u8);
                json.WriteString("name"u8, call.Name);
                json.WritePropertyName("args"u8);
                json.WriteArguments(call.Arguments.Span);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Images(Utf8JsonWriter json, IReadOnlyList<ModelImage> images)
    {
        foreach (var image in images)
        {
            json.WriteStartObject();
            json.WriteStartObject("inlineData"u8);
            json.WriteString("mimeType"u8, image.MediaType);
            json.WriteBase64String("data"u8, image.Bytes.Span);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    /// <summary>The wire takes an object for a result, whatever the tool gave.</summary>
    private static void Result(Utf8JsonWriter json, ModelMessage message)
    {
        json.WriteStartObject();
        json.WriteStartObject("functionResponse"u8);
        json.WriteString("name"u8, message.ToolName ?? "tool");
        json.WritePropertyName("response"u8);
        if (RequestBody.IsObject(message.Text.Span))
        {
            json.WriteRawValue(message.Text.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("result"u8, message.Text.Span);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    private static void Tools(Utf8JsonWriter json, IReadOnlyList<ToolDefinition> tools)
    {
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        json.WriteStartObject();
        json.WriteStartArray("functionDeclarations"u8);
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("parametersJsonSchema"u8);
            json.WriteRawValue(tool.Parameters.Utf8.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Options(Utf8JsonWriter json, ModelOptions options)
    {
        var to = new OptionWriter(json, ["thinkingConfig", "responseMimeType", "responseJsonSchema"]);
        to.Number("temperature", options.Temperature);
        to.Number("topP", options.TopP);
        to.Whole("maxOutputTokens", options.MaxTokens);
        to.Number("presencePenalty", options.PresencePenalty);
        to.Number("frequencyPenalty", options.FrequencyPenalty);
        to.Whole("seed", options.Seed);
        to.Stops("stopSequences", options.Stop);
        Thinking(json, options.ReasoningEffort);
        Format(json, options.ResponseFormat?.Utf8);
        to.Others(options.Other);
    }

    private static void Thinking(Utf8JsonWriter json, string? effort)
    {
        if (effort is null)
        {
            return;
        }

        json.WriteStartObject("thinkingConfig"u8);
        json.WriteBoolean("includeThoughts"u8, effort != "none");
        json.WriteNumber(
            "thinkingBudget"u8,
            effort switch
            {
                "none" => 0,
                "low" => 2048,
                "medium" => 8192,
                _ => 24_576,
            }
        );
        json.WriteEndObject();
    }

    private static void Format(Utf8JsonWriter json, ReadOnlyMemory<byte>? format)
    {
        if (format is not { } given)
        {
            return;
        }

        using var document = JsonDocument.Parse(given);
        var root = document.RootElement;
        if (root.TryGetProperty("type", out var type) && type.ValueEquals("text"))
        {
            return;
        }

        json.WriteString("responseMimeType"u8, "application/json"u8);
        if (root.TryGetProperty("json_schema", out var named) && named.TryGetProperty("schema", out var schema))
        {
            json.WritePropertyName("responseJsonSchema"u8);
            schema.WriteTo(json);
        }
    }
}
