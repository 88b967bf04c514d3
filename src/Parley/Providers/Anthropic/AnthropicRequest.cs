using System.Text.Json;
using Parley.Providers.Wire;

namespace Parley.Providers.Anthropic;

/// <summary>Writes a question as an Anthropic message.</summary>
internal static class AnthropicRequest
{
    /// <summary>The wire wants a limit; where the caller states none, this is one that every current model takes.</summary>
    private const int MostTokens = 8192;

    private static readonly string[] Ours = ["model", "messages", "system", "stream", "tools", "max_tokens"];

    public static void Write(Utf8JsonWriter json, ModelRequest request)
    {
        var options = request.Options;
        var budget = Budget(request);
        json.WriteString("model"u8, request.Model);
        json.WriteBoolean("stream"u8, true);
        json.WriteNumber("max_tokens"u8, (options.MaxTokens ?? MostTokens) + budget);
        System(json, request.Messages);
        json.WriteStartArray("messages"u8);
        Messages(json, request.Messages);
        json.WriteEndArray();
        Tools(json, request.Tools);
        Options(json, options, budget);
    }

    /// <summary>
    /// Tokens for thinking. None once tools were called: the wire then wants the signed thoughts of those turns back,
    /// which only the upstream has.
    /// </summary>
    private static int Budget(ModelRequest request)
    {
        foreach (var message in request.Messages)
        {
            if (message.Calls.Count > 0)
            {
                return 0;
            }
        }

        return request.Options.ReasoningEffort switch
        {
            "low" => 2048,
            "medium" => 8192,
            "high" => 24_576,
            _ => 0,
        };
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
                json.WriteStartArray("system"u8);
                open = true;
            }

            Text(json, message.Text.Span);
        }

        if (open)
        {
            json.WriteEndArray();
        }
    }

    /// <summary>Neighbours of one side are one message: the wire takes turns, and results of tools are the user's.</summary>
    private static void Messages(Utf8JsonWriter json, IReadOnlyList<ModelMessage> messages)
    {
        bool? assistant = null;
        foreach (var message in messages)
        {
            if (
                message.Role == ModelRole.System
                || (message.Text.IsEmpty && message is { Images.Count: 0, Calls.Count: 0, Role: not ModelRole.Tool })
            )
            {
                continue;
            }

            var side = message.Role == ModelRole.Assistant;
            if (side != assistant)
            {
                if (assistant is not null)
                {
                    End(json);
                }

                json.WriteStartObject();
                json.WriteString("role"u8, side ? "assistant"u8 : "user"u8);
                json.WriteStartArray("content"u8);
                assistant = side;
            }

            Blocks(json, message);
        }

        if (assistant is not null)
        {
            End(json);
        }

        static void End(Utf8JsonWriter json)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void Blocks(Utf8JsonWriter json, ModelMessage message)
    {
        if (message.Role == ModelRole.Tool)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_result"u8);
            json.WriteString("tool_use_id"u8, message.CallId ?? "");
            json.WriteString("content"u8, message.Text.Span);
            json.WriteEndObject();
            return;
        }

        foreach (var image in message.Images)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "image"u8);
            json.WriteStartObject("source"u8);
            json.WriteString("type"u8, "base64"u8);
            json.WriteString("media_type"u8, image.MediaType);
            json.WriteBase64String("data"u8, image.Bytes.Span);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (!message.Text.IsEmpty)
        {
            Text(json, message.Text.Span);
        }

        foreach (var call in message.Calls)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, call.Id);
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("input"u8);
            json.WriteArguments(call.Arguments.Span);
            json.WriteEndObject();
        }
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
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
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("input_schema"u8);
            json.WriteRawValue(tool.Parameters.Utf8.Span);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Options(Utf8JsonWriter json, ModelOptions options, int budget)
    {
        var to = new OptionWriter(json, Ours);
        if (budget > 0)
        {
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, "enabled"u8);
            json.WriteNumber("budget_tokens"u8, budget);
            json.WriteEndObject();
            to.Take("thinking");
        }
        else
        {
            // With thinking the wire refuses any of these.
            to.Number("temperature", options.Temperature);
            to.Number("top_p", options.TopP);
        }

        to.Stops("stop_sequences", options.Stop);
        to.Others(options.Other);
    }
}
