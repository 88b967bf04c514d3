using System.Text;
using System.Text.Json;
using Parley.Providers;

namespace Parley.Tests;

/// <summary>How each kind of upstream spells the steps of a <see cref="FakeScript"/>.</summary>
internal static class FakeWire
{
    public static string StreamType(UpstreamKind kind) =>
        kind == UpstreamKind.Ollama ? "application/x-ndjson" : "text/event-stream";

    public static string ListPath(UpstreamKind kind) =>
        kind switch
        {
            UpstreamKind.Ollama => "/api/tags",
            UpstreamKind.Gemini => "/v1beta/models",
            _ => "/v1/models",
        };

    public static string BasePath(UpstreamKind kind) =>
        kind switch
        {
            UpstreamKind.Ollama => "",
            UpstreamKind.Gemini => "/v1beta",
            _ => "/v1",
        };

    public static string List(UpstreamKind kind, IEnumerable<string> models) =>
        kind switch
        {
            UpstreamKind.Ollama =>
                $$$$$"""{"models":[{{{{{Join(models, m => $$$$$"""{"name":{{{{{m.Quoted()}}}}},"model":{{{{{m.Quoted()}}}}},"modified_at":"2026-01-01T00:00:00Z","size":1,"digest":"d","details":{"family":"llama"}}""")}}}}}]}""",
            UpstreamKind.Gemini =>
                $$$$$"""{"models":[{{{{{Join(models, m => $$$$$"""{"name":{{{{{("models/" + m).Quoted()}}}}},"inputTokenLimit":8192,"outputTokenLimit":1024,"supportedGenerationMethods":["generateContent"]}""")}}}}}]}""",
            UpstreamKind.Anthropic =>
                $$$$$"""{"data":[{{{{{Join(models, m => $$$$$"""{"type":"model","id":{{{{{m.Quoted()}}}}},"display_name":"D"}""")}}}}}],"has_more":false}""",
            _ =>
                $$$$$"""{"object":"list","data":[{{{{{Join(models, m => $$$$$"""{"id":{{{{{m.Quoted()}}}}},"object":"model","created":1,"owned_by":"fake"}""")}}}}}]}""",
        };

    /// <summary>What goes over the wire for one step, cut where the wire cuts.</summary>
    public static IEnumerable<byte[]> Frames(UpstreamKind kind, FakeScript.Step step) =>
        step is FakeScript.Raw raw
            ? [raw.Bytes]
            : kind switch
            {
                UpstreamKind.Ollama => Ollama(step),
                UpstreamKind.Anthropic => Anthropic(step),
                UpstreamKind.Gemini => Gemini(step),
                _ => OpenAi(step),
            };

    /// <summary>The same as one document, for who asked not to stream.</summary>
    public static byte[] Whole(UpstreamKind kind, FakeScript script)
    {
        var text = new List<byte>();
        foreach (var piece in script.Steps.OfType<FakeScript.Piece>().Where(p => !p.Thinking))
        {
            text.AddRange(piece.Inside);
        }

        var usage = script.Steps.OfType<FakeScript.Usage>().LastOrDefault() ?? new FakeScript.Usage(3, 5);
        var calls = script.Steps.OfType<FakeScript.Call>().ToList();
        var inside = Encoding.UTF8.GetString([.. text]);
        var called = calls.Count == 0 ? "" : $",\"tool_calls\":[{Join(calls, c => CallOf(kind, c))}]";
        var said = $"{{\"role\":\"assistant\",\"content\":\"{inside}\"{called}}}";
        var finish = calls.Count == 0 ? "stop" : "tool_calls";
        var json =
            kind == UpstreamKind.Ollama
                ? $$$"""{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{{{said}}},"done":true,"done_reason":"stop","prompt_eval_count":{{{usage.Prompt}}},"eval_count":{{{usage.Completion}}}}"""
                : $$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{{{said}}},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":{{{usage.Prompt}}},"completion_tokens":{{{usage.Completion}}},"total_tokens":{{{usage.Prompt + usage.Completion}}}}}""";
        return Encoding.UTF8.GetBytes(json);
    }

    private static string Join<T>(IEnumerable<T> items, Func<T, string> text) => string.Join(',', items.Select(text));

    private static byte[] Around(string before, byte[] inside, string after) =>
        [.. Encoding.UTF8.GetBytes(before), .. inside, .. Encoding.UTF8.GetBytes(after)];

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string CallOf(UpstreamKind kind, FakeScript.Call call) =>
        kind == UpstreamKind.Ollama
            ? OllamaCall(call)
            : $$$"""{"id":{{{call.Id.Quoted()}}},"type":"function","function":{"name":{{{call.Name.Quoted()}}},"arguments":{{{call.Arguments.Quoted()}}}}}""";

    private static string OllamaCall(FakeScript.Call call) =>
        $$$$$"""{"function":{"name":{{{{{call.Name.Quoted()}}}}},"arguments":{{{{{call.Arguments}}}}}}}""";

    private static IEnumerable<byte[]> Ollama(FakeScript.Step step)
    {
        const string Head =
            "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\",\"message\":{\"role\":\"assistant\",";
        switch (step)
        {
            case FakeScript.Piece piece:
                var name = piece.Thinking ? "\"content\":\"\",\"thinking\":\"" : "\"content\":\"";
                yield return Around(Head + name, piece.Inside, "\"},\"done\":false}\n");
                break;
            case FakeScript.Call call:
                yield return Utf8($"{Head}\"content\":\"\",\"tool_calls\":[{OllamaCall(call)}]}},\"done\":false}}\n");
                break;
            case FakeScript.End { Whole: true } end:
                yield return Utf8(
                    $"{Head}\"content\":\"\"}},\"done\":true,\"done_reason\":\"{end.Finish}\",\"prompt_eval_count\":3,\"eval_count\":5}}\n"
                );
                break;
        }
    }

    private static IEnumerable<byte[]> OpenAi(FakeScript.Step step)
    {
        const string Head = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",";
        const string Delta = Head + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",";
        const string Tail = "},\"finish_reason\":null}]}\n\n";
        switch (step)
        {
            case FakeScript.Piece piece:
                yield return Around(
                    Delta + (piece.Thinking ? "\"reasoning_content\":\"" : "\"content\":\""),
                    piece.Inside,
                    "\"" + Tail
                );
                break;
            case FakeScript.Call call:
                yield return Utf8(
                    $$$$$"""{{{{{Delta}}}}}"tool_calls":[{"index":0,"id":{{{{{call.Id.Quoted()}}}}},"type":"function","function":{"name":{{{{{call.Name.Quoted()}}}}},"arguments":""}}]{{{{{Tail}}}}}"""
                );
                foreach (var part in call.Arguments.Chunk(Math.Max(1, call.Arguments.Length / call.Pieces)))
                {
                    yield return Utf8(
                        $$$$$"""{{{{{Delta}}}}}"tool_calls":[{"index":0,"function":{"arguments":{{{{{new string(part).Quoted()}}}}}}}]{{{{{Tail}}}}}"""
                    );
                }

                break;
            case FakeScript.Usage usage:
                yield return Utf8(
                    $$$$$"""{{{{{Head}}}}}"choices":[],"usage":{"prompt_tokens":{{{{{usage.Prompt}}}}},"completion_tokens":{{{{{usage.Completion}}}}},"total_tokens":{{{{{usage.Prompt + usage.Completion}}}}}}}{{{{{"\n\n"}}}}}"""
                );
                break;
            case FakeScript.End end:
                yield return Utf8(
                    $$$$$"""{{{{{Head}}}}}"choices":[{"index":0,"delta":{"role":"assistant"},"finish_reason":"{{{{{end.Finish}}}}}"}]}{{{{{"\n\n"}}}}}"""
                );
                if (end.Whole)
                {
                    yield return Utf8("data: [DONE]\n\n");
                }

                break;
        }
    }

    private static IEnumerable<byte[]> Anthropic(FakeScript.Step step)
    {
        switch (step)
        {
            case FakeScript.Piece piece:
                yield return Around(
                    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
                        + (
                            piece.Thinking
                                ? "\"type\":\"thinking_delta\",\"thinking\":\""
                                : "\"type\":\"text_delta\",\"text\":\""
                        ),
                    piece.Inside,
                    "\"}}\n\n"
                );
                break;
            case FakeScript.Call call:
                yield return Utf8(
                    $$$$$"""data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":{{{{{call.Id.Quoted()}}}}},"name":{{{{{call.Name.Quoted()}}}}},"input":{}}}{{{{{"\n\n"}}}}}"""
                );
                foreach (var part in call.Arguments.Chunk(Math.Max(1, call.Arguments.Length / call.Pieces)))
                {
                    yield return Utf8(
                        $$$$$"""data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":{{{{{new string(part).Quoted()}}}}}}}{{{{{"\n\n"}}}}}"""
                    );
                }

                yield return Utf8("data: {\"type\":\"content_block_stop\",\"index\":1}\n\n");
                break;
            case FakeScript.Usage usage:
                yield return Utf8(
                    $$$$$"""data: {"type":"message_start","message":{"id":"x","usage":{"input_tokens":{{{{{usage.Prompt}}}}},"output_tokens":1}}}{{{{{"\n\n"}}}}}"""
                );
                yield return Utf8(
                    $$$$$"""data: {"type":"message_delta","delta":{},"usage":{"output_tokens":{{{{{usage.Completion}}}}}}}{{{{{"\n\n"}}}}}"""
                );
                break;
            case FakeScript.End end:
                var reason = end.Finish switch
                {
                    "length" => "max_tokens",
                    "tool_calls" => "tool_use",
                    _ => "end_turn",
                };
                yield return Utf8(
                    $$$$$"""data: {"type":"message_delta","delta":{"stop_reason":"{{{{{reason}}}}}"},"usage":{"output_tokens":5}}{{{{{"\n\n"}}}}}"""
                );
                if (end.Whole)
                {
                    yield return Utf8("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
                }

                break;
        }
    }

    private static IEnumerable<byte[]> Gemini(FakeScript.Step step)
    {
        const string Head = "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[";
        switch (step)
        {
            case FakeScript.Piece piece:
                yield return Around(
                    Head + (piece.Thinking ? "{\"thought\":true,\"text\":\"" : "{\"text\":\""),
                    piece.Inside,
                    "\"}]},\"index\":0}]}\r\n\r\n"
                );
                break;
            case FakeScript.Call call:
                yield return Utf8(
                    $$$$$"""{{{{{Head}}}}}{"functionCall":{"name":{{{{{call.Name.Quoted()}}}}},"args":{{{{{call.Arguments}}}}}}}]},"index":0}]}{{{{{"\r\n\r\n"}}}}}"""
                );
                break;
            case FakeScript.Usage usage:
                yield return Utf8(
                    $$$$$"""data: {"usageMetadata":{"promptTokenCount":{{{{{usage.Prompt}}}}},"candidatesTokenCount":{{{{{usage.Completion}}}}}}}{{{{{"\r\n\r\n"}}}}}"""
                );
                break;
            case FakeScript.End end:
                var reason = end.Finish == "length" ? "MAX_TOKENS" : "STOP";
                yield return Utf8(
                    $$$$$"""{{{{{Head}}}}}]},"finishReason":"{{{{{reason}}}}}","index":0}]}{{{{{"\r\n\r\n"}}}}}"""
                );
                break;
        }
    }
}
