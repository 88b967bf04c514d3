using System.Text.Json;

namespace Parley.Tests.Ops;

public sealed partial class OpenApiTests
{
    private async Task AskForRequirementsAsync(
        Func<string, string, string?, Task<JsonElement>> ask,
        HashSet<string> asked
    )
    {
        const string All = "/api/prd";
        const string One = All + "/{id}";
        await app.PostFilesAsync(All + "/upload", [Forms.Text("pot.md", "The pot shall pour without a drop.")]);
        asked.Add($"POST {All}/upload");
        var made = await ask(
            $"POST {All}",
            All,
            """{"name":"kettle.md","text":"# Kettle\n\n- REQ-1: The kettle shall switch off within 3 s of boiling.\n- It may whistle."}"""
        );
        var at = $"{All}/{made.Text("id")}";
        await ask($"GET {All}", All + "?limit=1", null);
        await ask(
            $"PUT {One}",
            at,
            """{"text":"# Kettle\n\n- REQ-1: The kettle shall switch off within 2 s of boiling."}"""
        );
        await ask($"GET {One}", at, null);
        await ask($"GET {One}/versions", at + "/versions", null);
        await ask($"GET {One}/diff", at + "/diff?from=1&to=2", null);
        foreach (var format in new[] { "markdown", "json", "csv", "reqif" })
        {
            await ask($"GET {One}/export", $"{at}/export?format={format}", null);
        }

        var statements = await ask($"GET {One}/chunks", at + "/chunks?type=requirement", null);
        var statement = $"/api/chunks/{statements.Items()[0].Text("id")}";
        await ask("GET /api/chunks/{id}", statement, null);
        await ask("PATCH /api/chunks/{id}", statement, """{"priority":"critical"}""");
        await AskForGraphAsync(ask, at);
        await ask($"DELETE {One}", at, null);
    }

    private static async Task AskForGraphAsync(Func<string, string, string?, Task<JsonElement>> ask, string at)
    {
        const string One = "/api/prd/{id}";
        await ask(
            $"PUT {One}",
            at,
            """{"text":"# Kettle\n\n- REQ-1: The kettle shall switch off after 2 s of boiling, which requires REQ-2.\n- REQ-2: The kettle shall measure heat.\n- REQ-3: The kettle shall switch off after 5 s of boiling.\n- TC-1: Verifies REQ-1."}"""
        );
        var statements = (await ask("GET /api/prd/{id}/chunks", at + "/chunks", null)).Items();
        var (first, second) = (statements[1].Text("id"), statements[2].Text("id"));
        var graph = await ask(
            "GET /api/graph",
            $"/api/graph?document={at.Split('/')[^1]}&kinds=requirement&limit=10",
            null
        );
        Assert.NotEmpty(graph.Items("links"));
        await ask("GET /api/graph/nodes/{id}", $"/api/graph/nodes/{first}", null);
        await ask("GET /api/graph/path", $"/api/graph/path?from={second}&to={statements[4].Text("id")}", null);
        var added = await ask(
            "POST /api/graph/edges",
            "/api/graph/edges",
            $$"""{"from_id":"{{first}}","to_id":"{{second}}","relation":"RELATES_TO"}"""
        );
        await ask("DELETE /api/graph/edges/{id}", "/api/graph/edges/" + added.Text("id"), null);
        await ask($"GET {One}/trace", at + "/trace", null);
        await ask($"GET {One}/trace", at + "/trace?format=csv", null);
        await ask($"GET {One}/coverage", at + "/coverage", null);
        Assert.NotEmpty((await ask($"GET {One}/conflicts", at + "/conflicts", null)).Items());
        await ask("POST /api/prd/impact", "/api/prd/impact", $$"""{"chunks":["{{second}}"]}""");
        await ask("POST /api/prd/context", "/api/prd/context", """{"query":"when does the kettle switch off"}""");
        await ask("POST /api/prd/context", "/api/prd/context", """{"query":"REQ-1","format":"narrative"}""");
        await ask("GET /api/chunks/{id}/context", $"/api/chunks/{first}/context", null);
    }
}
