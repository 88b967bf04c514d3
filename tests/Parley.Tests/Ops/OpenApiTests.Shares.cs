using System.Text.Json;

namespace Parley.Tests.Ops;

public sealed partial class OpenApiTests
{
    private static async Task AskForGrantsAsync(Func<string, string, string?, Task<JsonElement>> ask, string user)
    {
        var grants = $$"""{"grants":[{"user_id":"{{user}}","rights":["read","share"]}]}""";
        foreach (
            var (all, json) in new[]
            {
                ("/api/conversations", """{"title":"t"}"""),
                ("/api/spaces", """{"name":"n"}"""),
            }
        )
        {
            var made = await ask($"POST {all}", all, json);
            var at = $"{all}/{made.Text("id")}/grants";
            await ask($"PUT {all}/{{id}}/grants", at, grants);
            await ask($"GET {all}/{{id}}/grants", at, null);
        }
    }

    private static async Task AskForSharesAsync(Func<string, string, string?, Task<JsonElement>> ask)
    {
        var made = await ask("POST /api/conversations", "/api/conversations", """{"title":"t"}""");
        var of = $"/api/conversations/{made.Text("id")}";
        await ask("POST /api/conversations/{id}/messages", of + "/messages", """{"role":"user","content":"tea"}""");
        var link = await ask("POST /api/conversations/{id}/share", of + "/share", """{"expires_in_days":1}""");
        await ask("GET /api/conversations/{id}/share", of + "/share", null);
        await ask("GET /api/shares", "/api/shares", null);
        await ask("GET /api/shared/{token}", link.Text("json_path"), null);
        await ask("GET /s/{token}", link.Text("path"), null);
        var share = $"/api/shares/{link.GetProperty("share").Text("id")}";
        await ask("DELETE /api/shares/{id}", share, null);
    }
}
