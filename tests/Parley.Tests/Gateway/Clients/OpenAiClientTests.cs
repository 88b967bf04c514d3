namespace Parley.Tests.Gateway.Clients;

/// <summary>The npm package openai.</summary>
public sealed class OpenAiClientTests(OpenAiClientTests.Host host)
    : ClientTests(host),
        IClassFixture<OpenAiClientTests.Host>
{
    public sealed class Host() : ClientHost("openai");

    [Theory, MemberData(nameof(All))]
    public async Task The_helper_that_gathers_a_stream_takes_it_also_where_it_is_empty(string kind)
    {
        Of(kind).Answer("a", "b");
        Assert.Equal("ab", (await CallAsync("gathered", kind)).Text("text"));
        if (kind == "Ollama")
        {
            Of(kind).Answer(new FakeScript().Finish("length"));
            Assert.Equal("length", (await CallAsync("gathered", kind)).Text("finish"));
        }
    }

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        var models = await CallAsync("models", "Ollama");
        Assert.Equal(4, models.Items("ids").Count);
        Assert.Equal("model-of-ollama", models.Text("one"));
    }

    [Fact]
    public async Task Thinking_comes_apart_from_the_text()
    {
        Of("Ollama").Answer(new FakeScript().Thinking("hm").Text("yes").Finish());
        var answer = await CallAsync("stream", "Ollama");
        Assert.Equal(("hm", "yes"), (answer.Text("thinking"), answer.Text("text")));
    }

    [Fact]
    public async Task Responses_pass_as_they_are()
    {
        Of("OpenAi")
            .Answer(
                new FakeScript().Send(
                    """
                    event: response.output_text.delta
                    data: {"type":"response.output_text.delta","item_id":"i","output_index":0,"content_index":0,"delta":"Hello"}

                    event: response.completed
                    data: {"type":"response.completed","response":{"id":"r","output":[],"usage":{"input_tokens":1,"output_tokens":1}}}


                    """
                )
            );
        Assert.Equal("Hello", (await CallAsync("responses", "OpenAi")).Text("text"));
    }
}
