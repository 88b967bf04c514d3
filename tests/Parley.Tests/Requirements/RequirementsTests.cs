using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Parley.Kernel;
using Parley.Requirements;
using Parley.Tests.Documents;

namespace Parley.Tests.Requirements;

/// <summary>Requirements documents over HTTP: made, changed, cut, typed, exported, refused.</summary>
public sealed class RequirementsTests : IAsyncLifetime
{
    private const string Kettle = """
        # Kettle

        The kettle heats water for tea. 🍵 This document describes it.

        ## Functional requirements

        - REQ-1: The kettle shall switch off within 3 s of boiling. (Critical)
        - REQ-2: When the lid is opened, the kettle shall stop heating.
        - [x] REQ-3: The kettle must not exceed 1.5 bar.

        ## Risks

        | Id | Risk | Status |
        |----|------|--------|
        | RISK-1 | Limescale could delay switching off. | approved |
        """;

    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task<JsonElement> MakeAsync(string text, string name = "kettle.md", int status = 201) =>
        app.PostJsonAsync("/api/prd", $$"""{"name":{{name.Quoted()}},"text":{{text.Quoted()}}}""", status);

    private async Task<List<JsonElement>> StatementsAsync(JsonElement document, string query = "") =>
        (await app.GetJsonAsync($"/api/prd/{document.Text("id")}/chunks?limit=200{query}")).Items();

    private static string Body(string text) => $$"""{"text":{{text.Quoted()}}}""";

    [Fact]
    public async Task A_document_is_cut_into_typed_statements_with_exact_places()
    {
        var made = await MakeAsync(Kettle);
        Assert.Equal((1L, "markdown"), (made.Number("version"), made.Text("kind")));
        var document = await app.GetJsonAsync("/api/prd/" + made.Text("id"));
        Assert.Equal(Kettle, document.Text("text"));
        var statements = await StatementsAsync(made);
        Assert.Equal(made.Number("statements"), statements.Count);
        var utf8 = Encoding.UTF8.GetBytes(Kettle);
        foreach (var one in statements)
        {
            var bytes = utf8.AsSpan((int)one.Number("start"), (int)one.Number("length"));
            Assert.Equal(one.Text("text"), Encoding.UTF8.GetString(bytes));
            Assert.Equal(
                one.Text("text"),
                Kettle.Substring((int)one.Number("char_start"), (int)one.Number("char_length"))
            );
            Assert.NotEmpty(one.Text("type_reason"));
            Assert.InRange(one.GetProperty("type_confidence").GetDouble(), 0, 1);
        }

        JsonElement Named(string name) => statements.Single(s => s.GetProperty("name").GetString() == name);
        Assert.Equal(("requirement", "critical"), (Named("REQ-1").Text("type"), Named("REQ-1").Text("priority")));
        Assert.Contains("EARS", Named("REQ-2").Text("type_reason"), StringComparison.Ordinal);
        Assert.Equal("implemented", Named("REQ-3").Text("status"));
        Assert.Equal(
            ("risk", "approved", "row"),
            (Named("RISK-1").Text("type"), Named("RISK-1").Text("status"), Named("RISK-1").Text("form"))
        );
        Assert.Equal(["Kettle", "Risks"], Named("RISK-1").Items("headings").Select(h => h.GetString()));
        Assert.Equal("heading", statements.Single(s => s.Text("id") == Named("RISK-1").Text("parent_id")).Text("form"));
    }

    [Fact]
    public async Task A_new_text_is_the_next_version_and_what_stays_keeps_its_id_and_what_people_chose()
    {
        var made = await MakeAsync(Kettle);
        var at = "/api/prd/" + made.Text("id");
        var before = await StatementsAsync(made);
        var lid = before.Single(s => s.GetProperty("name").GetString() == "REQ-2");
        var chosen = await app.PatchJsonAsync(
            "/api/chunks/" + lid.Text("id"),
            """{"type":"constraint","status":"in_review"}"""
        );
        Assert.Equal(
            ("constraint", "person", 1.0),
            (chosen.Text("type"), chosen.Text("type_by"), chosen.GetProperty("type_confidence").GetDouble())
        );

        var text =
            "Preface.\n\n"
            + Kettle
                .Replace("within 3 s", "within 2 s", StringComparison.Ordinal)
                .Replace("- [x] REQ-3: The kettle must not exceed 1.5 bar.\n", "", StringComparison.Ordinal);
        var second = await app.SendJsonAsync("PUT", at, Body(text));
        Assert.Equal((2L, made.Number("revision") + 1), (second.Number("version"), second.Number("revision")));
        var after = await StatementsAsync(made);
        var kept = after.Single(s => s.Text("id") == lid.Text("id"));
        Assert.Equal(
            ("constraint", "in_review", "person"),
            (kept.Text("type"), kept.Text("status"), kept.Text("status_by"))
        );
        Assert.Equal(1 + before.Count - 1, after.Count);
        Assert.Single(await StatementsAsync(made, "&type=constraint&status=in_review"));

        var diff = await app.GetJsonAsync(at + "/diff");
        Assert.Equal((1L, 1L, 1L), (diff.Number("added"), diff.Number("modified"), diff.Number("removed")));
        var modified = diff.Items().Single(c => c.Text("change") == "MODIFIED");
        Assert.Contains("3 s", modified.Text("before"), StringComparison.Ordinal);
        Assert.Contains("2 s", modified.Text("after"), StringComparison.Ordinal);
        var page = await app.GetJsonAsync(at + "/diff?from=1&to=2&limit=2");
        Assert.Single((await app.GetJsonAsync(at + "/diff?limit=2&cursor=" + page.Text("next_cursor"))).Items());

        var released = await app.PatchJsonAsync("/api/chunks/" + lid.Text("id"), """{"type":""}""");
        Assert.Equal(("requirement", "rules"), (released.Text("type"), released.Text("type_by")));
        Assert.Equal(2, (await app.GetJsonAsync(at + "/versions")).Items().Count);
        var again = await app.SendJsonAsync("PUT", at, Body(text));
        Assert.Equal(2, again.Number("version"));
    }

    [Fact]
    public async Task A_change_of_what_was_changed_meanwhile_is_refused()
    {
        var made = await MakeAsync(Kettle);
        var at = "/api/prd/" + made.Text("id");
        using (var first = await app.SendAsync("PUT", at, Body("# One\n\nIt shall."), ("If-Match", "\"1\"")))
        {
            Assert.Equal((200, "\"2\""), ((int)first.StatusCode, first.Headers.ETag!.Tag));
        }

        using var stale = await app.SendAsync("PUT", at, Body("# Two\n\nIt must."), ("If-Match", "\"1\""));
        await Problems.AssertAsync(stale, 412, "stale-version");
        var statement = (await StatementsAsync(made))[1].Text("id");
        using var old = await app.SendAsync(
            "PATCH",
            "/api/chunks/" + statement,
            """{"type":"risk"}""",
            ("If-Match", "\"99\"")
        );
        await Problems.AssertAsync(old, 412, "stale-version");
    }

    [Fact]
    public async Task Only_the_last_twenty_versions_are_kept()
    {
        var made = await MakeAsync("Version 1 shall hold.");
        var at = "/api/prd/" + made.Text("id");
        for (var i = 2; i <= 24; i++)
        {
            await app.SendJsonAsync("PUT", at, Body($"Version {i} shall hold."));
        }

        Assert.Equal(
            Enumerable.Range(5, 20).Reverse().Select(n => (long)n),
            (await app.GetJsonAsync(at + "/versions")).Items().Select(v => v.Number("number"))
        );
        Assert.Equal(1, (await app.GetJsonAsync(at + "/diff?from=5")).Number("modified"));
        using var gone = await app.SendAsync("GET", at + "/diff?from=4&to=24");
        await Problems.AssertAsync(gone, 400, "validation");
    }

    [Fact]
    public async Task Files_are_read_and_handed_over_again_they_are_the_next_version()
    {
        var made = await app.PostFilesAsync(
            "/api/prd/upload",
            [
                Forms.Text("kettle.md", Kettle),
                Forms.Text("page.html", "<h1>Pot</h1><p>The pot shall pour.</p><ul><li>It may drip.</li></ul>"),
                ("letter.docx", TestPackages.Letter()),
            ]
        );
        var (kettle, page, letter) = (made.Items()[0], made.Items()[1], made.Items()[2]);
        Assert.Equal(("markdown", "html", "docx"), (kettle.Text("kind"), page.Text("kind"), letter.Text("kind")));
        Assert.Equal(
            ["Pot", "The pot shall pour.", "It may drip."],
            (await StatementsAsync(page)).Select(s => s.Text("text"))
        );
        Assert.Contains(
            await StatementsAsync(letter),
            s => s.Text("text") == "Tea & water" && s.Text("form") == "heading"
        );
        var before = await StatementsAsync(kettle);

        var again = await app.PostFilesAsync("/api/prd/upload", [Forms.Text("kettle.md", "Preface.\n\n" + Kettle)]);
        Assert.Equal((kettle.Text("id"), 2L), (again.Items()[0].Text("id"), again.Items()[0].Number("version")));
        Assert.Equal(
            before.Select(s => s.Text("id")),
            (await StatementsAsync(kettle)).Skip(1).Select(s => s.Text("id"))
        );
        using var odd = await app.SendFilesAsync("/api/prd/upload", [Forms.Text("x.json", """{"a":1}""")]);
        await Problems.AssertAsync(odd, 422, "unreadable-document");
        using var broken = await app.SendFilesAsync(
            "/api/prd/upload",
            [("x.docx", "PK\u0003\u0004 and nothing"u8.ToArray())]
        );
        await Problems.AssertAsync(broken, 422, "unreadable-document");
    }

    [Fact]
    public async Task Exports_hold_every_statement_and_no_formula()
    {
        var made = await MakeAsync(Kettle + "\n\n- =HYPERLINK(\"http://x.example\") shall \"quote\", & <escape>");
        var at = $"/api/prd/{made.Text("id")}/export?format=";
        Assert.StartsWith(Kettle, await app.Client.GetStringAsync(at + "markdown"), StringComparison.Ordinal);
        var csv = await app.Client.GetStringAsync(at + "csv");
        Assert.Contains(
            ",\"'=HYPERLINK(\"\"http://x.example\"\") shall \"\"quote\"\", & <escape>\"",
            csv,
            StringComparison.Ordinal
        );
        var json = await app.GetJsonAsync(at + "json");
        Assert.Equal(made.Number("statements"), json.Items("statements").Count);
        var xml = XDocument.Parse(await app.Client.GetStringAsync(at + "reqif"));
        XName Of(string name) => XName.Get(name, "http://www.omg.org/spec/ReqIF/20110401/reqif.xsd");
        Assert.Equal(made.Number("statements"), xml.Descendants(Of("SPEC-OBJECT")).Count());
        Assert.Equal(made.Number("statements"), xml.Descendants(Of("SPEC-HIERARCHY")).Count());
        Assert.Contains(
            xml.Descendants(Of("ATTRIBUTE-VALUE-STRING")),
            v => v.Attribute("THE-VALUE")!.Value.EndsWith("& <escape>", StringComparison.Ordinal)
        );
        var risks = xml.Descendants(Of("SPEC-HIERARCHY"))
            .Single(h =>
                h.Element(Of("OBJECT"))!.Value
                == json.Items("statements").Single(s => s.Text("text") == "Risks").Text("id")
            );
        Assert.Equal(2, risks.Descendants(Of("SPEC-HIERARCHY")).Count());
    }

    [Theory]
    [InlineData("""{"text":"x shall"}""", 400, "validation")]
    [InlineData("""{"name":"a"}""", 400, "validation")]
    [InlineData("""{"name":"a","text":" \n\t "}""", 400, "validation")]
    [InlineData("""{"name":"a","text":"---"}""", 400, "validation")]
    [InlineData("""{"name":"a","text":"nul \u0000"}""", 400, "validation")]
    [InlineData("""{"name":"a","text":"half \ud800"}""", 400, "validation")]
    [InlineData("""{"name":"a","text":"x","space":"nowhere"}""", 400, "validation")]
    [InlineData("""{"name":"a","text":"x","more":1}""", 400, "unknown-field")]
    public async Task A_wrong_document_is_explained(string body, int status, string code)
    {
        using var answer = await app.SendAsync("POST", "/api/prd", body);
        await Problems.AssertAsync(answer, status, code);
    }

    [Fact]
    public async Task What_is_too_large_is_refused_and_what_just_fits_is_taken()
    {
        using (
            var many = await app.SendAsync(
                "POST",
                "/api/prd",
                $$"""{"name":"many","text":{{string.Concat(Enumerable.Repeat("- x\n", PreparedText.MostStatements + 1)).Quoted()}}}"""
            )
        )
        {
            await Problems.AssertAsync(many, 413, "too-large");
        }

        using (
            var large = await app.SendAsync(
                "POST",
                "/api/prd",
                $$"""{"name":"large","text":"{{new string('x', PreparedText.MostBytes + 1)}}"}"""
            )
        )
        {
            await Problems.AssertAsync(large, 413, "too-large");
        }

        var twins = await MakeAsync(string.Concat(Enumerable.Repeat("- the same shall\n", 5_000)), "twins");
        Assert.Equal(5_000, twins.Number("statements"));
        var at = "/api/prd/" + twins.Text("id");
        var edited = await app.SendJsonAsync(
            "PUT",
            at,
            Body("- another\n" + string.Concat(Enumerable.Repeat("- the same shall\n", 4_999)))
        );
        Assert.Equal(5_000, edited.Number("statements"));
        Assert.Equal(1, (await app.GetJsonAsync(at + "/diff?limit=1")).Number("added"));
    }

    [Fact]
    public async Task One_name_is_one_document_of_a_space()
    {
        await MakeAsync(Kettle, "Kettle.md");
        await MakeAsync(Kettle, "kettle.MD", 409);
        var other = await MakeAsync(Kettle, "pot.md");
        using var taken = await app.SendAsync(
            "PUT",
            "/api/prd/" + other.Text("id"),
            """{"text":"It shall.","name":"kettle.md"}"""
        );
        await Problems.AssertAsync(taken, 409, "conflict");
        var named = await app.SendJsonAsync(
            "PUT",
            "/api/prd/" + other.Text("id"),
            """{"text":"It shall.","name":"cup.md"}"""
        );
        Assert.Equal(("cup.md", 2L), (named.Text("name"), named.Number("version")));
    }

    [Fact]
    public async Task Lists_go_on_where_they_ended()
    {
        for (var i = 0; i < 5; i++)
        {
            await MakeAsync(Kettle, $"kettle {i}");
        }

        var first = await app.GetJsonAsync("/api/prd?limit=3");
        var rest = await app.GetJsonAsync("/api/prd?limit=3&cursor=" + first.Text("next_cursor"));
        Assert.Equal(
            ["kettle 4", "kettle 3", "kettle 2", "kettle 1", "kettle 0"],
            first.Items().Concat(rest.Items()).Select(d => d.Text("name"))
        );
        var at = $"/api/prd/{first.Items()[0].Text("id")}/chunks?limit=4";
        var numbers = new List<long>();
        for (string? cursor = ""; cursor is not null; )
        {
            var page = await app.GetJsonAsync(at + (cursor.Length > 0 ? "&cursor=" + cursor : ""));
            numbers.AddRange(page.Items().Select(s => s.Number("number")));
            cursor = page.GetProperty("next_cursor").GetString();
        }

        Assert.Equal(Enumerable.Range(1, (int)first.Items()[0].Number("statements")).Select(n => (long)n), numbers);
    }

    [Fact]
    public async Task Two_who_write_at_once_lose_nothing()
    {
        var made = await MakeAsync(Kettle);
        var at = "/api/prd/" + made.Text("id");
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i => app.SendJsonAsync("PUT", at, Body($"{Kettle}\n\nWriter {i} shall write.")))
        );
        Assert.Equal(9, (await app.GetJsonAsync(at)).Number("version"));
        Assert.Equal(9, (await app.GetJsonAsync(at + "/versions")).Items().Count);
        Assert.Equal(made.Number("statements") + 1, (await StatementsAsync(made)).Count);
    }

    [Fact]
    public async Task Documents_are_their_owners_alone()
    {
        var (server, admin) = await Accounts.StartAsync();
        await using var _ = server;
        var made = await admin.JsonAsync("POST", "/api/prd", $$"""{"name":"k","text":{{Kettle.Quoted()}}}""", 201);
        var at = "/api/prd/" + made.Text("id");
        var statement = "/api/chunks/" + (await admin.JsonAsync("GET", at + "/chunks")).Items()[0].Text("id");
        var other = await admin.AddAsync("ben@example.org");
        foreach (
            var (method, path, body) in new[]
            {
                ("GET", at, null),
                ("PUT", at, Body("It shall.")),
                ("DELETE", at, null),
                ("GET", at + "/versions", null),
                ("GET", at + "/diff", null),
                ("GET", at + "/export", null),
                ("GET", at + "/chunks", null),
                ("GET", statement, null),
                ("PATCH", statement, """{"type":"risk"}"""),
            }
        )
        {
            using var answer = await other.SendAsync(method, path, body);
            await Problems.AssertAsync(answer, 404, "not-found");
        }

        Assert.Empty((await other.JsonAsync("GET", "/api/prd")).Items());
        await admin.JsonAsync("DELETE", at, null, 204);
        Assert.Empty((await admin.JsonAsync("GET", "/api/prd")).Items());
        using var gone = await admin.SendAsync("GET", statement);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task No_statement_scans_a_table()
    {
        foreach (
            var sql in RequirementReads.Statements.Concat(StatementReads.Statements).Concat(RequirementStore.Statements)
        )
        {
            var plan = await app.Get<Db>()
                .ReadAsync(session => session.PlanOf(sql), TestContext.Current.CancellationToken);
            Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        }
    }
}
