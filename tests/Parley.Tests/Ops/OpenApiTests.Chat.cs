using System.Text.Json;
using Parley.Providers;

namespace Parley.Tests.Ops;

public sealed partial class OpenApiTests
{
    private async Task AskForChatAsync(Func<string, string, string?, Task<JsonElement>> ask, HashSet<string> asked)
    {
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await upstream.AddToAsync(app);
        await ask("POST /api/chat/stream", "/api/chat/stream", """{"message":"tea?","model_name":"m"}""");
        var answer = await ask("POST /api/chat", "/api/chat", """{"message":"tea?","model_name":"m"}""");
        var turn = $"/api/chat/turns/{answer.Text("turn_id")}";
        await ask("GET /api/chat/turns/{id}", turn, null);
        await ask("GET /api/chat/turns/{id}/events", turn + "/events", null);
        await ask("POST /api/chat/turns/{id}/stop", turn + "/stop", null);
        var message = $"/api/conversations/{answer.Text("conversation_id")}/messages/{answer.Text("message_id")}";
        await ask("POST /api/conversations/{id}/messages/{mid}/regenerate", message + "/regenerate", null);
        await ask("POST /api/conversations/{id}/messages/{mid}/continue", message + "/continue", null);
        await using var other = await FakeUpstream.StartAsync(UpstreamKind.OpenAi, "n");
        await other.AddToAsync(app, "other");
        const string Both = """{"message":"tea?","models":["m","n"]}""";
        var both = await ask("POST /api/chat/compare", "/api/chat/compare", Both);
        var question = $"/api/conversations/{both.Text("conversation_id")}/messages/{both.Text("question_id")}";
        await ask("POST /api/conversations/{id}/messages/{mid}/stop", question + "/stop", null);
        var prompt = await ask("POST /api/prompts", "/api/prompts", """{"title":"t","content":"c"}""");
        var own = $"/api/prompts/{prompt.Text("id")}";
        await ask("GET /api/prompts/{id}", own, null);
        await ask("PUT /api/prompts/{id}", own, """{"title":"t","content":"d"}""");
        await ask("DELETE /api/prompts/{id}", own, null);
        asked.UnionWith(await Tools.ToolRouteTests.AskAsync());
    }
}
