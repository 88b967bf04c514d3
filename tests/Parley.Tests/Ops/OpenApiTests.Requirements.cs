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
        await ask($"DELETE {One}", at, null);
    }
}
