using System.Text.Json;

namespace Parley.Tests.Ops;

public sealed partial class OpenApiTests
{
    private static async Task AskForChatsAsync(Func<string, string, string?, Task<JsonElement>> ask)
    {
        const string All = "/api/chats";
        const string One = All + "/{id}";
        const string Messages = One + "/messages";
        var made = await ask(
            $"POST {All}",
            All,
            """{"chat":{"title":"Tea","x":1,"history":{"messages":{"a":{"id":"a","role":"user","content":"tea","parentId":"b"}},"currentId":"a"}}}"""
        );
        var at = $"{All}/{made.Text("id")}";
        await ask($"GET {All}", All + "?page=1&page_size=10", null);
        await ask($"GET {One}", at, null);
        await ask($"POST {One}", at, """{"chat":{"title":"Green tea"},"deleted":["a"]}""");
        await ask($"POST {Messages}", at + "/messages", """{"message":{"id":"b","role":"user","content":"tea"}}""");
        await ask($"GET {Messages}", at + "/messages?tree=true", null);
        await ask($"PATCH {Messages}/{{mid}}", at + "/messages/b", """{"message":{"content":"green tea"}}""");
        await ask($"DELETE {Messages}/{{mid}}", at + "/messages/b", null);
        await ask($"POST {One}/archive", at + "/archive", null);
        await ask($"DELETE {One}", at, null);
        await ask($"POST {All}/delete", All + "/delete", $$"""{"ids":["{{made.Text("id")}}"]}""");
    }
}
