using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Embeddings;
using Parley.Embeddings.Upstream;
using Parley.Kernel;
using Parley.Providers;
using Parley.Vectors;

namespace Parley.Tests.Embeddings;

/// <summary>Vectors by models of model servers, over the wire and through the whole server.</summary>
public sealed class UpstreamEmbedderTests
{
    private const string Name = "nomic-embed-text";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Task<ParleyApp> StartAsync(EmbeddingOptions options, VectorOptions? vectors = null) =>
        ParleyApp.StartAsync(services =>
        {
            services.AddSingleton(options);
            if (vectors is not null)
            {
                services.AddSingleton(vectors);
            }
        });

    /// <summary>The server's own worker stays out of the way: the tests drain when they say so.</summary>
    private static VectorOptions Patient => new() { Quiet = TimeSpan.FromHours(1) };

    [Theory]
    [InlineData(nameof(UpstreamKind.Ollama), false)]
    [InlineData(nameof(UpstreamKind.OpenAi), false)]
    [InlineData(nameof(UpstreamKind.OpenAi), true)]
    public async Task Texts_become_vectors_some_a_request_in_their_order(string kind, bool base64)
    {
        await using var server = await EmbeddingServer.StartAsync(Enum.Parse<UpstreamKind>(kind));
        server.AnswersBase64 = base64;
        await using var app = await StartAsync(new EmbeddingOptions { Model = Name }, Patient);
        await server.AddToAsync(app);
        var embedder = app.Get<Embedders>().Current;
        await embedder.OpenAsync(Ct);
        Assert.Equal((Name, 32, false), (embedder.Model, embedder.Dimensions, embedder.IsLocal));

        var texts = Enumerable.Range(0, 150).Select(i => i == 70 ? "  \n" : $"text {i} tea").ToList();
        var into = new float[texts.Count * 32];
        var has = await embedder.EmbedAsync(
            [.. texts.Select(t => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(t)))],
            EmbedRole.Passage,
            into,
            Ct
        );
        Assert.Equal(texts.Select(t => t.Trim().Length > 0), has);
        Assert.All(into[(70 * 32)..(71 * 32)], value => Assert.Equal(0, value));
        for (var i = 0; i < texts.Count; i++)
        {
            var length = Math.Sqrt(into[(i * 32)..((i + 1) * 32)].Sum(v => (double)v * v));
            Assert.Equal(i == 70 ? 0 : 1, length, 1e-5);
        }

        // The first request asks how long vectors are. What is sent has the words that the model wants before it.
        var asked = server.Asked.Skip(1).ToList();
        Assert.Equal([64, 64, 21], asked.Select(a => a.Count));
        Assert.Equal("search_document: text 0 tea", asked[0][0]);
        Assert.Equal("search_document: text 149 tea", asked[2][^1]);

        // A question that was asked lately is not asked again.
        var once = new float[32];
        var again = new float[32];
        await embedder.EmbedAsync(["sencha"u8.ToArray()], EmbedRole.Query, once, Ct);
        await embedder.EmbedAsync(["sencha"u8.ToArray()], EmbedRole.Query, again, Ct);
        Assert.Equal(once, again);
        Assert.Equal(["search_query: sencha"], server.Asked[^1]);
        Assert.Equal(5, server.Asked.Count);
    }

    [Fact]
    public async Task Conversations_are_found_by_the_meaning_that_the_model_gives_them()
    {
        await using var server = await EmbeddingServer.StartAsync(UpstreamKind.Ollama);
        await using var app = await StartAsync(new EmbeddingOptions { Model = Name });
        await server.AddToAsync(app);
        var (_, messages) = await app.MakeConversationAsync("one", "My dog sees the vet tomorrow.", "Green tea at 80.");
        await DrainAsync(app);
        Assert.Equal("ready", (await app.GetJsonAsync("/health")).GetProperty("rooms").Text("embeddings"));

        var found = await app.PostJsonAsync(
            "/api/retrieve",
            """{"query":"puppy animal doctor","include_history":true}""",
            200
        );
        Assert.Equal(messages[0], found.Items("passages")[0].Text("message_id"));
        var lane = found.Items("lanes").Single(l => l.Text("name") == "semantic");
        Assert.Equal("used", lane.Text("state"));
    }

    [Fact]
    public async Task The_old_vectors_answer_until_the_new_model_has_made_all()
    {
        await using var server = await EmbeddingServer.StartAsync(UpstreamKind.OpenAi);
        var options = new EmbeddingOptions();
        await using var app = await StartAsync(options, Patient);
        await server.AddToAsync(app);
        await app.MakeConversationAsync("one", "My dog sees the vet tomorrow.");
        await DrainAsync(app);
        var index = app.Get<IVectorIndex>();
        Assert.Equal("parley-static-v1", (await index.StateAsync(Ct)).Model);

        options.Model = Name;
        server.Instead.Enqueue(Status(500));
        await Assert.ThrowsAsync<EmbeddingException>(() => DrainAsync(app));
        Assert.Equal("parley-static-v1", (await index.StateAsync(Ct)).Model);
        Assert.Single((await RetrieveAsync(app)).Items("passages"));

        await DrainAsync(app);
        Assert.Equal(Name, (await index.StateAsync(Ct)).Model);
        Assert.Single((await RetrieveAsync(app)).Items("passages"));
    }

    [Theory]
    [InlineData("""{"embeddings":[[1,2,3]]}""", "vectors of 3 numbers where it gave 32")]
    [InlineData("""{"embeddings":[]}""", "answered no vector for each of 1 texts")]
    [InlineData("""{"embeddings":[[1,2],[3,4]]}""", "answered no vector for each of 1 texts")]
    [InlineData("""{"embeddings":[["NaN"]]}""", "answered no vector for each of 1 texts")]
    [InlineData("""{"embeddings":[[1e999]]}""", "answered no vector for each of 1 texts")]
    [InlineData("""{"data":"none"}""", "answered no vector for each of 1 texts")]
    [InlineData(
        """{"data":[{"index":"first","embedding":[1]},{"embedding":[1]}]}""",
        "answered no vector for each of 1 texts"
    )]
    [InlineData("<html>", "answered something that is not JSON")]
    public async Task Wrong_vectors_are_refused_and_the_lane_says_so(string body, string why)
    {
        await using var server = await EmbeddingServer.StartAsync(UpstreamKind.Ollama);
        await using var app = await StartAsync(new EmbeddingOptions { Model = Name }, Patient);
        await server.AddToAsync(app);
        await app.MakeConversationAsync("one", "My dog sees the vet tomorrow.");
        await DrainAsync(app);

        server.Instead.Enqueue(http => http.Response.WriteAsync(body));
        var answer = await RetrieveAsync(app);
        var lane = answer.Items("lanes").Single(l => l.Text("name") == "semantic");
        Assert.Equal("failed", lane.Text("state"));
        Assert.Contains(why, lane.Text("note"), StringComparison.Ordinal);
        Assert.NotEmpty(answer.Items("passages")); // the words are still looked for
        var health = await app.GetJsonAsync("/health");
        Assert.Equal("waiting", health.GetProperty("rooms").Text("embeddings"));
        Assert.Contains(health.Items("warnings"), w => w.GetString()!.Contains(why, StringComparison.Ordinal));

        lane = (await RetrieveAsync(app)).Items("lanes").Single(l => l.Text("name") == "semantic");
        Assert.Equal("used", lane.Text("state"));
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again()
    {
        await using var server = await EmbeddingServer.StartAsync(UpstreamKind.OpenAi);
        await using var app = await StartAsync(new EmbeddingOptions { Model = Name }, Patient);
        await server.AddToAsync(app);
        server.Instead.Enqueue(http =>
        {
            http.Response.Headers.RetryAfter = "0";
            return Status(429)(http);
        });
        await app.Get<Embedders>().Current.OpenAsync(Ct);
        Assert.Equal(2, server.Asked.Count);
    }

    [Fact]
    public async Task A_model_that_nobody_offers_is_named()
    {
        await using var server = await EmbeddingServer.StartAsync(UpstreamKind.Ollama);
        await using var app = await StartAsync(new EmbeddingOptions { Model = "absent" }, Patient);
        await server.AddToAsync(app);
        var failure = await Assert.ThrowsAsync<EmbeddingException>(() =>
            app.Get<Embedders>().Current.OpenAsync(Ct).AsTask()
        );
        Assert.Contains("absent (embeddings.model)", failure.Message, StringComparison.Ordinal);
        Assert.Empty(server.Asked);
    }

    [Theory]
    [InlineData("nomic-embed-text:v1.5", "search_query: ", "search_document: ")]
    [InlineData("intfloat/multilingual-e5-large", "query: ", "passage: ")]
    [InlineData("text-embedding-3-small", "", "")]
    public void Known_models_are_told_what_a_text_is(string model, string query, string passage)
    {
        Assert.Equal(query, RolePrefix.Of(model, EmbedRole.Query));
        Assert.Equal(passage, RolePrefix.Of(model, EmbedRole.Passage));
    }

    /// <summary>Without the pause that news of writing would bring.</summary>
    private static Task DrainAsync(ParleyApp app)
    {
        app.Get<VectorSignal>().TryTake();
        return app.Get<VectorWorker>().DrainAsync(Ct);
    }

    private static Task<System.Text.Json.JsonElement> RetrieveAsync(ParleyApp app) =>
        app.PostJsonAsync("/api/retrieve", """{"query":"dog vet","include_history":true}""", 200);

    private static Func<HttpContext, Task> Status(int status) =>
        http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync("""{"error":"no"}""");
        };
}
