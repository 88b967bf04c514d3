using System.Text.Json;

namespace Parley.Tests.Ops;

public sealed partial class OpenApiTests
{
    private async Task AskForFilesAsync(Func<string, string, string?, Task<JsonElement>> ask, HashSet<string> asked)
    {
        var made = await app.PostFilesAsync("/api/files", [Forms.Text("tea.txt", "How hot for green tea?")]);
        asked.Add("POST /api/files");
        var file = $"/api/files/{made.Items()[0].Text("id")}";
        await ask("GET /api/files/{id}", file, null);
        await ask("GET /api/files/{id}/content", file + "/content", null);
        await ask("DELETE /api/files/{id}", file, null);
    }
}
