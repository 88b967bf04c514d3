using System.Text.Json;

namespace Parley.Tests.Ops;

public sealed partial class OpenApiTests
{
    private async Task AskForDocumentsAsync(Func<string, string, string?, Task<JsonElement>> ask, string file)
    {
        var space = (await app.GetJsonAsync("/api/spaces")).Items()[0].Text("id");
        var of = $"/api/spaces/{space}/documents";
        var made = await ask("POST /api/spaces/{id}/documents", of, $$"""{"file_id":"{{file}}"}""");
        var document = $"/api/documents/{made.Items()[0].Text("id")}";
        await app.ReadyAsync(document);
        await ask("GET /api/spaces/{id}/documents", of + "?status=ready", null);
        await ask("GET /api/documents/{id}", document, null);
        await ask("GET /api/documents/{id}/chunks", document + "/chunks", null);
        await ask("GET /api/documents/{id}/text", document + "/text", null);
        await ask("DELETE /api/documents/{id}", document, null);
        var url = await ask("POST /api/documents/url", "/api/documents/url", """{"url":"http://127.0.0.1/x"}""");
        var refused = $"/api/documents/{url.Text("id")}";
        Assert.Equal("failed", (await app.ReadyAsync(refused)).Text("status"));
        await ask("POST /api/documents/{id}/retry", refused + "/retry", null);
    }

    private async Task AskForFilesAsync(Func<string, string, string?, Task<JsonElement>> ask, HashSet<string> asked)
    {
        var made = await app.PostFilesAsync("/api/files", [Forms.Text("tea.txt", "How hot for green tea?")]);
        asked.Add("POST /api/files");
        var file = $"/api/files/{made.Items()[0].Text("id")}";
        await ask("GET /api/files/{id}", file, null);
        await ask("GET /api/files/{id}/content", file + "/content", null);
        await AskForDocumentsAsync(ask, file.Split('/')[^1]);
        await ask("DELETE /api/files/{id}", file, null);
    }
}
