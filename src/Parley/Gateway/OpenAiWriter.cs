using System.Text.Json;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>A chat completion, or the chunks of one.</summary>
internal sealed class OpenAiWriter(HttpContext http, string model, Chat chat, DateTimeOffset began)
    : ChatWriter(http, model, chat.Streams, began)
{
    private static readonly (byte[], byte[]) Event = ("data: "u8.ToArray(), "\n\n"u8.ToArray());
    private readonly string id = "chatcmpl-" + Guid.CreateVersion7().ToString("N");
    private bool spoke;

    protected override string StreamType => "text/event-stream";

    protected override (byte[] Before, byte[] After) Frame => Event;

    protected override void Piece(Utf8JsonWriter json, ModelEvent one)
    {
        Head(json, "chat.completion.chunk"u8);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("delta"u8);
        Role(json);
        if (one.Kind == ModelEventKind.ToolCall)
        {
            json.WriteStartArray("tool_calls"u8);
            json.WriteStartObject();
            json.WriteNumber("index"u8, Calls.Count - 1);
            Call(json, one.Call!);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        else
        {
            json.WriteString(one.Kind == ModelEventKind.Thinking ? "reasoning_content"u8 : "content"u8, one.Text.Span);
        }

        json.WriteEndObject();
        json.WriteNull("finish_reason"u8);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    protected override void Ending(string finish)
    {
        Document(
            finish,
            static (self, json, finish) =>
            {
                var me = (OpenAiWriter)self;
                me.Head(json, "chat.completion.chunk"u8);
                json.WriteStartArray("choices"u8);
                json.WriteStartObject();
                json.WriteNumber("index"u8, 0);
                json.WriteStartObject("delta"u8);
                me.Role(json);
                json.WriteEndObject();
                json.WriteString("finish_reason"u8, finish);
                json.WriteEndObject();
                json.WriteEndArray();
            }
        );
        if (chat.CountsTokens)
        {
            Document(
                finish,
                static (self, json, _) =>
                {
                    var me = (OpenAiWriter)self;
                    me.Head(json, "chat.completion.chunk"u8);
                    json.WriteStartArray("choices"u8);
                    json.WriteEndArray();
                    me.Used(json);
                }
            );
        }

        Raw("data: [DONE]\n\n"u8);
    }

    protected override void Whole(Utf8JsonWriter json, string finish)
    {
        Head(json, "chat.completion"u8);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        if (Text.IsEmpty && Calls.Count > 0)
        {
            json.WriteNull("content"u8);
        }
        else
        {
            json.WriteString("content"u8, Text);
        }

        json.WriteNull("refusal"u8);
        if (!Thinking.IsEmpty)
        {
            json.WriteString("reasoning_content"u8, Thinking);
        }

        if (Calls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var call in Calls)
            {
                json.WriteStartObject();
                Call(json, call);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteString("finish_reason"u8, finish);
        json.WriteEndObject();
        json.WriteEndArray();
        Used(json);
    }

    protected override void Failed(Utf8JsonWriter json, UpstreamException failure)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("message"u8, failure.Message);
        json.WriteString("type"u8, "server_error"u8);
        json.WriteNull("param"u8);
        json.WriteString("code"u8, "upstream-failed"u8);
        json.WriteEndObject();
    }

    /// <summary>Whose words they are, with the first of them: an answer of no words says it too.</summary>
    private void Role(Utf8JsonWriter json)
    {
        if (!spoke)
        {
            json.WriteString("role"u8, "assistant"u8);
            spoke = true;
        }
    }

    private static void Call(Utf8JsonWriter json, ToolCall call)
    {
        json.WriteString("id"u8, call.Id);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, call.Name);
        json.WriteString("arguments"u8, call.Arguments.Span);
        json.WriteEndObject();
    }

    private void Head(Utf8JsonWriter json, ReadOnlySpan<byte> kind)
    {
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, kind);
        json.WriteNumber("created"u8, Began.ToUnixTimeSeconds());
        json.WriteString("model"u8, Model);
    }

    private void Used(Utf8JsonWriter json)
    {
        var prompt = Usage?.PromptTokens ?? 0;
        var completion = Usage?.CompletionTokens ?? 0;
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, prompt);
        json.WriteNumber("completion_tokens"u8, completion);
        json.WriteNumber("total_tokens"u8, prompt + completion);
        json.WriteEndObject();
    }
}
