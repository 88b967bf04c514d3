using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Parley.Kernel.Http;
using Parley.Providers;
using static Parley.Gateway.BodyFields;
using static Parley.Kernel.JsonMembers;

namespace Parley.Gateway;

/// <summary>A chat as a client of OpenAI's or Ollama's words asks it, in no vendor's words.</summary>
/// <param name="CountsTokens">The client of a stream wants the usage at its end.</param>
internal sealed record Chat(ModelRequest Request, bool Streams, bool CountsTokens)
{
    public static Chat OfOpenAi(GatewayBody body)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        var messages = new List<ModelMessage>();
        var calls = new CallNames();
        foreach (var message in Items(root, "messages"))
        {
            messages.Add(calls.Settle(Message(message, openAi: true)));
        }

        if (Whole(root, "n") is > 1)
        {
            throw Bad("n", "this model gives one answer");
        }

        var request = new ModelRequest
        {
            Model = body.Model,
            Messages = messages,
            Tools = Chosen(root, Tools(root)),
            Options = new ModelOptions
            {
                Temperature = Number(root, "temperature"),
                TopP = Number(root, "top_p"),
                MaxTokens = Whole(root, "max_completion_tokens") ?? Whole(root, "max_tokens"),
                Seed = Long(root, "seed"),
                PresencePenalty = Number(root, "presence_penalty"),
                FrequencyPenalty = Number(root, "frequency_penalty"),
                Stop = Texts(root, "stop"),
                ReasoningEffort = Text(root, "reasoning_effort"),
                ResponseFormat = Raw(root, "response_format"),
            },
        };
        var usage = root.TryGetProperty("stream_options", out var asked) && Flag(asked, "include_usage") == true;
        return new Chat(request, Flag(root, "stream") == true, usage);
    }

    /// <param name="generate">One prompt, and no messages.</param>
    public static Chat OfOllama(GatewayBody body, bool generate)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        var messages = new List<ModelMessage>();
        if (generate)
        {
            if (Text(root, "system") is { Length: > 0 } system)
            {
                messages.Add(new ModelMessage(ModelRole.System) { Text = Encoding.UTF8.GetBytes(system) });
            }

            messages.Add(
                new ModelMessage(ModelRole.User)
                {
                    Text = Encoding.UTF8.GetBytes(Text(root, "prompt") ?? ""),
                    Images = Images(root),
                }
            );
        }
        else
        {
            var calls = new CallNames();
            foreach (var message in Items(root, "messages"))
            {
                messages.Add(calls.Settle(Message(message, openAi: false)));
            }
        }

        var options = root.TryGetProperty("options", out var given) ? given : default;
        var request = new ModelRequest
        {
            Model = body.Model,
            Messages = messages,
            Tools = Tools(root),
            Options = new ModelOptions
            {
                Temperature = Number(options, "temperature"),
                TopP = Number(options, "top_p"),
                MaxTokens = Whole(options, "num_predict") is > 0 and var most ? most : null,
                Seed = Long(options, "seed"),
                PresencePenalty = Number(options, "presence_penalty"),
                FrequencyPenalty = Number(options, "frequency_penalty"),
                Stop = Texts(options, "stop"),
                ReasoningEffort = Effort(root),
                ResponseFormat = Format(root),
            },
        };
        return new Chat(request, Flag(root, "stream") != false, CountsTokens: true);
    }

    private static ModelMessage Message(JsonElement message, bool openAi)
    {
        var role = Text(message, "role") switch
        {
            "system" or "developer" => ModelRole.System,
            "assistant" => ModelRole.Assistant,
            "tool" or "function" => ModelRole.Tool,
            "user" => ModelRole.User,
            _ => throw Bad("messages", "each message needs a role: system, user, assistant or tool"),
        };
        var images = openAi ? [] : Images(message);
        var text = openAi ? Content(message, images) : Text(message, "content") ?? "";
        return new ModelMessage(role)
        {
            Text = Encoding.UTF8.GetBytes(text),
            Images = images,
            Calls = Calls(message),
            CallId = Text(message, "tool_call_id"),
            ToolName = Text(message, "tool_name") ?? Text(message, "name"),
        };
    }

    /// <summary>Text, or parts of which the texts are joined and the pictures gathered.</summary>
    private static string Content(JsonElement message, List<ModelImage> images)
    {
        if (!message.TryGetProperty("content", out var content) || content.ValueKind == JsonValueKind.Null)
        {
            return "";
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return content.GetString()!;
        }

        var text = new StringBuilder();
        foreach (var part in Items(message, "content"))
        {
            switch (Text(part, "type"))
            {
                case "text":
                    text.Append(Text(part, "text"));
                    break;
                case "refusal":
                    text.Append(Text(part, "refusal"));
                    break;
                case "image_url" when part.TryGetProperty("image_url", out var url):
                    images.Add(Image(url));
                    break;
                case var other:
                    throw Bad("messages", $"a part of type {other} cannot be sent to this model");
            }
        }

        return text.ToString();
    }

    private static ModelImage Image(JsonElement url)
    {
        var address = url.ValueKind == JsonValueKind.String ? url.GetString() : Text(url, "url");
        const string Mark = ";base64,";
        var at = address?.IndexOf(Mark, StringComparison.Ordinal) ?? -1;
        if (address is null || !address.StartsWith("data:image/", StringComparison.Ordinal) || at < 0)
        {
            throw Bad("messages", "pictures must come as data: addresses");
        }

        return new ModelImage(address["data:".Length..at], Bytes(address.AsSpan(at + Mark.Length)));
    }

    private static List<ModelImage> Images(JsonElement of)
    {
        var images = new List<ModelImage>();
        if (of.TryGetProperty("images", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var image in list.EnumerateArray())
            {
                var bytes = Bytes(image.ValueKind == JsonValueKind.String ? image.GetString() : null);
                images.Add(new ModelImage(TypeOf(bytes), bytes));
            }
        }

        return images;
    }

    private static string TypeOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? "image/jpeg"
        : bytes.StartsWith("GIF8"u8) ? "image/gif"
        : bytes.StartsWith("RIFF"u8) ? "image/webp"
        : "image/png";

    private static byte[] Bytes(ReadOnlySpan<char> base64)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Convert.TryFromBase64Chars(base64, bytes, out var length)
            ? bytes[..length]
            : throw Bad("messages", "a picture is no base64");
    }

    private static List<ToolCall> Calls(JsonElement message)
    {
        var calls = new List<ToolCall>();
        foreach (var call in Items(message, "tool_calls"))
        {
            if (!call.TryGetProperty("function", out var function) || Text(function, "name") is not { } name)
            {
                throw Bad("messages", "a tool call needs a function with a name");
            }

            var arguments =
                !function.TryGetProperty("arguments", out var given) ? "{}"u8.ToArray()
                : given.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(given.GetString()!)
                : JsonMarshal.GetRawUtf8Value(given).ToArray();
            calls.Add(new ToolCall(Text(call, "id") ?? "", name, arguments));
        }

        return calls;
    }

    private static List<ToolDefinition> Tools(JsonElement root)
    {
        var tools = new List<ToolDefinition>();
        foreach (var tool in Items(root, "tools"))
        {
            if (!tool.TryGetProperty("function", out var function) || Text(function, "name") is not { } name)
            {
                throw Bad("tools", "each tool needs a function with a name");
            }

            var parameters =
                Raw(function, "parameters") ?? new RawJson("{\"type\":\"object\",\"properties\":{}}"u8.ToArray());
            tools.Add(new ToolDefinition(name, Text(function, "description") ?? "", parameters));
        }

        return tools;
    }

    /// <summary>
    /// What the client lets the model choose from: no tool, or one. That it must call one is a word other wires do not
    /// all have; the one it can call is then at least the right one.
    /// </summary>
    private static List<ToolDefinition> Chosen(JsonElement root, List<ToolDefinition> tools)
    {
        if (Text(root, "tool_choice") == "none")
        {
            return [];
        }

        var named =
            root.TryGetProperty("tool_choice", out var choice)
            && choice.ValueKind == JsonValueKind.Object
            && choice.TryGetProperty("function", out var function)
                ? Text(function, "name")
                : null;
        return named is null ? tools : [.. tools.Where(t => t.Name == named)];
    }

    private static string? Effort(JsonElement root) =>
        !root.TryGetProperty("think", out var think)
            ? null
            : think.ValueKind switch
            {
                JsonValueKind.True => "medium",
                JsonValueKind.False => "none",
                JsonValueKind.String => think.GetString(),
                _ => null,
            };

    /// <summary>Ollama's format, the word json or a schema, as OpenAI's response_format.</summary>
    private static RawJson? Format(JsonElement root)
    {
        if (!root.TryGetProperty("format", out var format))
        {
            return null;
        }

        if (format.ValueKind == JsonValueKind.Object)
        {
            return new RawJson(
                Encoding.UTF8.GetBytes(
                    $$$"""{"type":"json_schema","json_schema":{"name":"answer","schema":{{{format.GetRawText()}}}}}"""
                )
            );
        }

        return format.ValueKind == JsonValueKind.String && format.ValueEquals("json")
            ? new RawJson("{\"type\":\"json_object\"}"u8.ToArray())
            : null;
    }
}
