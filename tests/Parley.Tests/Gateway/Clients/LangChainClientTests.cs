using System.Text.Json.Nodes;

namespace Parley.Tests.Gateway.Clients;

/// <summary>LangChain's client for OpenAI: the npm package @langchain/openai.</summary>
public sealed class LangChainClientTests(LangChainClientTests.Host host)
    : ClientTests(host),
        IClassFixture<LangChainClientTests.Host>
{
    public sealed class Host() : ClientHost("langchain");

    [Theory, MemberData(nameof(All))]
    public override async Task Structured_output_is_asked_for_by_its_schema(string kind)
    {
        await StructuredAsync(kind, new JsonObject { ["method"] = "jsonSchema" });
        Of(kind).Answer(new FakeScript().CallOf("report", """{"city":"Köln","degrees":18}""").Finish("tool_calls"));
        var answer = await CallAsync("structured", kind, new JsonObject { ["method"] = "functionCalling" });
        Assert.Equal(("Köln", 18), (answer.Text("city"), answer.Number("degrees")));
    }

    [Theory, MemberData(nameof(WithVectors))]
    public override async Task Embeddings_keep_their_numbers_and_their_length(string kind)
    {
        AnswerVectors(kind, base64: true);
        Of(kind)
            .Answer(
                FakeScript.Refuse(
                    200,
                    kind == "Ollama"
                        ? """{"embeddings":[[1,2]]}"""
                        : """{"data":[{"index":0,"embedding":"AACAPwAAAEA="}]}"""
                )
            );
        var answer = await VectorsAsync(kind);
        Assert.Equal([1.0, 2.0], answer.Items("one").Select(n => n.GetDouble()));
    }
}
