using System.Text.Json.Nodes;

namespace Parley.Tests.Gateway.Clients;

/// <summary>Vercel's AI SDK: the npm packages ai, @ai-sdk/openai and @ai-sdk/openai-compatible.</summary>
public sealed class VercelClientTests(VercelClientTests.Host host)
    : ClientTests(host),
        IClassFixture<VercelClientTests.Host>
{
    public sealed class Host() : ClientHost("vercel");

    private static JsonObject Compatible => new() { ["compatible"] = true };

    [Theory, MemberData(nameof(WithVectors))]
    public override async Task Embeddings_keep_their_numbers_and_their_length(string kind)
    {
        AnswerVectors(kind, base64: false);
        await VectorsAsync(kind);
        AnswerVectors(kind, base64: false);
        await VectorsAsync(kind, Compatible);
    }

    [Theory, MemberData(nameof(All))]
    public async Task The_provider_for_compatible_servers_does_the_same(string kind)
    {
        Of(kind).Answer("a", "b");
        Assert.Equal("ab", (await CallAsync("chat", kind, Compatible)).Text("text"));
        Of(kind).Answer(new FakeScript().Text("a", "b").Used(3, 5).Finish());
        Assert.Equal("ab", (await CallAsync("stream", kind, Compatible)).Text("text"));
        await StructuredAsync(kind, Compatible);
    }

    [Fact]
    public async Task The_provider_for_compatible_servers_gets_thinking_apart()
    {
        Of("Ollama").Answer(new FakeScript().Thinking("hm").Text("yes").Finish());
        var answer = await CallAsync("stream", "Ollama", Compatible);
        Assert.Equal(("hm", "yes"), (answer.Text("thinking"), answer.Text("text")));
    }
}
