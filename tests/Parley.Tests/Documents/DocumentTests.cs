using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Documents;
using Parley.Files;
using Parley.Kernel;
using Parley.Kernel.Outbound;
using Parley.Search;

namespace Parley.Tests.Documents;

/// <summary>Documents from being handed over to being gone: versions, spaces, owners, deaths of the server.</summary>
public sealed class DocumentTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private string space = null!;
    private string documents = null!;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync(services =>
            services.AddSingleton(new PublicHttp(TimeProvider.System, _ => true, _ => true))
        );
        space = (await app.GetJsonAsync("/api/spaces")).Items()[0].Text("id");
        documents = $"/api/spaces/{space}/documents";
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static string Long(int sections) =>
        string.Concat(
            Enumerable
                .Range(1, sections)
                .Select(i =>
                    $"## Part {i}\n\n{string.Concat(Enumerable.Range(0, 20).Select(j => $"Words of part {i}, line {j}, on tea. "))}\n\n"
                )
        );

    private async Task<JsonElement> AddAsync(string name, string text)
    {
        var made = await app.PostFilesAsync(documents, [Forms.Text(name, text)]);
        return await app.ReadyAsync($"/api/documents/{made.Items()[0].Text("id")}");
    }

    private async Task<List<(string Id, string Text)>> ChunksAsync(JsonElement document) =>
        (await app.GetJsonAsync($"/api/documents/{document.Text("id")}/chunks?limit=200"))
            .Items()
            .ConvertAll(c => (c.Text("id"), c.Text("text")));

    [Fact]
    public async Task The_same_name_with_other_bytes_is_the_next_version_and_what_did_not_change_keeps_its_id()
    {
        var first = await AddAsync("plan.md", Long(12));
        var before = await ChunksAsync(first);
        var second = await AddAsync(
            "plan.md",
            Long(12).Replace("part 5, line 7,", "part five, seventh line,", StringComparison.Ordinal)
        );
        Assert.Equal(first.Text("id"), second.Text("id"));
        Assert.Equal(2, second.Number("version"));
        Assert.Equal([2L, 1L], second.Items("versions").Select(v => v.Number("number")));
        var after = await ChunksAsync(second);
        Assert.Equal(before.Count, after.Count);
        Assert.Equal(1, after.Count(c => !before.Contains(c)));
        Assert.DoesNotContain("part 5, line 7,", string.Concat(after.Select(c => c.Text)), StringComparison.Ordinal);
        foreach (var (id, text) in after)
        {
            var chunk = (await app.GetJsonAsync($"/api/documents/{second.Text("id")}/chunks?limit=200"))
                .Items()
                .Single(c => c.Text("id") == id);
            var (start, length) = (chunk.Number("start"), chunk.Number("length"));
            using var part = await app.SendAsync(
                "GET",
                $"/api/documents/{second.Text("id")}/text",
                null,
                ("Range", $"bytes={start}-{start + length - 1}")
            );
            Assert.Equal(text, await part.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task The_same_bytes_again_change_nothing_and_old_versions_go_with_their_files()
    {
        var first = await AddAsync("a.md", "version 0");
        Assert.Equal(1, (await AddAsync("a.md", "version 0")).Number("version"));
        for (var i = 1; i <= 12; i++)
        {
            await AddAsync("a.md", $"version {i}");
        }

        var view = await app.GetJsonAsync($"/api/documents/{first.Text("id")}");
        Assert.Equal(13, view.Number("version"));
        Assert.Equal(10, view.Items("versions").Count);
        await Problems.AssertAsync(await app.Client.GetAsync($"/api/files/{first.Text("file_id")}"), 404, "not-found");
        Assert.Equal("version 12", await app.Client.GetStringAsync($"/api/files/{view.Text("file_id")}/content"));
        Assert.Empty((await app.GetJsonAsync("/api/files")).Items()); // those of documents are not in the person's list
        using var kept = await app.SendAsync("DELETE", $"/api/files/{view.Text("file_id")}");
        await Problems.AssertAsync(kept, 409, "conflict");
    }

    [Fact]
    public async Task A_file_that_is_kept_and_words_of_the_request_become_documents()
    {
        var file = (await app.PostFilesAsync("/api/files", [Forms.Text("kept.md", "# Kept\n\nwords")]))
            .Items()[0]
            .Text("id");
        var made = await app.PostJsonAsync(documents, $$"""{"file_id":"{{file}}"}""");
        var at = $"/api/documents/{made.Items()[0].Text("id")}";
        Assert.Equal(
            ("ready", "kept.md", file),
            ((await app.ReadyAsync(at)).Text("status"), made.Items()[0].Text("name"), made.Items()[0].Text("file_id"))
        );
        await app.SendJsonAsync("DELETE", $"/api/files/{file}", null, 204);
        Assert.Empty((await app.GetJsonAsync("/api/files")).Items());
        Assert.Equal("# Kept\n\nwords", await app.Client.GetStringAsync($"/api/files/{file}/content"));
        await app.SendJsonAsync("DELETE", at, null, 204);
        await Problems.AssertAsync(await app.Client.GetAsync(at), 404, "not-found");
        await Problems.AssertAsync(await app.Client.GetAsync($"/api/files/{file}/content"), 404, "not-found");

        var said = await app.PostJsonAsync(documents, """{"name":"said","text":"Green tea at 80 °C."}""");
        var ready = await app.ReadyAsync($"/api/documents/{said.Items()[0].Text("id")}");
        Assert.Equal("Green tea at 80 °C.", (await ChunksAsync(ready)).Single().Text);
    }

    [Theory]
    [InlineData("{}", "text")]
    [InlineData("""{"text":"x"}""", "name")]
    [InlineData("""{"name":"x","text":" "}""", "text")]
    [InlineData("""{"file_id":"x","text":"y","name":"z"}""", "text")]
    [InlineData("""{"file_id":"01890a5d-ac96-774b-bcce-b302099a8057"}""", "file_id")]
    public async Task A_request_that_hands_nothing_over_says_what_is_missing(string json, string field)
    {
        using var answer = await app.SendAsync("POST", documents, json);
        var problem = await Problems.AssertAsync(answer, 400, "validation");
        Assert.Contains(problem.Items("errors"), e => e.Text("field") == field);
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged()
    {
        var other = (await app.PostJsonAsync("/api/spaces", """{"name":"Other"}""")).Text("id");
        await AddAsync("Tea.md", "one");
        await AddAsync("coffee.md", "two");
        await AddAsync("broken.pdf", "%PDF-1.4 nothing");
        await app.PostFilesAsync($"/api/spaces/{other}/documents", [Forms.Text("sub/tea.md", "three")]);
        async Task<string> NamesAsync(string query) =>
            string.Join(' ', (await app.GetJsonAsync("/api/documents" + query)).Items().Select(d => d.Text("name")));
        Assert.Equal("sub/tea.md broken.pdf coffee.md Tea.md", await NamesAsync(""));
        Assert.Equal("sub/tea.md Tea.md", await NamesAsync("?q=TEA"));
        Assert.Equal("broken.pdf", await NamesAsync("?status=failed"));
        Assert.Equal("sub/tea.md", await NamesAsync("?space=other"));
        Assert.Single((await app.GetJsonAsync($"/api/spaces/{other}/documents")).Items());
        var page = await app.GetJsonAsync("/api/documents?limit=3");
        Assert.Equal("Tea.md", await NamesAsync($"?limit=3&cursor={page.Text("next_cursor")}"));
        await Problems.AssertAsync(await app.Client.GetAsync("/api/documents?status=odd"), 400, "validation");
        await Problems.AssertAsync(await app.Client.GetAsync("/api/documents?space=nowhere"), 400, "validation");

        await app.SendJsonAsync("DELETE", $"/api/spaces/{other}", null, 204);
        Assert.Equal("sub/tea.md broken.pdf coffee.md Tea.md", await NamesAsync($"?space={space}"));
    }

    [Fact]
    public async Task A_page_of_the_web_is_fetched_named_by_its_title_and_fetched_anew()
    {
        var address = new Uri(app.Client.BaseAddress!, "docs/problems").ToString();
        var made = await app.PostJsonAsync("/api/documents/url", $$"""{"url":"{{address}}"}""");
        var at = $"/api/documents/{made.Text("id")}";
        var ready = await app.ReadyAsync(at);
        Assert.Equal(("ready", "html", address), (ready.Text("status"), ready.Text("kind"), ready.Text("url")));
        Assert.NotEqual(address, ready.Text("name"));
        var before = await ChunksAsync(ready);
        Assert.NotEmpty(before);
        var again = await app.PostJsonAsync("/api/documents/url", $$"""{"url":"{{address}}"}""");
        Assert.Equal(made.Text("id"), again.Text("id"));
        Assert.Equal(2, (await app.ReadyAsync(at)).Number("version"));
        Assert.Equal(before, await ChunksAsync(ready));
        await app.PostJsonAsync("/api/documents/url", """{"url":"ftp://example.org/x"}""", 400);
    }

    [Fact]
    public async Task A_version_that_fails_leaves_what_was_ready()
    {
        var good = await AddAsync("a.md", "good words");
        var bad = await AddAsync("a.md", "\0\0 no text");
        Assert.Equal(("failed", good.Text("id")), (bad.Text("status"), bad.Text("id")));
        Assert.Equal("good words", (await ChunksAsync(good)).Single().Text);
        using var retry = await app.SendAsync(
            "POST",
            $"/api/documents/{(await AddAsync("b.md", "b")).Text("id")}/retry"
        );
        await Problems.AssertAsync(retry, 409, "conflict");
    }

    [Fact]
    public async Task The_index_of_words_holds_the_pieces_that_are_there_and_is_built_anew_from_them()
    {
        await AddAsync("plan.md", Long(6));
        await AddAsync("plan.md", Long(7).Replace("part 2,", "part two,", StringComparison.Ordinal));
        var gone = await AddAsync("gone.md", "words that go");
        await app.SendJsonAsync("DELETE", $"/api/documents/{gone.Text("id")}", null, 204);
        var index = app.Get<ISearchIndex>();
        var check = await index.CheckAsync(100, CancellationToken.None);
        Assert.True(check.Sound, string.Join("; ", check.Faults));
    }

    [Fact]
    public async Task Chunks_are_texts_for_indexes_of_meaning()
    {
        var ready = await AddAsync("plan.md", Long(5));
        Assert.True(Ids.TryParse(ready.Text("id"), IdKind.Document, out var id));
        var source = app.Get<IEnumerable<ITextSource>>().Single(s => s.Kind == TextKind.Chunk);
        var read = await app.Get<Db>().ReadAsync(db => (source.ReadGroup(db, id, 0), source.ListGroups(db, 0, 10)));
        Assert.Equal((await ChunksAsync(ready)).Count, read.Item1.Count);
        Assert.Equal([id], read.Item2);
        Assert.All(read.Item1, t => Assert.False(Ids.IsConversation(t.Id)));
    }

    [Fact]
    public async Task Documents_are_their_owners_alone_and_follow_the_account()
    {
        var (server, ada) = await Accounts.StartAsync();
        await using var _ = server;
        var ben = await ada.AddAsync("ben@example.org");
        var home = (await ben.JsonAsync("GET", "/api/spaces")).Items()[0].Text("id");
        var made = await server.PostFilesAsync(
            $"/api/spaces/{home}/documents",
            [Forms.Text("b.md", "Ben's words")],
            201,
            ben.Header
        );
        var at = $"/api/documents/{made.Items()[0].Text("id")}";
        await server.ReadyAsync(at, ben.Header);
        foreach (
            var (method, path) in new[]
            {
                ("GET", at),
                ("GET", at + "/chunks"),
                ("GET", at + "/text"),
                ("POST", at + "/retry"),
                ("DELETE", at),
                ("GET", $"/api/spaces/{home}/documents"),
            }
        )
        {
            await Problems.AssertAsync(await ada.SendAsync(method, path), 404, "not-found");
        }

        var theirs = await server.SendFilesAsync($"/api/spaces/{home}/documents", [Forms.Text("x", "x")], ada.Header);
        await Problems.AssertAsync(theirs, 404, "not-found");
        await ada.JsonAsync("DELETE", $"/api/users/{ben.Id}", null, 409);
        await ada.JsonAsync("DELETE", $"/api/users/{ben.Id}?give_to={ada.Id}", null, 204);
        var own = (await ada.JsonAsync("GET", "/api/spaces"))
            .Items()
            .Single(s => s.Text("name") == "default")
            .Text("id");
        Assert.Equal(own, (await ada.JsonAsync("GET", at)).Text("space_id"));
        Assert.Equal("Ben's words", (await ada.JsonAsync("GET", at + "/chunks")).Items()[0].Text("text"));
        var cy = await ada.AddAsync("cy@example.org");
        var space = (await cy.JsonAsync("GET", "/api/spaces")).Items()[0].Text("id");
        await server.PostFilesAsync($"/api/spaces/{space}/documents", [Forms.Text("c.md", "gone")], 201, cy.Header);
        await ada.JsonAsync("DELETE", $"/api/users/{cy.Id}?remove_content=true", null, 204);
        Assert.Equal(
            (1, 1, 1),
            await server
                .Get<Db>()
                .ReadAsync(db => (Rows(db, "library_documents"), Rows(db, "library_chunks"), Rows(db, "files")))
        );
    }

    [Fact]
    public async Task A_server_that_is_killed_goes_on_and_every_document_is_there_whole()
    {
        using var folder = new TempFolder();
        var files = Enumerable
            .Range(0, 150)
            .Select(i =>
                Forms.Text(i.ToString("D3", CultureInfo.InvariantCulture) + ".md", $"# Document {i}\n\n{Long(20)}")
            )
            .Append(("last.pdf", TestPackages.Pdf(["words of the PDF"])))
            .ToList();
        await using (var served = await ServedProcess.StartAsync(folder.Path))
        {
            using var form = new MultipartFormDataContent();
            foreach (var (name, bytes) in files)
            {
                form.Add(new ByteArrayContent(bytes), "file", name);
            }

            var home = JsonDocument
                .Parse(await served.Http.GetStringAsync("/api/spaces"))
                .RootElement.Items()[0]
                .Text("id");
            using var answer = await served.Http.PostAsync($"/api/spaces/{home}/documents", form);
            Assert.Equal(201, (int)answer.StatusCode);
        } // killed (SIGKILL) in the middle of it

        await using var again = await ServedProcess.StartAsync(folder.Path);
        var all = new List<JsonElement>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (all.Count < files.Count || all.Exists(d => d.Text("status") is not "ready"))
        {
            limit.Token.ThrowIfCancellationRequested();
            var page = JsonDocument.Parse(await again.Http.GetStringAsync("/api/documents?limit=200")).RootElement;
            all = page.Items();
            Assert.DoesNotContain(all, d => d.Text("status") == "failed");
        }

        foreach (var document in all.Where(d => d.Text("kind") == "markdown"))
        {
            var path = $"/api/documents/{document.Text("id")}/chunks?limit=200";
            var chunks = JsonDocument.Parse(await again.Http.GetStringAsync(path)).RootElement.Items();
            Assert.Equal(document.Number("chunks"), chunks.Count);
        }
    }

    private static long Rows(DbSession db, string table)
    {
        using var count = db.Query($"SELECT count(*) FROM {table}");
        count.Step();
        return count.Int64(0);
    }
}
