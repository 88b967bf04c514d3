using System.Text.Json;
using Parley.Search;
using Parley.Tests.Chat;
using Parley.Vectors;

namespace Parley.Tests.Retrieval;

/// <summary>Passages of documents, beside those of conversations.</summary>
public sealed class DocumentRetrieveTests : IAsyncLifetime
{
    private const string Manual =
        "# Boiler\n\n## Pressure\n\nThe pressure should be 1.4 bar when the boiler is cold.\n\n## Safety\n\nNever open the casing.\n";

    private ChatHost host = null!;

    private ParleyApp App => host.App;

    public async ValueTask InitializeAsync() => host = await ChatHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task<string> AddAsync(string name, string text, string space = "default")
    {
        var at = (await App.GetJsonAsync("/api/spaces")).Items().Single(s => s.Text("name") == space).Text("id");
        var made = await App.PostJsonAsync(
            $"/api/spaces/{at}/documents",
            $$"""{"name":{{name.Quoted()}},"text":{{text.Quoted()}}}"""
        );
        var id = made.Items()[0].Text("id");
        await App.ReadyAsync("/api/documents/" + id);
        return id;
    }

    private async Task<List<JsonElement>> FindAsync(string more = "", string query = "boiler pressure when cold") =>
        (await App.PostJsonAsync("/api/retrieve", $$"""{"query":{{query.Quoted()}}{{more}}}""", 200)).Items("passages");

    [Fact]
    public async Task A_piece_is_found_with_its_document_and_headings()
    {
        var id = await AddAsync("manual.md", Manual);
        await App.MakeConversationAsync("Tea", "How long does black tea brew?");
        var passage = (await FindAsync())[0];
        Assert.Equal(
            ("chunk", id, "manual.md"),
            (passage.Text("kind"), passage.Text("document_id"), passage.Text("title"))
        );
        Assert.Contains("1.4 bar", passage.Text("text"), StringComparison.Ordinal);
        Assert.Contains("Boiler", passage.Text("heading"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, passage.GetProperty("message_id").ValueKind);
    }

    [Fact]
    public async Task Documents_and_spaces_that_are_named_are_the_only_ones()
    {
        await App.PostJsonAsync("/api/spaces", """{"name":"work"}""");
        var home = await AddAsync("home.md", Manual);
        var work = await AddAsync("work.md", Manual.Replace("1.4", "1.9", StringComparison.Ordinal), "work");
        Assert.Equal([work], (await FindAsync(",\"spaces\":[\"work\"]")).Select(p => p.Text("document_id")).Distinct());
        Assert.Equal(
            [home],
            (await FindAsync($",\"documents\":[\"{home}\"]")).Select(p => p.Text("document_id")).Distinct()
        );
        Assert.Empty(await FindAsync($",\"spaces\":[\"work\"],\"documents\":[\"{home}\"]"));
    }

    [Fact]
    public async Task What_is_deleted_or_written_anew_is_found_no_more_as_it_was()
    {
        var id = await AddAsync("manual.md", Manual);
        await AddAsync("manual.md", Manual.Replace("1.4 bar", "1.7 bar", StringComparison.Ordinal));
        var passage = (await FindAsync())[0];
        Assert.Contains("1.7 bar", passage.Text("text"), StringComparison.Ordinal);
        Assert.DoesNotContain(await FindAsync(), p => p.Text("text").Contains("1.4 bar", StringComparison.Ordinal));
        using (await App.SendAsync("DELETE", $"/api/documents/{id}")) { }
        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task Meaning_finds_pieces_too()
    {
        await AddAsync("car.md", "# Car\n\nThe automobile gets winter tyres in November.\n");
        await AddAsync("bread.md", "# Bread\n\nThe dough rises for an hour.\n");
        await App.Get<VectorWorker>().DrainAsync(TestContext.Current.CancellationToken);
        var passage = (await FindAsync(",\"mode\":\"semantic\",\"limit\":1", "vehicle wheels road"))[0];
        Assert.Equal("car.md", passage.Text("title"));
    }

    [Fact]
    public async Task The_index_is_built_anew_with_pieces_and_is_sound()
    {
        await AddAsync("manual.md", Manual);
        var index = App.Get<ISearchIndex>();
        Assert.True((await index.CheckAsync(10, TestContext.Current.CancellationToken)).Sound);
        await index.RebuildAsync(null, TestContext.Current.CancellationToken);
        var check = await index.CheckAsync(10, TestContext.Current.CancellationToken);
        Assert.True(check.Sound, string.Join('\n', check.Faults));
        Assert.NotEmpty(await FindAsync(",\"mode\":\"text\""));
    }

    [Fact]
    public async Task An_answer_cites_a_document()
    {
        var id = await AddAsync("manual.md", Manual);
        host.Upstream.Answer("It should be 1.4 bar [1].");
        var body = ChatHost.Body("what should the boiler pressure be when cold")[..^1] + ",\"use_rag\":true}";
        var answer = await App.PostJsonAsync("/api/chat", body, 200);
        Assert.Equal("It should be 1.4 bar [1].", answer.Text("response"));
        Assert.Equal(id, answer.Items("sources")[0].Text("document_id"));
        Assert.Contains("“manual.md”", ChatHost.Told(host.Upstream.Requests[^1])[0], StringComparison.Ordinal);
    }
}
