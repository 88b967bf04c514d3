using System.Text.Json.Nodes;

namespace Parley.Tests.Gateway.Clients;

/// <summary>The npm package ollama.</summary>
public sealed class OllamaClientTests(OllamaClientTests.Host host)
    : ClientTests(host),
        IClassFixture<OllamaClientTests.Host>
{
    public sealed class Host() : ClientHost("ollama");

    [Theory, MemberData(nameof(All))]
    public async Task A_prompt_is_answered(string kind)
    {
        if (kind == "Ollama")
        {
            Of(kind)
                .Answer(
                    new FakeScript().Send(
                        "{\"model\":\"m\",\"response\":\"ab\",\"done\":false}\n{\"model\":\"m\",\"response\":\"\",\"done\":true,\"done_reason\":\"stop\"}\n"
                    )
                );
        }
        else
        {
            Of(kind).Answer("a", "b");
        }

        Assert.Equal("ab", (await CallAsync("generate", kind)).Text("text"));
        Assert.Contains("be short", Of(kind).Requests[^1].Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(WithVectors))]
    public override async Task Embeddings_keep_their_numbers_and_their_length(string kind)
    {
        AnswerVectors(kind, base64: false);
        Assert.Equal(2, (await VectorsAsync(kind)).Number("usage"));
    }

    [Fact]
    public async Task The_older_call_of_embeddings_gives_one_vector()
    {
        AnswerVectors("OpenAi", base64: false);
        Of("OpenAi").Answer(FakeScript.Refuse(200, """{"data":[{"embedding":[7]}],"usage":{"prompt_tokens":1}}"""));
        var answer = await VectorsAsync("OpenAi", new JsonObject { ["older"] = true });
        Assert.Equal([7.0], answer.Items("one").Select(n => n.GetDouble()));
    }

    [Fact]
    public async Task Models_are_listed_and_shown()
    {
        var models = await CallAsync("models", "OpenAi");
        Assert.Equal(4, models.Items("ids").Count);
        Assert.Equal("completion", models.Items("can")[0].GetString());
    }

    [Fact]
    public async Task Calls_of_one_tool_in_two_rounds_are_told_apart_where_ids_are_needed()
    {
        var upstream = Of("OpenAi");
        upstream.Answer(new FakeScript().CallOf("weather", """{"city":"Köln"}""").Finish("tool_calls"));
        upstream.Answer(new FakeScript().CallOf("weather", """{"city":"Bonn"}""").Finish("tool_calls"));
        upstream.Answer("Both mild.");
        await CallAsync("tools", "OpenAi", new JsonObject { ["stream"] = true });
        var messages = upstream.Requests[^1].Json.Items("messages");
        var called = messages.Where(m => m.TryGetProperty("tool_calls", out _)).Select(m => m.Items("tool_calls")[0]);
        var answered = messages.Where(m => m.Text("role") == "tool").Select(m => m.Text("tool_call_id")).ToList();
        Assert.Equal(called.Select(c => c.Text("id")), answered);
        Assert.Equal(2, answered.Distinct().Count());
    }
}
