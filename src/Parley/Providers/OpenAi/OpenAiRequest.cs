using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers.OpenAi;

/// <summary>Writes a question as a chat completion.</summary>
internal static class OpenAiRequest
{
    /// <summary>Set by us: the caller's further options do not change them.</summary>
    private static readonly string[] Ours = ["model", "messages", "stream", "stream_options", "tools", "n"];

    public static void Write(Utf8JsonWriter json, Upstream upstream, string model, ModelRequest request)
    {
        json.WriteString("model"u8, model);
        json.WriteBoolean("stream"u8, true);
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, true);
        json.WriteEndObject();
        json.WriteStartArray("messages"u8);
        foreach (var message in request.Messages)
        {
            Message(json, message);
        }

        json.WriteEndArray();
        Tools(json, request.Tools);
        Options(json, upstream, request.Options);
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
        if (message.Role == ModelRole.Tool && message.CallId is { } id)
        {
            json.WriteString("tool_call_id"u8, id);
        }

        Content(json, message);
        Calls(json, message.Calls);
        json.WriteEndObject();
    }

    private static void Content(Utf8JsonWriter json, ModelMessage message)
    {
        if (message.Images.Count == 0)
        {
            if (message.Text.IsEmpty && message.Calls.Count > 0)
            {
                json.WriteNull("content"u8);
            }
            else
            {
                json.WriteString("content"u8, message.Text.Span);
            }

            return;
        }

        json.WriteStartArray("content"u8);
        if (!message.Text.IsEmpty)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, message.Text.Span);
            json.WriteEndObject();
        }

        foreach (var image in message.Images)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "image_url"u8);
            json.WriteStartObject("image_url"u8);
            json.WritePropertyName("url"u8);
            json.WriteBase64($"data:{image.MediaType};base64,", image.Bytes.Span);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
            json.WriteString("id"u8, call.Id);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, call.Name);
            json.WriteString("arguments"u8, call.Arguments.Span);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void Tools(Utf8JsonWriter json, IReadOnlyList<ToolDefinition> tools)
    {
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("parameters"u8);
            json.WriteRawValue(tool.Parameters.Utf8.Span);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Options(Utf8JsonWriter json, Upstream upstream, ModelOptions options)
    {
        var to = new OptionWriter(json, Ours);
        to.Number("temperature", options.Temperature);
        to.Number("top_p", options.TopP);
        to.Number("presence_penalty", options.PresencePenalty);
        to.Number("frequency_penalty", options.FrequencyPenalty);
        if (options.MaxTokens is { } tokens)
        {
            // OpenAI's newer models refuse max_tokens; most compatible servers know nothing else.
            to.Whole(upstream.BaseUrl.Host == "api.openai.com" ? "max_completion_tokens" : "max_tokens", tokens);
            to.Take("max_tokens");
            to.Take("max_completion_tokens");
        }

        to.Whole("seed", options.Seed);
        to.Stops("stop", options.Stop);
        if (options.ReasoningEffort is { } effort)
        {
            json.WriteString("reasoning_effort"u8, effort);
            to.Take("reasoning_effort");
        }

        if (options.ResponseFormat is { } format)
        {
            json.WritePropertyName("response_format"u8);
            json.WriteRawValue(format.Utf8.Span);
            to.Take("response_format");
        }

        to.Others(options.Other);
    }
}
