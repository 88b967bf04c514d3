using System.Text;
using System.Text.Json.Nodes;
using Parley.Providers;

namespace Parley.Tests.Mcp;

/// <summary>A budget is a promise: the tokenizers of others count no more than was asked for.</summary>
public sealed class McpBudgetTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private NodeClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var starting = NodeClient.StartAsync("mcp");
        app = await ParleyApp.StartAsync();
        client = await starting;
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await app.DisposeAsync();
    }

    private async Task<(string Text, int Tokens)> ToolAsync(string name, string arguments)
    {
        var said = await client.CallAsync(
            "tool",
            new JsonObject
            {
                ["at"] = app.Client.BaseAddress!.ToString().TrimEnd('/'),
                ["mode"] = "2026-07-28",
                ["count"] = true,
                ["name"] = name,
                ["arguments"] = JsonNode.Parse(arguments),
            }
        );
        Assert.False(said.GetProperty("isError").GetBoolean(), said.Text("text"));
        return (said.Text("text"), said.GetProperty("tokens").GetInt32());
    }

    [Fact]
    public async Task No_tokenizer_counts_more_than_the_bound()
    {
        string[] texts =
        [
            .. SourceTree
                .Files("src/Parley", "*.cs")
                .Take(60)
                .Select(file => File.ReadAllText(Path.Combine(SourceTree.Root, file))),
            .. SourceTree.Files("docs", "*.md").Select(file => File.ReadAllText(Path.Combine(SourceTree.Root, file))),
            string.Join(
                '\n',
                Enumerable.Range(0, 200).Select(i => new Guid(i * 7919, (short)i, 7, 1, 2, 3, 4, (byte)i, 6, 7, 8))
            ),
            string.Join(
                ' ',
                Enumerable.Range(0, 500).Select(i => Convert.ToBase64String(BitConverter.GetBytes(i * 48271L * 65537)))
            ),
            string.Join(' ', Enumerable.Range(0, 500).Select(i => (i * 48271L).ToString("x"))),
            "Die Donaudampfschifffahrtsgesellschaft fährt heute nicht; die Straße über Füssen ist gesperrt. Wärmepumpenförderung beantragen!",
            "Съешь же ещё этих мягких французских булок, да выпей чаю. Перезагрузите сервер, пожалуйста.",
            "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Πού είναι το αρχείο με τις συνομιλίες;",
            "永和九年，岁在癸丑，暮春之初，会于会稽山阴之兰亭。请把昨天的对话总结一下。",
            "いろはにほへと ちりぬるを。昨日の会話を要約してください。カタカナとひらがな。",
            "다람쥐 헌 쳇바퀴에 타고파. 어제 나눈 대화를 요약해 주세요.",
            "صِف خَلقَ خَودٍ كَمِثلِ الشَمسِ إِذ بَزَغَت. لخّص محادثة الأمس من فضلك.",
            "דג סקרן שט בים מאוכזב ולפתע מצא חברה. סכם את השיחה של אתמול.",
            "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश करने वाले। कल की बातचीत का सार बताइए।",
            "👩‍👩‍👧‍👦 🎉🎊 🏳️‍🌈 👍🏽 🫶🏿 — “quotes” … «guillemets» ≥ ≤ ≠ ∑ √ ∞ ½",
            "| a | b |\n|---|---|\n| 1.5 | 2,000,000 |\n\n```json\n{\"a\":[1,2,{\"b\":null}]}\n```\n\t\tx  =  y;\r\n\r\n\r\n",
        ];
        var counted = await client.CallAsync(
            "count",
            new JsonObject { ["texts"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]) }
        );
        var faults = new StringBuilder();
        foreach (var (text, tokens) in texts.Zip(counted.EnumerateArray().Select(one => one.GetInt32())))
        {
            var bound = TokenEstimate.AtMost(text);
            if (bound < tokens)
            {
                faults.AppendLine($"{bound} < {tokens}: {text[..Math.Min(80, text.Length)]}");
            }
        }

        Assert.True(faults.Length == 0, faults.ToString());

        // And it is no wild guess: of the prose of the documents it counts less than twice as much.
        var prose = File.ReadAllText(Path.Combine(SourceTree.Root, "ARCHITECTURE.md"));
        var real = (await client.CallAsync("count", new JsonObject { ["texts"] = new JsonArray(prose) }))[0].GetInt32();
        Assert.InRange(TokenEstimate.AtMost(prose), real, 2 * real);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    [InlineData(1_000)]
    [InlineData(4_000)]
    [InlineData(16_000)]
    public async Task Every_tool_stays_within_its_budget_and_uses_it(int budget)
    {
        var texts = Enumerable
            .Range(0, 40)
            .Select(i =>
                $"Question {i} about boilers. "
                + string.Join(' ', Enumerable.Range(0, 60 + (i * 9)).Select(n => $"boiler{(n * 31) % 97} word"))
            )
            .ToArray();
        var (conversation, _) = await app.MakeConversationAsync("Boilers", texts);
        foreach (
            var (name, arguments) in new[]
            {
                ("open", $$"""{"id":"{{conversation}}","token_budget":{{budget}}}"""),
                ("search", $$"""{"query":"boilers","limit":50,"token_budget":{{budget}}}"""),
                ("context", $$"""{"question":"question about boilers","token_budget":{{budget}}}"""),
            }
        )
        {
            var (text, tokens) = await ToolAsync(name, arguments);
            Assert.True(tokens <= budget, $"{name}: {tokens} of {budget}");
            if (budget <= 1_000)
            {
                // Of little, ids and the cursor take most: they are counted a token a digit, and are a third of that.
                var least = budget < 500 ? budget / 6 : budget / 4;
                Assert.True(tokens > least, $"{name}: {tokens} of {budget}\n{text}");
            }
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(700)]
    public async Task Page_after_page_gives_every_word_once(int budget)
    {
        var texts = Enumerable
            .Range(0, 12)
            .Select(i => string.Join(' ', Enumerable.Range(0, i * 40).Select(n => $"w{i}x{n}ä")) + " end" + i)
            .ToArray();
        var (conversation, _) = await app.MakeConversationAsync("Long", texts);
        var all = new StringBuilder();
        string? cursor = null;
        var pages = 0;
        do
        {
            var more = cursor is null ? "" : $",\"cursor\":\"{cursor}\"";
            var (text, tokens) = await ToolAsync(
                "open",
                $$"""{"id":"{{conversation}}","token_budget":{{budget}}{{more}}}"""
            );
            Assert.True(tokens <= budget);
            var at = text.LastIndexOf("More: cursor ", StringComparison.Ordinal);
            cursor = at < 0 ? null : text[(at + 13)..].Trim();
            foreach (var line in (at < 0 ? text : text[..at]).Split('\n'))
            {
                // What stands between the words: the title, and before each piece whose it is.
                all.Append(
                    line.StartsWith('[') || line.StartsWith("Conversation ", StringComparison.Ordinal) ? "" : line
                );
            }

            Assert.True(++pages < 500);
        } while (cursor is not null);

        Assert.Equal(
            string.Concat(texts).Replace(" ", "", StringComparison.Ordinal),
            all.ToString().Replace(" ", "", StringComparison.Ordinal)
        );
        Assert.True(pages > 3);
    }

    [Fact]
    public async Task A_search_goes_on_where_the_budget_ended()
    {
        foreach (var i in Enumerable.Range(0, 25))
        {
            await app.MakeConversationAsync($"Title {i}", $"walrus number {i}");
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var more = cursor is null ? "" : $",\"cursor\":\"{cursor}\"";
            var (text, _) = await ToolAsync(
                "search",
                $$"""{"query":"walrus","limit":8.0,"token_budget":300{{more}}}"""
            );
            var at = text.LastIndexOf("More: cursor ", StringComparison.Ordinal);
            cursor = at < 0 ? null : text[(at + 13)..].Trim();
            seen.AddRange(text.Split('\n').Where(line => line.StartsWith("walrus number ", StringComparison.Ordinal)));
        } while (cursor is not null);

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_document_is_read_to_its_end()
    {
        var body = string.Join(
            "\n\n",
            Enumerable.Range(0, 300).Select(i => $"Absatz {i}: größer, höher, weiter — §{i}.")
        );
        var space = (await app.GetJsonAsync("/api/spaces")).Items()[0].Text("id");
        var made = await app.PostJsonAsync(
            $"/api/spaces/{space}/documents",
            $$"""{"name":"long.txt","text":{{body.Quoted()}}}"""
        );
        var id = made.Items()[0].Text("id");
        await app.ReadyAsync("/api/documents/" + id);
        var all = new StringBuilder();
        string? cursor = null;
        do
        {
            var more = cursor is null ? "" : $",\"cursor\":\"{cursor}\"";
            var (text, tokens) = await ToolAsync("open", $$"""{"id":"{{id}}","token_budget":1000{{more}}}""");
            Assert.True(tokens <= 1_000);
            var at = text.LastIndexOf("\nMore: cursor ", StringComparison.Ordinal);
            all.Append(at < 0 ? text : text[..at]);
            cursor = at < 0 ? null : text[(at + 14)..].Trim();
        } while (cursor is not null);

        Assert.Equal($"Document {id}: long.txt\n\n{body}", all.ToString().TrimEnd());

        var chunk = (await app.GetJsonAsync($"/api/documents/{id}/chunks")).Items()[1];
        var (from, _) = await ToolAsync("open", $$"""{"id":"{{chunk.Text("id")}}","token_budget":5e2}""");
        Assert.Contains(chunk.Text("text")[..40], from, StringComparison.Ordinal);
    }
}
