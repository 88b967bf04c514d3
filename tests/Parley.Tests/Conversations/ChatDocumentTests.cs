using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Tests.Conversations;

/// <summary>Conversations read and written as chat documents.</summary>
public sealed partial class ChatDocumentTests : IAsyncLifetime
{
    private const string All = "/api/chats";

    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static string Wrap(JsonNode chat, string? further = null) =>
        $$"""{"chat":{{chat.ToJsonString()}}{{(further is null ? "" : "," + further)}}}""";

    private async Task<JsonElement> CreateAsync(JsonNode chat) => await app.PostJsonAsync(All, Wrap(chat));

    private async Task<JsonElement> WriteAsync(string id, JsonNode chat, string? further = null, int status = 200) =>
        await app.PostJsonAsync($"{All}/{id}", Wrap(chat, further), status);

    private async Task<JsonObject> ChatAsync(string id) =>
        JsonNode.Parse((await app.GetJsonAsync($"{All}/{id}")).GetProperty("chat").GetRawText())!.AsObject();

    private static JsonObject Node(string id, string? parent, string role, string content, params string[] children) =>
        new()
        {
            ["id"] = id,
            ["parentId"] = parent,
            ["childrenIds"] = new JsonArray([.. children.Select(c => JsonValue.Create(c))]),
            ["role"] = role,
            ["content"] = content,
        };

    private static JsonObject Chat(string? currentId, params JsonObject[] nodes) =>
        new()
        {
            ["title"] = "Tea",
            ["history"] = new JsonObject
            {
                ["messages"] = new JsonObject(
                    nodes.Select(n => KeyValuePair.Create(n["id"]!.GetValue<string>(), (JsonNode?)n.DeepClone()))
                ),
                ["currentId"] = currentId,
            },
        };

    private static JsonObject Messages(JsonObject chat) => chat["history"]!["messages"]!.AsObject();

    private static string Content(JsonObject chat, string id) => Messages(chat)[id]!["content"]!.GetValue<string>();

    private static string[] Codes(JsonElement answer) =>
        answer.TryGetProperty("warnings", out var warnings)
            ? [.. warnings.EnumerateArray().Select(w => w.Text("code")).Distinct().Order(StringComparer.Ordinal)]
            : [];

    [Fact]
    public async Task A_document_comes_back_as_it_went_in_whatever_it_holds()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var sent = new RandomChat(seed).Make();
            var made = await CreateAsync(sent);
            var id = made.Text("id");
            sent["id"] = id;
            var back = await ChatAsync(id);
            Assert.True(JsonNode.DeepEquals(sent, back), $"seed {seed}:\n{sent.ToJsonString()}\n{back.ToJsonString()}");
            Assert.Empty(Codes(made));
            // What is written as it is changes nothing.
            var etag = (await app.Client.GetAsync($"{All}/{id}")).Headers.ETag;
            Assert.Empty(Codes(await WriteAsync(id, back)));
            Assert.Equal(etag, (await app.Client.GetAsync($"{All}/{id}")).Headers.ETag);
        }
    }

    [Fact]
    public async Task A_changed_document_is_kept_as_it_was_changed()
    {
        for (var seed = 1000; seed < 1060; seed++)
        {
            var random = new RandomChat(seed);
            var chat = random.Make();
            var id = (await CreateAsync(chat)).Text("id");
            chat = await ChatAsync(id);
            var messages = Messages(chat);
            var names = messages.Select(m => m.Key).ToList();
            for (var i = 0; i < 4; i++)
            {
                var at = messages[names[(seed + (i * 7)) % names.Count]]!.AsObject();
                at["content"] = random.Text();
                at["x-unknown"] = random.Value();
                at.Remove("sources");
                at["done"] = true;
            }

            var parent = messages[names[seed % names.Count]]!.AsObject();
            var added = random.Node(parent["id"]!.GetValue<string>());
            parent["childrenIds"]!.AsArray().Insert(0, JsonValue.Create(added["id"]!.GetValue<string>()));
            messages[added["id"]!.GetValue<string>()] = added;
            chat["title"] = "Other " + seed;
            chat["custom"] = random.Value();
            var written = await WriteAsync(id, chat);
            var back = await ChatAsync(id);
            chat.Remove("messages");
            back.Remove("messages");
            Assert.True(
                JsonNode.DeepEquals(chat, back),
                $"seed {seed}: {written}\n{chat.ToJsonString()}\n{back.ToJsonString()}"
            );
        }
    }

    [Fact]
    public async Task Trees_that_are_none_are_mended_and_every_word_is_kept()
    {
        var chat = Chat(
            "nobody",
            Node("orphan", "gone", "user", "orphan words"),
            Node("own", "own", "user", "own words"),
            Node("a", "b", "user", "a words"),
            Node("b", "c", "assistant", "b words"),
            Node("c", "a", "user", "c words"),
            Node("root", null, "user", "root words", "leaf", "nobody", "own"),
            Node("leaf", "root", "assistant", "leaf words"),
            Node("unlisted", "root", "assistant", "unlisted words")
        );
        var made = await CreateAsync(chat);
        Assert.Equal(["children", "circle", "current", "own-parent", "unknown-parent"], Codes(made));
        var back = await ChatAsync(made.Text("id"));
        foreach (var (name, node) in Messages(chat))
        {
            Assert.Equal(node!["content"]!.GetValue<string>(), Content(back, name));
        }

        Assert.Null(Messages(back)["a"]!["parentId"]);
        Assert.Equal(
            ["leaf", "unlisted"],
            Messages(back)["root"]!["childrenIds"]!.AsArray().Select(c => c!.GetValue<string>())
        );
        // Once mended it is a document like any other.
        Assert.Empty(Codes(await WriteAsync(made.Text("id"), back)));
    }

    [Fact]
    public async Task A_list_without_a_tree_is_a_chain()
    {
        var made = await app.PostJsonAsync(
            All,
            """{"chat":{"title":"old","messages":[{"role":"user","content":"one"},{"role":"assistant","content":"two","id":"x"},{"role":"user","content":"three"}]}}"""
        );
        var chat = await ChatAsync(made.Text("id"));
        Assert.Equal(
            ["one", "two", "three"],
            chat["messages"]!.AsArray().Select(m => m!["content"]!.GetValue<string>())
        );
        Assert.Equal("x", chat["messages"]![1]!["id"]!.GetValue<string>());
        Assert.Equal(
            chat["messages"]![2]!["id"]!.GetValue<string>(),
            chat["history"]!["currentId"]!.GetValue<string>()
        );
    }

    [Fact]
    public async Task Messages_that_came_from_another_tab_meanwhile_stay()
    {
        var made = await CreateAsync(
            Chat("a1", Node("q1", null, "user", "question", "a1"), Node("a1", "q1", "assistant", "answer"))
        );
        var id = made.Text("id");
        var tab = await ChatAsync(id);
        await app.PostJsonAsync(
            $"{All}/{id}/messages",
            """{"message":{"id":"q2","role":"user","content":"from elsewhere"}}"""
        );
        Messages(tab)["a1"]!["content"] = "answer, edited";
        Messages(tab)["a1"]!["childrenIds"] = new JsonArray("a1b");
        Messages(tab)["a1b"] = Node("a1b", "a1", "user", "from this tab");
        var written = await WriteAsync(id, tab);
        Assert.Empty(Codes(written));
        var chat = await ChatAsync(id);
        Assert.Equal("from elsewhere", Content(chat, "q2"));
        Assert.Equal("answer, edited", Content(chat, "a1"));
        Assert.Equal(["a1b", "q2"], Messages(chat)["a1"]!["childrenIds"]!.AsArray().Select(c => c!.GetValue<string>()));
        // The tab still stands where it stood, and the other had gone on from there.
        Assert.Equal("q2", chat["history"]!["currentId"]!.GetValue<string>());
        tab["history"]!["currentId"] = "a1b";
        await WriteAsync(id, tab);
        Assert.Equal("a1b", (await ChatAsync(id))["history"]!["currentId"]!.GetValue<string>());
        // Who wants to be sure that nothing came says so.
        var stale = await app.SendAsync("POST", $"{All}/{id}", Wrap(tab), ("If-Match", "\"1\""));
        Assert.Equal(412, (int)stale.StatusCode);
    }

    [Fact]
    public async Task Only_what_is_named_is_deleted_and_its_replies_move_up()
    {
        var made = await CreateAsync(
            Chat(
                "q2",
                Node("q1", null, "user", "one", "a1"),
                Node("a1", "q1", "assistant", "two", "q2"),
                Node("q2", "a1", "user", "three")
            )
        );
        var id = made.Text("id");
        await WriteAsync(id, Chat("q2"));
        Assert.Equal(3, Messages(await ChatAsync(id)).Count);
        await WriteAsync(id, Chat("q2"), """ "deleted":["a1","nobody"] """);
        var chat = await ChatAsync(id);
        Assert.Equal(["q1", "q2"], Messages(chat).Select(m => m.Key).Order(StringComparer.Ordinal));
        Assert.Equal("q1", Messages(chat)["q2"]!["parentId"]!.GetValue<string>());
        await WriteAsync(id, Chat("q2", Node("q2", "q1", "user", "three")), """ "deleted":["q2"] """, status: 400);
        await app.SendJsonAsync("DELETE", $"{All}/{id}/messages/q2", status: 204);
        Assert.Equal(["q1"], Messages(await ChatAsync(id)).Select(m => m.Key));
        await app.SendJsonAsync("DELETE", $"{All}/{id}/messages/q2", status: 404);
    }

    [Fact]
    public async Task What_is_deleted_together_leaves_the_rest_hanging_together()
    {
        var made = await CreateAsync(
            Chat(
                "q2",
                Node("q1", null, "user", "one", "a1"),
                Node("a1", "q1", "assistant", "two", "q2"),
                Node("q2", "a1", "user", "three", "a2"),
                Node("a2", "q2", "assistant", "four"),
                Node("b2", "q2", "assistant", "five")
            )
        );
        var id = made.Text("id");
        await WriteAsync(id, Chat("q2"), """ "deleted":["a1","q2","a1"] """);
        var chat = await ChatAsync(id);
        Assert.Equal(["a2", "b2", "q1"], Messages(chat).Select(m => m.Key).Order(StringComparer.Ordinal));
        Assert.Equal("q1", Messages(chat)["a2"]!["parentId"]!.GetValue<string>());
        Assert.Equal("q1", Messages(chat)["b2"]!["parentId"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_move_that_would_make_a_circle_is_not_made()
    {
        var made = await CreateAsync(
            Chat(
                "c",
                Node("a", null, "user", "a", "b"),
                Node("b", "a", "assistant", "b", "c"),
                Node("c", "b", "user", "c")
            )
        );
        var id = made.Text("id");
        Assert.Equal(["circle"], Codes(await WriteAsync(id, Chat("c", Node("a", "c", "user", "a", "b")))));
        Assert.Null(Messages(await ChatAsync(id))["a"]!["parentId"]);
        // A true move is: a under a new root, with all that hangs on it.
        Assert.Empty(
            Codes(
                await WriteAsync(
                    id,
                    Chat("c", Node("new", null, "system", "top", "a"), Node("a", "new", "user", "a", "b"))
                )
            )
        );
        var path = await app.GetJsonAsync($"/api/conversations/{id}");
        Assert.Equal(["top", "a", "b", "c"], path.Items("messages").Select(m => m.Text("content")));
    }

    [Fact]
    public async Task What_other_routes_wrote_is_a_document_and_survives_being_written_as_one()
    {
        var (id, messages) = await app.MakeConversationAsync("one", "q1", "a1");
        await app.PostJsonAsync(
            $"/api/conversations/{id}/messages",
            """
            {"role":"assistant","model":"m","parts":[{"type":"thinking","text":"hm"},{"type":"text","text":"said"},{"type":"tool_call","name":"t","call_id":"1","text":"{}"},
            {"type":"code","name":"cs","text":"run();"},{"type":"file","attachment":{"name":"a.txt","size":3}}],"sources":[{"title":"T","url":"https://t.example","text":"quote"}]}
            """
        );
        var chat = await ChatAsync(id);
        var last = chat["history"]!["currentId"]!.GetValue<string>();
        Assert.Equal("said\n\n```cs\nrun();\n```", Content(chat, last));
        Assert.Equal(4, Messages(chat)[last]!["output"]!.AsArray().Count);
        Assert.Equal("a.txt", Messages(chat)[last]!["files"]![0]!["name"]!.GetValue<string>());
        Assert.Equal("quote", Messages(chat)[last]!["sources"]![0]!["document"]![0]!.GetValue<string>());
        Assert.Equal(messages[0], Messages(chat)[messages[1]]!["parentId"]!.GetValue<string>());
        await WriteAsync(id, chat);
        Messages(chat)[last]!["content"] = "said better";
        Messages(chat)[last]!["followUps"] = new JsonArray("and then?");
        Assert.Empty(Codes(await WriteAsync(id, chat)));
        var message = await app.GetJsonAsync($"/api/conversations/{id}/messages/{last}");
        Assert.Equal(
            ["thinking", "text", "tool_call", "file", "citation"],
            message.Items("parts").Select(p => p.Text("type"))
        );
        var back = await ChatAsync(id);
        Assert.Equal("and then?", Messages(back)[last]!["followUps"]![0]!.GetValue<string>());
        // Found by its new words and no longer by the old.
        Assert.Single((await app.GetJsonAsync("/api/search?q=better")).Items());
        Assert.Empty((await app.GetJsonAsync("/api/search?q=run")).Items());
    }

    [Fact]
    public async Task An_answer_as_it_was_while_it_came_does_not_take_the_place_of_the_whole()
    {
        var made = await CreateAsync(
            Chat("a", Node("q", null, "user", "q", "a"), Node("a", "q", "assistant", "the whole answer"))
        );
        var early = Node("a", "q", "assistant", "the wh");
        early["done"] = false;
        Assert.Equal(["unfinished"], Codes(await WriteAsync(made.Text("id"), Chat("a", early))));
        Assert.Equal("the whole answer", Content(await ChatAsync(made.Text("id")), "a"));
    }
}
