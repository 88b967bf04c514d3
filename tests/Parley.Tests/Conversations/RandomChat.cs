using System.Text.Json.Nodes;

namespace Parley.Tests.Conversations;

/// <summary>Chat documents made at random in the shape clients write them, of a seed that a failure names.</summary>
internal sealed class RandomChat(int seed)
{
    private static readonly string[] Words =
    [
        "tea",
        "größe",
        "茶",
        "🍵",
        "a\"b",
        "<details type=\"reasoning\">hm</details>",
        "line\nbreak",
        "\\u0041",
        "  blank  ",
        "",
    ];

    private readonly Random random = new(seed);

    public JsonObject Make()
    {
        var nodes = Nodes(random.Next(1, 40));
        var leaf = nodes[random.Next(nodes.Count)];
        var chat = new JsonObject
        {
            ["title"] = "Chat " + Text(),
            ["models"] = Models(),
            ["params"] = random.Next(3) switch
            {
                0 => new JsonObject(),
                1 => new JsonObject { ["system"] = "Be " + Text() },
                _ => new JsonObject
                {
                    ["system"] = "Be short",
                    ["temperature"] = 0.7,
                    ["stop"] = new JsonArray("a"),
                },
            },
            ["history"] = new JsonObject { ["messages"] = Tree(nodes), ["currentId"] = leaf["id"]!.GetValue<string>() },
            ["messages"] = Path(nodes, leaf),
            ["tags"] = new JsonArray("x", "Y z"),
            ["timestamp"] = 1_700_000_000_000 + random.Next(),
        };
        Scatter(chat, "files", "originalChatId", "branchPointMessageId", "custom", "🍵");
        return chat;
    }

    public JsonNode Value(int depth = 3) =>
        (depth == 0 ? random.Next(5) : random.Next(7)) switch
        {
            0 => random.Next(),
            1 => 1.5e300,
            2 => random.Next(2) == 0,
            3 => Text(),
            4 => JsonValue.Create(long.MaxValue),
            5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth - 1))]),
            _ => new JsonObject(
                Enumerable
                    .Range(0, random.Next(4))
                    .Select(i => KeyValuePair.Create("k" + i, (JsonNode?)Value(depth - 1)))
            ),
        };

    public string Text() =>
        string.Join(' ', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Words[random.Next(Words.Length)]));

    public JsonObject Node(string? parent)
    {
        var user = random.Next(2) == 0;
        var node = new JsonObject
        {
            ["id"] = random.Next(3) == 0 ? $"msg {random.Next()} ü" : Guid.NewGuid().ToString(),
            ["parentId"] = parent,
            ["childrenIds"] = new JsonArray(),
            ["role"] =
                user ? "user"
                : random.Next(9) == 0 ? "system"
                : "assistant",
            ["content"] = Text(),
        };
        if (random.Next(4) > 0)
        {
            node["timestamp"] = 1_600_000_000 + random.Next(100_000_000);
        }

        if (user)
        {
            node["models"] = Models();
        }
        else
        {
            node["model"] = random.Next(5) == 0 ? "" : "llama3.2:" + random.Next(3);
            node["modelName"] = "Llama";
            node["modelIdx"] = random.Next(3);
            node["done"] = random.Next(5) > 0;
        }

        if (random.Next(4) == 0)
        {
            node["files"] = Files();
        }

        Scatter(node, "usage", "sources", "statusHistory", "followUps", "error", "output", "annotation", "x-unknown");
        return node;
    }

    private List<JsonObject> Nodes(int count)
    {
        var nodes = new List<JsonObject>();
        for (var i = 0; i < count; i++)
        {
            var parent =
                nodes.Count == 0 || random.Next(15) == 0 ? null : nodes[Math.Max(0, nodes.Count - random.Next(1, 4))];
            var node = Node(parent?["id"]!.GetValue<string>());
            if (parent is not null)
            {
                var siblings = parent["childrenIds"]!.AsArray();
                siblings.Insert(random.Next(siblings.Count + 1), JsonValue.Create(node["id"]!.GetValue<string>()));
            }

            nodes.Add(node);
        }

        return nodes;
    }

    /// <summary>In any order: children may stand before their parents.</summary>
    private JsonObject Tree(List<JsonObject> nodes)
    {
        var order = nodes.ToArray();
        random.Shuffle(order);
        return new JsonObject(order.Select(n => KeyValuePair.Create(n["id"]!.GetValue<string>(), (JsonNode?)n)));
    }

    private static JsonArray Path(List<JsonObject> nodes, JsonObject leaf)
    {
        var path = new List<JsonNode?>();
        for (
            var at = leaf;
            at is not null;
            at = nodes.Find(n => n["id"]!.GetValue<string>() == at["parentId"]?.GetValue<string>())
        )
        {
            path.Insert(0, at.DeepClone());
        }

        return new JsonArray([.. path]);
    }

    private JsonArray Models() =>
        random.Next(4) switch
        {
            0 => new JsonArray(),
            1 => new JsonArray(""),
            2 => new JsonArray("llama3.2:1"),
            _ => new JsonArray("gpt", "llama3.2:1"),
        };

    private JsonNode Files() =>
        random.Next(5) switch
        {
            0 => "no list",
            1 => new JsonArray(),
            _ => new JsonArray([
                .. Enumerable
                    .Range(0, random.Next(1, 4))
                    .Select(i =>
                    {
                        var file = new JsonObject
                        {
                            ["type"] = i == 0 ? "image" : "file",
                            ["id"] = Guid.NewGuid().ToString(),
                            ["url"] = "/api/v1/files/x",
                        };
                        Scatter(file, "name", "size", "content_type", "status", "file");
                        if (random.Next(2) == 0)
                        {
                            file["name"] = Text() + ".png";
                            file["size"] = random.Next();
                        }

                        return file;
                    }),
            ]),
        };

    private void Scatter(JsonObject into, params string[] names)
    {
        foreach (var name in names)
        {
            if (random.Next(3) == 0)
            {
                into[name] = random.Next(6) == 0 ? null : Value();
            }
        }
    }
}
