using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Tests.Identity;

namespace Parley.Tests.Web;

/// <summary>People at the page, in a real browser: tests/node/page.mjs does what they do.</summary>
public sealed class PageTests
{
    /// <summary>Whatever of it is made an element, an address or a script shows.</summary>
    private const string Planted = """
        planted <img src=x onerror="globalThis.planted=1"><script>globalThis.planted=1</script>
        <svg onload="globalThis.planted=1"></svg><iframe srcdoc="<script>parent.planted=1</script>"></iframe>
        [one](javascript:globalThis.planted=1) [two](data:text/html,<script>alert(1)</script>) <javascript:alert(1)>
        [three](https://elsewhere.example/path "title") ![far](https://elsewhere.example/p.png?q=secret)
        ![ref][r] ![file](file:///etc/passwd)

        [r]: https://elsewhere.example/ref.png
        """;

    [Fact]
    public async Task A_person_signs_in_reads_finds_imports_and_leaves()
    {
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        using var folder = new TempFolder();
        var facts = await ArrangeAsync(ada, folder.Path);
        var at = $"http://localhost:{app.Client.BaseAddress!.Port}";
        var screens = Path.Combine(SourceTree.Root, "artifacts", "screens");
        Directory.CreateDirectory(screens);
        var seen = JsonDocument
            .Parse(await NodeTools.RunAsync("page.mjs", facts.ToJsonString(), at, screens))
            .RootElement;

        Assert.Empty(seen.Items("violations").Select(v => v.GetString()));
        Assert.Empty(seen.Items("faults").Select(v => v.GetString()));
        Assert.Empty(seen.Items("ran").Select(v => v.GetString()));
        Assert.Equal("The address or the password is wrong.", seen.Text("refused"));
        Assert.Contains("the side branch", seen.Text("aimed"), StringComparison.Ordinal);
        Assert.Equal("2/2", seen.Text("version"));
        Assert.Contains("the main branch", seen.Text("main"), StringComparison.Ordinal);
        Assert.Equal(3, seen.Number("listed"));
        Assert.Contains("match", seen.Text("found"), StringComparison.Ordinal);
        Assert.Equal("needle provider:chatgpt", seen.Text("query"));
        Assert.Equal("q", seen.Text("focusAfterChip"));
        Assert.Contains("needle", seen.Text("landed"), StringComparison.Ordinal);
        Assert.InRange(seen.Number("inSight"), 1, 60);
        Assert.Equal("3000", seen.Text("setSize"));
        Assert.Contains("<script>", seen.Text("hostileTitle"), StringComparison.Ordinal);
        Assert.Equal(0, seen.Number("hostileElements"));
        Assert.All(
            seen.Items("hostileLinks"),
            link => Assert.Equal("""["https:","noopener noreferrer nofollow","_blank"]""", link.GetRawText())
        );
        Assert.Contains("elsewhere.example", seen.Text("remote"), StringComparison.Ordinal);
        Assert.Contains("1 new conversation", seen.Text("imported"), StringComparison.Ordinal);
        Assert.True(seen.Number("sideways") <= 0);
        Assert.Equal(401, seen.Number("out"));
        Assert.Equal("grace@example.org", seen.Text("guarded"));
        Assert.Equal(201, seen.Number("passkeyAdded"));
    }

    private static async Task<JsonObject> ArrangeAsync(Person ada, string folder)
    {
        var branched = await MakeAsync(ada, "Steeping", "How long for needle tea?", "A minute, on the main branch.");
        var aside = await ada.JsonAsync(
            "POST",
            $"/api/conversations/{branched.Id}/messages",
            $$"""{"role":"assistant","content":"Two minutes, on the side branch.\n\n```sh\nbrew --time 2m\n```","parent_id":"{{branched.Messages[0]}}"}""",
            201
        );
        await ada.JsonAsync(
            "PATCH",
            $"/api/conversations/{branched.Id}",
            $$"""{"active_leaf":"{{branched.Messages[1]}}"}"""
        );
        var hostile = await MakeAsync(ada, "<script>globalThis.planted=1</script>", Planted, Planted);
        await ada.ImportAsync(Long(3000), "long.json");
        var found = await ada.JsonAsync("GET", "/api/conversations?q=thread");
        var export = Path.Combine(folder, "one more.zip");
        await File.WriteAllBytesAsync(export, await Uploads.ExportAsync("late", "later", ("notes.txt", "words")));

        var grace = await ada.AddAsync("grace@example.org");
        var asked = await grace.JsonAsync(
            "POST",
            "/api/auth/second-factor",
            $$"""{"current_password":"{{Accounts.Password}}"}"""
        );
        var code = SecondFactorTests.Code(asked.Text("secret"), DateTimeOffset.UtcNow);
        var confirmed = await grace.JsonAsync("POST", "/api/auth/second-factor/confirm", $$"""{"code":"{{code}}"}""");
        return new JsonObject
        {
            ["email"] = "ada@example.org",
            ["password"] = Accounts.Password,
            ["branched"] = branched.Id,
            ["aside"] = aside.Text("id"),
            ["main"] = "on the main branch",
            ["hostile"] = hostile.Id,
            ["long"] = found.Items().Single().Text("id"),
            ["firstWords"] = "message number 0 ",
            ["lastWords"] = "message number 2999 ",
            ["export"] = export,
            ["exportName"] = "one more.zip",
            ["guarded"] = "grace@example.org",
            ["recoveryCode"] = confirmed.Items("recovery_codes").First().GetString(),
        };
    }

    private static async Task<(string Id, List<string> Messages)> MakeAsync(
        Person who,
        string title,
        params string[] texts
    )
    {
        var made = await who.JsonAsync("POST", "/api/conversations", $$"""{"title":{{title.Quoted()}}}""", 201);
        var messages = new List<string>();
        foreach (var text in texts)
        {
            var role = messages.Count % 2 == 0 ? "user" : "assistant";
            var added = await who.JsonAsync(
                "POST",
                $"/api/conversations/{made.Text("id")}/messages",
                $$"""{"role":"{{role}}","content":{{text.Quoted()}}}""",
                201
            );
            messages.Add(added.Text("id"));
        }

        return (made.Text("id"), messages);
    }

    /// <summary>An export of ChatGPT's with one conversation of so many messages, of uneven lengths.</summary>
    private static byte[] Long(int count)
    {
        var nodes = new JsonObject();
        for (var i = 0; i < count; i++)
        {
            var words = string.Concat(Enumerable.Repeat("needle words of some length ", 1 + (i * 7 % 40)));
            nodes[$"m{i}"] = new JsonObject
            {
                ["id"] = $"m{i}",
                ["parent"] = i == 0 ? null : $"m{i - 1}",
                ["children"] = i == count - 1 ? new JsonArray() : new JsonArray($"m{i + 1}"),
                ["message"] = new JsonObject
                {
                    ["id"] = $"m{i}",
                    ["author"] = new JsonObject { ["role"] = i % 2 == 0 ? "user" : "assistant" },
                    ["create_time"] = 1700000000 + i,
                    ["content"] = new JsonObject
                    {
                        ["content_type"] = "text",
                        ["parts"] = new JsonArray($"message number {i} {words}"),
                    },
                },
            };
        }

        var thread = new JsonObject
        {
            ["title"] = "A long thread",
            ["create_time"] = 1700000000,
            ["conversation_id"] = "long",
            ["mapping"] = nodes,
            ["current_node"] = $"m{count - 1}",
        };
        return Encoding.UTF8.GetBytes(new JsonArray(thread).ToJsonString());
    }
}
