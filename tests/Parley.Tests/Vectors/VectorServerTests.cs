using System.Net.Http;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Embeddings;
using Parley.Kernel;
using Parley.Sqlite;
using Parley.Vectors;

namespace Parley.Tests.Vectors;

/// <summary>The whole server: what its health says, what a killed one leaves, what a missing table costs.</summary>
public sealed class VectorServerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_written_over_HTTP_is_found_by_meaning()
    {
        await using var app = await ParleyApp.StartAsync();
        var (id, messages) = await app.MakeConversationAsync(
            "one",
            "My dog needs to see the vet tomorrow.",
            "Of course."
        );
        await app.Get<VectorWorker>().DrainAsync(Ct);
        Assert.True((await app.Get<IVectorIndex>().StateAsync(Ct)).IsWhole);
        var hit = (await FindAsync(app, "Take the puppy to the animal doctor."))[0];
        Assert.Equal(messages[0], Ids.Format(hit.Id, IdKind.Message));
        Assert.Equal(id, Ids.Format(hit.GroupId, IdKind.Conversation));
        var health = await app.GetJsonAsync("/health");
        Assert.Equal(
            ("ready", "ready"),
            (health.GetProperty("rooms").Text("vectors"), health.GetProperty("rooms").Text("embeddings"))
        );

        await DeleteAsync(app, $"/api/conversations/{id}/messages/{messages[0]}");
        Assert.DoesNotContain(await FindAsync(app, "puppy animal doctor"), h => h.Id == hit.Id);
        await DeleteAsync(app, $"/api/conversations/{id}?permanent=true");
        Assert.Empty(await FindAsync(app, "puppy animal doctor"));
    }

    [Fact]
    public async Task Without_its_table_the_server_says_so_and_goes_on()
    {
        var options = new EmbeddingOptions { StaticFile = Path.Combine(Path.GetTempPath(), Guid.NewGuid() + ".bin") };
        await using var app = await ParleyApp.StartAsync(services => services.AddSingleton(options));
        await app.MakeConversationAsync("one", "tea?", "tea.");
        var health = await app.GetJsonAsync("/health");
        Assert.Equal("absent", health.GetProperty("rooms").Text("embeddings"));
        Assert.Contains(
            health.Items("warnings"),
            w => w.GetString()!.Contains(options.StaticFile, StringComparison.Ordinal)
        );
        await Assert.ThrowsAsync<EmbeddingException>(() => app.Get<VectorWorker>().DrainAsync(Ct));
        await app.GetJsonAsync("/api/search?q=tea");
    }

    [Fact]
    public async Task Switched_off_nothing_is_embedded_and_what_was_written_is_made_up_for()
    {
        var options = new VectorOptions { Enabled = false };
        await using var app = await ParleyApp.StartAsync(services => services.AddSingleton(options));
        await app.MakeConversationAsync("one", "green tea");
        await app.Get<VectorWorker>().DrainAsync(Ct);
        Assert.Equal("off", (await app.GetJsonAsync("/health")).GetProperty("rooms").Text("vectors"));
        Assert.Empty(await FindAsync(app, "green tea"));
        options.Enabled = true;
        await app.Get<VectorWorker>().DrainAsync(Ct);
        Assert.Single(await FindAsync(app, "green tea"));
    }

    [Fact]
    public async Task A_killed_server_leaves_no_message_without_a_vector()
    {
        using var data = new TempFolder();
        await using (var served = await ServedProcess.StartAsync(data.Path))
        {
            for (var i = 0; i < 10; i++)
            {
                var made = await PostAsync(served, "/api/conversations", $$"""{"title":"c{{i}}"}""");
                await PostAsync(
                    served,
                    $"/api/conversations/{made.Text("id")}/messages",
                    $$"""{"role":"user","content":"question {{i}}"}"""
                );
            }

            // Disposed it is killed, wherever it is.
        }

        await using var again = await ServedProcess.StartAsync(data.Path);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        long left;
        do
        {
            using var store = SqliteConnection.Open(Path.Combine(data.Path, "parley.db"), SqliteOpenFlags.ReadOnly);
            using var row = store.Prepare(
                "SELECT (SELECT count(*) FROM messages) - (SELECT count(*) FROM vector_items) + (SELECT count(*) FROM vector_pending)"
            );
            row.Step();
            left = row.Int64(0);
        } while (left > 0 && await tick.WaitForNextTickAsync(limit.Token));
        Assert.Equal(0, left);
    }

    private static async Task DeleteAsync(ParleyApp app, string path)
    {
        using var answer = await app.Client.DeleteAsync(path, Ct);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<JsonElement> PostAsync(ServedProcess served, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await served.Http.PostAsync(new Uri(path, UriKind.Relative), content, Ct);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(Ct)).RootElement;
    }

    private static async Task<IReadOnlyList<VectorHit>> FindAsync(ParleyApp app, string text)
    {
        var embedder = app.Get<Embedders>().Current;
        var vector = await Parley.Tests.Embeddings.StaticEmbedderTests.EmbedAsync(embedder, text);
        var query = VectorStore.Query(DataFolder.LocalOwner, vector, model: embedder.Model);
        return (await app.Get<IVectorIndex>().NearestAsync(query, Ct)).Hits;
    }
}
