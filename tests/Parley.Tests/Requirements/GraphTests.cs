using System.Text.Json;
using Parley.Kernel;
using Parley.Requirements;

namespace Parley.Tests.Requirements;

/// <summary>Links over HTTP: found, confirmed, rejected, asked about; also across the documents of a space.</summary>
public sealed class GraphTests : IAsyncLifetime
{
    private const string Kettle = """
        # Kettle

        ## Requirements

        - REQ-1: The kettle shall switch off within 3 s of boiling, which depends on REQ-2.
        - REQ-2: The kettle shall measure the temperature of the water, which depends on REQ-3.
        - REQ-3: The kettle shall power its sensors, as long as REQ-1 holds.
        - REQ-4: The kettle shall whistle.
        - REQ-5: The kettle shall switch off at least 5 s after boiling.

        ## Tests

        - TC-1: Verifies REQ-1: boil a litre and take the time.

        ## Documentation

        - The handbook describes REQ-2 on page 3.
        """;

    private ParleyApp app = null!;
    private string at = null!;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync();
        at = "/api/prd/" + (await MakeAsync("kettle.md", Kettle)).Text("id");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task<JsonElement> MakeAsync(string name, string text) =>
        app.PostJsonAsync("/api/prd", $$"""{"name":{{name.Quoted()}},"text":{{text.Quoted()}}}""");

    private Task<JsonElement> PutAsync(string text) => app.SendJsonAsync("PUT", at, $$"""{"text":{{text.Quoted()}}}""");

    private async Task<string> IdAsync(string name, string? document = null) =>
        (await app.GetJsonAsync((document ?? at) + "/chunks?limit=200"))
            .Items()
            .Single(s => s.GetProperty("name").GetString() == name)
            .Text("id");

    /// <summary>Links of a document by authors' ids, but for those of headings.</summary>
    private async Task<List<string>> LinksAsync(string? document = null)
    {
        var graph = await app.GetJsonAsync(
            $"/api/graph?limit=2000" + (document is null ? "" : "&document=" + document.Split('/')[^1])
        );
        var names = graph
            .Items("nodes")
            .ToDictionary(n => n.Text("id"), n => n.GetProperty("name").GetString() ?? n.Text("text"));
        return
        [
            .. graph
                .Items("links")
                .Where(l => l.Text("relation") != "BELONGS_TO")
                .Select(l => $"{names[l.Text("from_id")]} {l.Text("relation")} {names[l.Text("to_id")]}")
                .Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public async Task Links_have_their_evidence()
    {
        var found = await LinksAsync(at);
        Assert.Contains("REQ-1 DEPENDS_ON REQ-2", found);
        Assert.Contains("TC-1 TESTS REQ-1", found);
        Assert.Contains("The handbook describes REQ-2 on page 3. DOCUMENTS REQ-2", found);
        Assert.Contains(found, l => l is "REQ-1 CONTRADICTS REQ-5" or "REQ-5 CONTRADICTS REQ-1");
        var node = await app.GetJsonAsync("/api/graph/nodes/" + await IdAsync("TC-1"));
        var tests = node.Items("links").Single(l => l.Text("relation") == "TESTS");
        Assert.Equal(
            ("REQ-1", "reference", "found"),
            (tests.Text("evidence"), tests.Text("method"), tests.Text("state"))
        );
        Assert.Contains("Verifies REQ-1", node.GetProperty("statement").Text("text"), StringComparison.Ordinal);
        Assert.Contains(node.Items("links"), l => l.Text("relation") == "BELONGS_TO");
        Assert.Contains(node.Items("neighbours"), n => n.GetProperty("name").GetString() == "REQ-1");
        var page = await app.GetJsonAsync($"/api/graph/nodes/{await IdAsync("REQ-1")}?limit=1");
        var rest = await app.GetJsonAsync(
            $"/api/graph/nodes/{await IdAsync("REQ-1")}?cursor={page.Text("next_cursor")}"
        );
        Assert.Equal(
            (await app.GetJsonAsync("/api/graph/nodes/" + await IdAsync("REQ-1"))).Items("links").Count,
            1 + rest.Items("links").Count
        );
    }

    [Fact]
    public async Task Edits_of_the_text_keep_the_stored_links_what_they_are_from_scratch()
    {
        var random = new Random(2);
        var lines = Kettle.Split('\n').ToList();
        for (var edit = 0; edit < 12; edit++)
        {
            var line = random.Next(4, lines.Count);
            switch (random.Next(3))
            {
                case 0:
                    lines.Insert(
                        line,
                        $"- REQ-{random.Next(6, 40)}: The lamp shall glow within {random.Next(1, 9)} s of boiling, after REQ-{random.Next(1, 12)}."
                    );
                    break;
                case 1 when lines.Count > 12:
                    lines.RemoveAt(line);
                    break;
                default:
                    lines[line] = lines[line]
                        .Replace("kettle", edit % 2 == 0 ? "pot" : "kettle", StringComparison.Ordinal);
                    break;
            }

            await PutAsync(string.Join('\n', lines));
        }

        var other = "/api/prd/" + (await MakeAsync("scratch.md", string.Join('\n', lines))).Text("id");
        var (edited, scratch) = (await LinksAsync(at), await LinksAsync(other));
        // Which of two is the first of a pair that has no direction goes by their ids.
        static IEnumerable<string> Even(List<string> links) =>
            links
                .Select(l =>
                    l.Contains(" RELATES_TO ", StringComparison.Ordinal)
                    || l.Contains(" CONTRADICTS ", StringComparison.Ordinal)
                        ? string.Join(' ', l.Split(' ').Order(StringComparer.Ordinal))
                        : l
                )
                .Order(StringComparer.Ordinal);
        Assert.NotEmpty(scratch);
        Assert.Equal(Even(scratch), Even(edited));
    }

    [Fact]
    public async Task What_people_say_of_links_stays()
    {
        var (first, second, fourth) = (await IdAsync("REQ-1"), await IdAsync("REQ-2"), await IdAsync("REQ-4"));
        var node = await app.GetJsonAsync("/api/graph/nodes/" + first);
        var depends = node.Items("links").Single(l => l.Text("relation") == "DEPENDS_ON" && l.Text("from_id") == first);
        using (var gone = await app.SendAsync("DELETE", "/api/graph/edges/" + depends.Text("id")))
        {
            Assert.Equal(204, (int)gone.StatusCode);
        }

        var added = await app.PostJsonAsync(
            "/api/graph/edges",
            $$"""{"from_id":"{{fourth}}","to_id":"{{first}}","relation":"DEPENDS_ON","reason":"steam"}"""
        );
        Assert.Equal(
            ("person", "confirmed", "steam"),
            (added.Text("method"), added.Text("state"), added.Text("reason"))
        );
        Assert.False(added.IsNull("confirmed_by"));
        await PutAsync(Kettle.Replace("3 s of boiling", "2 s of boiling", StringComparison.Ordinal));
        var links = await LinksAsync(at);
        Assert.DoesNotContain("REQ-1 DEPENDS_ON REQ-2", links);
        Assert.Contains("REQ-4 DEPENDS_ON REQ-1", links);

        var again = await app.PostJsonAsync(
            "/api/graph/edges",
            $$"""{"from_id":"{{first}}","to_id":"{{second}}","relation":"DEPENDS_ON"}"""
        );
        Assert.Equal(
            ("reference", "confirmed", 1.0),
            (again.Text("method"), again.Text("state"), again.GetProperty("confidence").GetDouble())
        );
        using (var taken = await app.SendAsync("DELETE", "/api/graph/edges/" + added.Text("id"))) { }
        Assert.DoesNotContain("REQ-4 DEPENDS_ON REQ-1", await LinksAsync(at));
        // Its other end is gone, and so is the link, a confirmed one too.
        await PutAsync("# Kettle\n\n- REQ-1: The kettle shall switch off within 3 s of boiling.");
        Assert.Empty(await LinksAsync(at));
    }

    [Fact]
    public async Task Documents_of_a_space_are_linked_by_the_ids_they_name()
    {
        var plan =
            "/api/prd/"
            + (await MakeAsync("plan.md", "# Test plan\n\n- TC-9: Verifies REQ-4.\n- TC-10: Verifies REQ-77.")).Text(
                "id"
            );
        Assert.Contains("TC-9 TESTS REQ-4", await LinksAsync());
        await PutAsync(Kettle + "\n- REQ-77: The kettle shall be blue.");
        Assert.Contains("TC-10 TESTS REQ-77", await LinksAsync());
        await PutAsync(Kettle);
        Assert.DoesNotContain("TC-10 TESTS REQ-77", await LinksAsync());
        var trace = (await app.GetJsonAsync(at + "/trace"))
            .Items()
            .Single(r => r.GetProperty("statement").GetProperty("name").GetString() == "REQ-4");
        Assert.Equal("TC-9", trace.Items("tests").Single().GetProperty("statement").Text("name"));
        using (await app.SendAsync("DELETE", plan)) { }
        Assert.DoesNotContain(await LinksAsync(), l => l.StartsWith("TC-9", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_persons_type_changes_what_is_linked()
    {
        var test = await IdAsync("TC-1");
        await app.PatchJsonAsync("/api/chunks/" + test, """{"type":"overview"}""");
        Assert.DoesNotContain("TC-1 TESTS REQ-1", (await LinksAsync(at)).Where(l => l == "TC-1 DOCUMENTS REQ-1"));
        await app.PatchJsonAsync("/api/chunks/" + test, """{"type":"technical_spec"}""");
        var links = await LinksAsync(at);
        Assert.Contains(
            links,
            l => l.StartsWith("TC-1 ", StringComparison.Ordinal) && l.EndsWith(" REQ-1", StringComparison.Ordinal)
        );
        await app.PatchJsonAsync("/api/chunks/" + test, """{"type":""}""");
        Assert.Contains("TC-1 TESTS REQ-1", await LinksAsync(at));
    }

    [Fact]
    public async Task Coverage_counts_and_names_what_nothing_tests()
    {
        var cover = await app.GetJsonAsync(at + "/coverage");
        Assert.Equal((5L, 1L, 1L), (cover.Number("asked"), cover.Number("tested"), cover.Number("documented")));
        Assert.Equal(["REQ-2", "REQ-3", "REQ-4", "REQ-5"], cover.Items().Select(s => s.Text("name")));
        var csv = await app.Client.GetStringAsync(at + "/trace?format=csv");
        Assert.Contains("REQ-1,requirement", csv, StringComparison.Ordinal);
        Assert.Contains("TC-1", csv, StringComparison.Ordinal);
        var conflict = Assert.Single((await app.GetJsonAsync(at + "/conflicts")).Items());
        Assert.Contains("at least 5 s", conflict.Text("reason"), StringComparison.Ordinal);
        using (await app.SendAsync("DELETE", "/api/graph/edges/" + conflict.Text("link_id"))) { }
        Assert.Empty((await app.GetJsonAsync(at + "/conflicts")).Items());
    }

    [Fact]
    public async Task An_impact_is_ranked_with_its_way_and_rings_are_named()
    {
        var changed = await IdAsync("REQ-3");
        var impact = await app.PostJsonAsync("/api/prd/impact", $$"""{"chunks":["{{changed}}"],"depth":6}""", 200);
        var names = impact.Items().ConvertAll(i => i.GetProperty("statement").GetProperty("name").GetString());
        Assert.Equal("REQ-2", names[0]);
        Assert.Contains("REQ-1", names);
        Assert.Contains("TC-1", names);
        var test = impact.Items()[names.IndexOf("TC-1")];
        Assert.Equal(
            [changed, await IdAsync("REQ-2"), await IdAsync("REQ-1"), await IdAsync("TC-1")],
            test.Items("path").Select(s => s.Text("statement_id"))
        );
        Assert.Equal((3L, "TESTS"), (test.Number("distance"), test.Items("path")[3].Text("relation")));
        Assert.Equal(3, Assert.Single(impact.Items("cycles")).GetArrayLength());
        var near = await app.PostJsonAsync("/api/prd/impact", $$"""{"chunks":["{{changed}}"],"depth":1}""", 200);
        Assert.DoesNotContain(near.Items(), i => i.Number("distance") > 1);
        var alone = await app.PostJsonAsync("/api/prd/impact", $$"""{"chunks":["{{await IdAsync("REQ-4")}}"]}""", 200);
        Assert.Equal(await IdAsync("REQ-4"), Assert.Single(alone.Items("orphans")).GetString());
    }

    [Fact]
    public async Task A_way_is_found_and_a_statement_has_its_surroundings()
    {
        var (from, to) = (await IdAsync("TC-1"), await IdAsync("REQ-3"));
        var path = await app.GetJsonAsync($"/api/graph/path?from={from}&to={to}");
        Assert.True(path.Flag("found"));
        Assert.Equal((from, to), (path.Items("nodes")[0].Text("id"), path.Items("nodes")[^1].Text("id")));
        Assert.Equal(path.Items("nodes").Count - 1, path.Items("links").Count);
        var lone = (await MakeAsync("lone.md", "It shall be alone.")).Text("id");
        var other = (await app.GetJsonAsync($"/api/prd/{lone}/chunks")).Items()[0].Text("id");
        Assert.False((await app.GetJsonAsync($"/api/graph/path?from={from}&to={other}")).Flag("found"));
        var around = await app.GetJsonAsync($"/api/chunks/{await IdAsync("REQ-2")}/context?around=1");
        Assert.Equal(
            ("REQ-1", "REQ-3"),
            (around.Items("before").Single().Text("name"), around.Items("after").Single().Text("name"))
        );
        Assert.Contains(around.Items("linked"), l => l.Text("relation") == "DOCUMENTS");
    }

    [Theory]
    [InlineData(200, "structured")]
    [InlineData(700, "structured")]
    [InlineData(200, "narrative")]
    [InlineData(700, "narrative")]
    public async Task A_context_holds_what_is_linked_and_never_more_than_its_budget(int budget, string format)
    {
        var packed = await app.PostJsonAsync(
            "/api/prd/context",
            $$"""{"query":"measuring the temperature of the water","token_budget":{{budget}},"format":"{{format}}"}""",
            200
        );
        Assert.InRange(packed.Number("tokens"), 1, budget);
        var text = format == "narrative" ? packed.Text("text") : packed.GetProperty("items").GetRawText();
        Assert.InRange(Parley.Providers.TokenEstimate.AtMost(text), 1, budget);
        Assert.Contains(await IdAsync("REQ-2"), text, StringComparison.Ordinal);
        if (budget > 200)
        {
            Assert.Contains(await IdAsync("REQ-1"), text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_context_keeps_to_the_types_and_documents_asked_for()
    {
        await MakeAsync("other.md", "# Pot\n\n- REQ-1: The pot shall measure the temperature of the tea.");
        var packed = await app.PostJsonAsync(
            "/api/prd/context",
            $$"""{"query":"water temperature","documents":["{{at.Split('/')[^1]}}"],"include_types":["test_case"]}""",
            200
        );
        Assert.Equal("TC-1", Assert.Single(packed.Items()).Text("name"));
        Assert.Equal("linked", packed.Items()[0].Text("why"));
        Assert.Empty((await app.PostJsonAsync("/api/prd/context", """{"query":"xyzzy"}""", 200)).Items());
    }

    [Fact]
    public async Task A_context_is_packed_from_the_text_as_it_is_now()
    {
        async Task<string> PackAsync() =>
            (await app.PostJsonAsync("/api/prd/context", """{"query":"whistle"}""", 200))
                .GetProperty("items")
                .GetRawText();
        Assert.Contains("shall whistle", await PackAsync(), StringComparison.Ordinal);
        Assert.Contains("shall whistle", await PackAsync(), StringComparison.Ordinal);
        await PutAsync(Kettle.Replace("shall whistle", "shall whistle loudly", StringComparison.Ordinal));
        Assert.Contains("whistle loudly", await PackAsync(), StringComparison.Ordinal);
        await PutAsync(Kettle.Replace("shall whistle", "shall hum", StringComparison.Ordinal));
        Assert.DoesNotContain("whistle", await PackAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_peoples_statements_are_not_there()
    {
        var (server, admin) = await Accounts.StartAsync();
        await using var _ = server;
        var made = await admin.JsonAsync("POST", "/api/prd", $$"""{"name":"k","text":{{Kettle.Quoted()}}}""", 201);
        var document = "/api/prd/" + made.Text("id");
        var statements = (await admin.JsonAsync("GET", document + "/chunks")).Items();
        var (one, two) = (statements[2].Text("id"), statements[3].Text("id"));
        var links = (await admin.JsonAsync("GET", "/api/graph/nodes/" + one)).Items("links");
        var ben = await admin.AddAsync("ben@example.org");
        foreach (
            var (method, path, body) in new[]
            {
                ("GET", document + "/trace", null),
                ("GET", document + "/trace?format=csv", null),
                ("GET", document + "/coverage", null),
                ("GET", document + "/conflicts", null),
                ("GET", "/api/graph/nodes/" + one, null),
                ("GET", $"/api/graph/path?from={one}&to={two}", null),
                ("GET", $"/api/chunks/{one}/context", null),
                ("POST", "/api/prd/impact", $$"""{"chunks":["{{one}}"]}"""),
                ("POST", "/api/graph/edges", $$"""{"from_id":"{{one}}","to_id":"{{two}}","relation":"TESTS"}"""),
                ("DELETE", "/api/graph/edges/" + links.First(l => !l.IsNull("id")).Text("id"), null),
            }
        )
        {
            using var answer = await ben.SendAsync(method, path, body);
            await Problems.AssertAsync(answer, 404, "not-found");
        }

        Assert.Empty((await ben.JsonAsync("GET", "/api/graph")).Items("nodes"));
        Assert.Empty((await ben.JsonAsync("GET", "/api/graph?document=" + made.Text("id"))).Items("nodes"));
        Assert.Empty((await ben.JsonAsync("POST", "/api/prd/context", """{"query":"kettle"}""")).Items());
    }

    [Theory]
    [InlineData("/api/prd/impact", """{"chunks":[]}""", "chunks")]
    [InlineData("/api/prd/impact", """{"chunks":["x"]}""", "chunks[0]")]
    [InlineData("/api/prd/context", """{"query":" "}""", "query")]
    [InlineData("/api/prd/context", """{"query":"x","token_budget":199}""", "token_budget")]
    [InlineData("/api/prd/context", """{"query":"x","include_types":["y"]}""", "include_types[0]")]
    [InlineData("/api/graph/edges", """{"relation":"BELONGS_TO"}""", "relation")]
    public async Task A_wrong_question_is_explained(string path, string body, string field)
    {
        using var answer = await app.SendAsync("POST", path, body);
        Assert.Contains(
            (await Problems.AssertAsync(answer, 400, "validation")).Items("errors"),
            e => e.Text("field") == field
        );
    }

    [Fact]
    public async Task No_statement_scans_a_table()
    {
        string[] all =
        [
            .. GraphReads.Statements,
            .. GraphStore.Statements,
            .. TraceStore.Statements,
            .. ContextPacker.Statements,
            .. DocumentLinks.Statements,
        ];
        foreach (var sql in all)
        {
            var plan = await app.Get<Db>()
                .ReadAsync(session => session.PlanOf(sql), TestContext.Current.CancellationToken);
            Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        }
    }
}
