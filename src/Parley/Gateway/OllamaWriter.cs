using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>A chat, or one generated answer, as Ollama writes it: lines of JSON, or one document.</summary>
internal sealed class OllamaWriter(HttpContext http, string model, Chat chat, bool generate, TimeProvider time)
    : ChatWriter(http, model, chat.Streams, time.GetUtcNow())
{
    private static readonly (byte[], byte[]) Line = ([], "\n"u8.ToArray());

    protected override string StreamType => "application/x-ndjson";

    protected override (byte[] Before, byte[] After) Frame => Line;

    protected override void Piece(Utf8JsonWriter json, ModelEvent one)
    {
        var thinking = one.Kind == ModelEventKind.Thinking ? one.Text.Span : [];
        var text = one.Kind == ModelEventKind.Text ? one.Text.Span : [];
        Message(json, text, thinking, one.Call is { } call ? [call] : []);
        json.WriteBoolean("done"u8, false);
    }

    protected override void Ending(string finish) =>
        Document(
            finish,
            static (self, json, finish) =>
            {
                var me = (OllamaWriter)self;
                me.Message(json, [], [], []);
                me.Done(json, finish);
            }
        );

    protected override void Whole(Utf8JsonWriter json, string finish)
    {
        Message(json, Text, Thinking, Calls);
        Done(json, finish);
    }

    protected override void Failed(Utf8JsonWriter json, UpstreamException failure) =>
        json.WriteString("error"u8, failure.Message);

    private void Message(
        Utf8JsonWriter json,
        ReadOnlySpan<byte> text,
        ReadOnlySpan<byte> thinking,
        IReadOnlyList<ToolCall> calls
    )
    {
        json.WriteString("model"u8, Model);
        json.WriteString("created_at"u8, Iso.Micros(ApiTime.Micros(time.GetUtcNow())));
        if (!generate)
        {
            json.WriteStartObject("message"u8);
            json.WriteString("role"u8, "assistant"u8);
        }

        json.WriteString(generate ? "response"u8 : "content"u8, text);
        if (!thinking.IsEmpty)
        {
            json.WriteString("thinking"u8, thinking);
        }

        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (var call in calls)
            {
                json.WriteStartObject();
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, call.Name);
                json.WritePropertyName("arguments"u8);
                Arguments(json, call.Arguments.Span);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (!generate)
        {
            json.WriteEndObject();
        }
    }

    /// <summary>An object on this wire; a model that wrote something else meant none.</summary>
    private static void Arguments(Utf8JsonWriter json, ReadOnlySpan<byte> arguments)
    {
        var reader = new Utf8JsonReader(arguments);
        try
        {
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read())
            {
                json.WriteRawValue(arguments, skipInputValidation: true);
                return;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        json.WriteStartObject();
        json.WriteEndObject();
    }

    private void Done(Utf8JsonWriter json, string finish)
    {
        json.WriteBoolean("done"u8, true);
        json.WriteString("done_reason"u8, finish == "length" ? "length"u8 : "stop"u8);
        json.WriteNumber("total_duration"u8, (time.GetUtcNow() - Began).Ticks * 100);
        json.WriteNumber("prompt_eval_count"u8, Usage?.PromptTokens ?? 0);
        json.WriteNumber("eval_count"u8, Usage?.CompletionTokens ?? 0);
    }
}
