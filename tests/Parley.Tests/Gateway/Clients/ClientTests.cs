using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Providers;

namespace Parley.Tests.Gateway.Clients;

/// <summary>
/// Libraries that programs use for models, unmodified, with nothing but Parley's address and a key: each of their usual
/// calls, on upstreams of every kind.
/// </summary>
public abstract class ClientTests(ClientHost host)
{
    public static TheoryData<string> All => ["OpenAi", "Ollama", "Anthropic", "Gemini"];

    public static TheoryData<string> WithVectors => ["OpenAi", "Ollama"];

    public static TheoryData<string, bool> Tooled =>
        new()
        {
            { "OpenAi", false },
            { "OpenAi", true },
            { "Ollama", false },
            { "Ollama", true },
            { "Anthropic", true },
            { "Gemini", true },
        };

    private protected FakeUpstream Of(string kind) => host.Of(kind);

    private protected Task<JsonElement> CallAsync(string call, string kind, JsonObject? with = null) =>
        host.Client.CallAsync(call, host.Ask(kind, with));

    private Task<JsonElement> FailAsync(string call, string kind, JsonObject? with = null) =>
        host.Client.FailAsync(call, host.Ask(kind, with));

    [Theory, MemberData(nameof(All))]
    public async Task Chat_gives_the_text(string kind)
    {
        Of(kind).Answer(new FakeScript().Text("18 ", "degrees, \"käse\" 😀").Used(3, 5).Finish());
        var answer = await CallAsync("chat", kind);
        Assert.Equal(("18 degrees, \"käse\" 😀", "stop"), (answer.Text("text"), answer.Text("finish")));
        Assert.Contains("5", answer.GetProperty("usage").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("Köln", Of(kind).Requests[^1].Text.Unescaped(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    public async Task A_stream_gives_the_same_text_piece_by_piece(string kind)
    {
        Of(kind).Answer(new FakeScript().Text("18 ", "degrees, ", "\"käse\"", " 😀").Used(3, 5).Finish());
        var answer = await CallAsync("stream", kind);
        Assert.Equal(("18 degrees, \"käse\" 😀", "stop"), (answer.Text("text"), answer.Text("finish")));
        Assert.Contains("5", answer.GetProperty("usage").GetRawText(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Tooled))]
    public async Task A_tool_is_called_and_its_result_comes_back_to_the_model(string kind, bool stream)
    {
        var upstream = Of(kind);
        upstream.Answer(new FakeScript().CallOf("weather", """{"city":"Köln"}""").Used(3, 4).Finish("tool_calls"));
        upstream.Answer(new FakeScript().Text("It is ", "mild.").Used(5, 6).Finish());
        var answer = await CallAsync("tools", kind, new JsonObject { ["stream"] = stream });
        Assert.Equal("It is mild.", answer.Text("text"));
        Assert.Equal(["18 degrees in Köln"], answer.Items("results").Select(r => r.GetString()!));
        var asked = upstream.Requests[^1].Text.Unescaped();
        Assert.Contains("18 degrees in Köln", asked, StringComparison.Ordinal);
        AssertTied(Enum.Parse<UpstreamKind>(kind), upstream.Requests[^1].Json);
    }

    [Theory, MemberData(nameof(All))]
    public virtual async Task Structured_output_is_asked_for_by_its_schema(string kind)
    {
        await StructuredAsync(kind);
        var asked = Of(kind).Requests[^1].Json;
        if (kind == "Ollama")
        {
            Assert.Equal(
                "number",
                asked.GetProperty("format").GetProperty("properties").GetProperty("degrees").Text("type")
            );
        }
        else if (kind == "OpenAi")
        {
            Assert.Equal("json_schema", asked.GetProperty("response_format").Text("type"));
        }
    }

    private protected async Task StructuredAsync(string kind, JsonObject? with = null)
    {
        Of(kind).Answer("""{"city":"Köln",""", "\"degrees\":18}");
        var answer = await CallAsync("structured", kind, with);
        Assert.Equal(("Köln", 18), (answer.Text("city"), answer.Number("degrees")));
    }

    [Theory, MemberData(nameof(WithVectors))]
    public virtual async Task Embeddings_keep_their_numbers_and_their_length(string kind)
    {
        AnswerVectors(kind, base64: true);
        await VectorsAsync(kind);
    }

    private protected async Task<JsonElement> VectorsAsync(string kind, JsonObject? with = null)
    {
        var answer = await CallAsync("embeddings", kind, with);
        var vectors = answer.Items("vectors").Select(v => v.EnumerateArray().Select(n => n.GetDouble()).ToList());
        Assert.Equal(
            [
                [0.5, -0.25, 2, 4],
                [1, 0, -1, 8],
            ],
            vectors
        );
        return answer;
    }

    /// <param name="base64">As OpenAI answers its own clients.</param>
    private protected void AnswerVectors(string kind, bool base64)
    {
        const string Numbers = "[0.5,-0.25,2,4]";
        const string Others = "[1,0,-1,8]";
        static string Packed(params float[] vector) =>
            $"\"{Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()))}\"";
        var (one, two) = base64 ? (Packed(0.5f, -0.25f, 2, 4), Packed(1, 0, -1, 8)) : (Numbers, Others);
        Of(kind)
            .Answer(
                FakeScript.Refuse(
                    200,
                    kind == "Ollama"
                        ? $$"""{"model":"m","embeddings":[{{Numbers}},{{Others}}],"prompt_eval_count":2}"""
                        : $$$"""{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":{{{one}}}},{"object":"embedding","index":1,"embedding":{{{two}}}}],"usage":{"prompt_tokens":2,"total_tokens":2}}"""
                )
            );
    }

    [Theory, MemberData(nameof(All))]
    public async Task Giving_up_reaches_the_upstream(string kind)
    {
        var upstream = Of(kind);
        upstream.Answer("one", "two", "three");
        upstream.Hold();
        upstream.Release(1);
        await host.Client.SendAsync("abort", host.Ask(kind));
        Assert.True((await host.Client.ReadAsync()).TryGetProperty("began", out _));
        await upstream.ClientLeftAsync();
        _ = await host.Client.ReadAsync(); // some libraries call it an error, some an end
        upstream.Release();
    }

    [Fact]
    public async Task A_wrong_key_and_an_unknown_model_are_told_in_words()
    {
        var wrong = await FailAsync("chat", "OpenAi", new JsonObject { ["key"] = "pk_wrong" });
        Assert.Contains("send an access token or a key", wrong.Text("message"), StringComparison.Ordinal);
        Assert.Equal(401, wrong.Number("status"));
        var unknown = await FailAsync("chat", "OpenAi", new JsonObject { ["model"] = "nobody" });
        Assert.Contains("there is no model nobody", unknown.Text("message"), StringComparison.Ordinal);
        Assert.Equal(404, unknown.Number("status"));
    }

    [Theory, MemberData(nameof(All))]
    public async Task An_answer_that_breaks_off_is_an_error_and_not_a_short_answer(string kind)
    {
        Of(kind).Answer(new FakeScript().Text("one").Break());
        var failed = await FailAsync("stream", kind);
        Assert.NotEmpty(failed.Text("message"));
    }

    /// <summary>The result names the call it answers, as the upstream's wire has it.</summary>
    private static void AssertTied(UpstreamKind kind, JsonElement asked)
    {
        switch (kind)
        {
            case UpstreamKind.OpenAi:
                var messages = asked.Items("messages");
                var called = messages[^2].Items("tool_calls")[0].Text("id");
                Assert.Equal(called, messages[^1].Text("tool_call_id"));
                break;
            case UpstreamKind.Ollama:
                Assert.Equal("weather", asked.Items("messages")[^1].Text("tool_name"));
                break;
            case UpstreamKind.Anthropic:
                var said = asked.Items("messages");
                var use = said[^2].Items("content").Single(c => c.Text("type") == "tool_use").Text("id");
                Assert.Equal(use, said[^1].Items("content")[0].Text("tool_use_id"));
                break;
            default:
                var response = asked.Items("contents")[^1].Items("parts")[0].GetProperty("functionResponse");
                Assert.Equal("weather", response.Text("name"));
                break;
        }
    }
}

internal static class JsonWords
{
    /// <summary>JSON text with its escapes of letters undone.</summary>
    public static string Unescaped(this string json) =>
        System.Text.RegularExpressions.Regex.Replace(
            json,
            "\\\\u([0-9a-fA-F]{4})",
            match => ((char)Convert.ToInt32(match.Groups[1].Value, 16)).ToString()
        );
}
