using System.Text.Json;
using Parley.Providers;

namespace Parley.Tests.Tools;

/// <summary>Routes of tools, for the published description.</summary>
public static class ToolRouteTests
{
    /// <summary>Every route once, on a server of its own; each answer is held to the description on its way. Gives the routes.</summary>
    internal static async Task<IReadOnlyList<string>> AskAsync()
    {
        const string All = "/api/tool-servers";
        var asked = new List<string>();
        var mcp = new FakeMcp { Call = (_, _) => Task.FromResult(FakeMcp.Text("hi")) };
        await using var server = await FakeToolServer.StartAsync(mcp.AnswerAsync);
        await using var model = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await using var app = await FakeToolServer.AppAsync();
        await model.AddToAsync(app);

        async Task<JsonElement> Ask(string route, string path, string? json, int status)
        {
            asked.Add(route);
            return await app.SendJsonAsync(route.Split(' ')[0], path, json, status);
        }

        var made = await Ask(
            $"POST {All}",
            All,
            $$$"""{"name":"mcp","kind":"mcp","url":"{{{server.Address}}}/mcp","headers":{"X-Team":"tests"}}""",
            201
        );
        var one = $"{All}/{made.Text("id")}";
        await Ask($"GET {All}", All, null, 200);
        await Ask($"GET {All}/{{id}}", one, null, 200);
        await Ask($"PATCH {All}/{{id}}", one, """{"trusts_hints":true}""", 200);
        Assert.True((await Ask($"POST {All}/{{id}}/test", one + "/test", null, 200)).Flag("ok"));
        using (var reader = await app.AskWithAsync(model, "mcp_echo", """{"text":"x"}"""))
        {
            await app.AllowAsync(reader, remember: "conversation");
            asked.Add("POST /api/chat/turns/{id}/consents/{cid}");
            await reader.RestAsync();
        }

        await Ask("DELETE /api/tools/{id}/consent", "/api/tools/mcp_echo/consent", null, 204);
        await Ask($"DELETE {All}/{{id}}", one, null, 204);
        return asked;
    }
}
