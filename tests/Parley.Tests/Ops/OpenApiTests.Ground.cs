using System.Text.Json;

namespace Parley.Tests.Ops;

public sealed partial class OpenApiTests
{
    private static async Task AskForGroundAsync(Func<string, string, string?, Task<JsonElement>> ask)
    {
        const string All = "/api/memories";
        await ask("POST /api/retrieve", "/api/retrieve", """{"query":"tea","include_history":true,"limit":3}""");
        var talk = await ask("POST /api/conversations", "/api/conversations", """{"title":"tea"}""");
        await ask("GET /api/conversations/{id}/related", $"/api/conversations/{talk.Text("id")}/related?limit=3", null);
        var made = await ask($"POST {All}", All, """{"text":"likes green tea","state":"proposed"}""");
        var one = $"{All}/{made.Text("id")}";
        await ask($"GET {All}", All + "?state=proposed", null);
        await ask($"GET {All}/{{id}}", one, null);
        await ask($"PATCH {All}/{{id}}", one, """{"state":"kept","valid_until":"2036-01-01"}""");
        await ask($"DELETE {All}/{{id}}", one, null);
    }
}
