using System.Net;
using System.Text.Json;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Tests.Import;

namespace Parley.Tests.Search;

/// <summary>Every needle of the generated archives is found over HTTP, in the message that holds it (imports.md section 10).</summary>
public sealed class NeedleTests
{
    public static TheoryData<string> Archives =>
        [
            .. Directory
                .EnumerateFiles(FormatRun.FixturePath("generated"), "*.truth.json")
                .Select(f => Path.GetFileName(f)[..^".truth.json".Length])
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Archives))]
    public async Task Every_needle_is_found_in_its_message(string archive)
    {
        await using var app = await ParleyApp.StartAsync();
        using var body = new StreamContent(File.OpenRead(FormatRun.FixturePath("generated/" + archive)));
        using var imported = await app.Client.PostAsync("/api/import?name=" + archive, body);
        var report = await imported.Content.ReadAsStringAsync();
        Assert.True(
            imported.StatusCode == HttpStatusCode.OK
                && report.Contains("\"status\":\"done\"", StringComparison.Ordinal),
            report
        );

        using var truth = JsonDocument.Parse(
            File.ReadAllBytes(FormatRun.FixturePath($"generated/{archive}.truth.json"))
        );
        var lost = new List<string>();
        foreach (var needle in truth.RootElement.GetProperty("needles").EnumerateArray())
        {
            foreach (var sort in new[] { "newest", "relevance" })
            {
                if (await MissAsync(app, needle, sort) is { } miss)
                {
                    lost.Add($"{sort}: {miss}: {needle}");
                }
            }
        }

        Assert.True(lost.Count == 0, string.Join('\n', lost));
    }

    private static async Task<string?> MissAsync(ParleyApp app, JsonElement needle, string sort)
    {
        var query = needle.GetProperty("query").GetString()!;
        using var answer = await app.Client.GetAsync($"/api/search?sort={sort}&q={Uri.EscapeDataString(query)}");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        var items = body.RootElement.GetProperty("items");
        if (items.GetArrayLength() == 0)
        {
            return "nothing found";
        }

        // A title made of the prompt, or a result that repeats its call, may come before the message that is meant.
        string? miss = null;
        foreach (var hit in items.EnumerateArray())
        {
            miss = await CompareAsync(app, needle, hit);
            if (miss is null)
            {
                return null;
            }
        }

        return miss;
    }

    private static async Task<string?> CompareAsync(ParleyApp app, JsonElement needle, JsonElement hit)
    {
        var (conversation, message, text) = await SourcesAsync(app, hit);
        if (
            needle.GetProperty("conversation_id").GetString() is { } wanted
            && conversation is not null
            && conversation != wanted
        )
        {
            return $"found in {conversation}";
        }

        var snippet = hit.GetProperty("snippet");
        if (snippet.GetProperty("highlights").GetArrayLength() == 0)
        {
            return $"nothing highlighted in {snippet}";
        }

        var isTitle = hit.GetProperty("kind").GetString() == "title";
        if (isTitle || !needle.TryGetProperty("message_id", out var id))
        {
            return isTitle && needle.GetProperty("where").GetString() == "title"
                ? null
                : $"found as {hit.GetProperty("kind")}";
        }

        // Some sources have no message ids, then the truth counts (#3) or names none; others spread a turn over several messages, of which
        // the truth names the answer. There the text must do.
        var byText =
            id.GetString()?.StartsWith('#') != false
            || needle.GetProperty("where").GetString() is "thinking" or "tool_input" or "tool_result";
        if (
            message is not null
            && (
                byText
                    ? !text.Contains(needle.GetProperty("needle").GetString()!, StringComparison.Ordinal)
                    : id.GetString() != message
            )
        )
        {
            return $"found in message {message}";
        }

        return hit.GetProperty("path").GetBoolean() == needle.GetProperty("on_active_path").GetBoolean()
            ? null
            : "on the wrong branch";
    }

    /// <summary>The provider's own ids of a hit, where it has any.</summary>
    private static Task<(string? Conversation, string? Message, string Text)> SourcesAsync(
        ParleyApp app,
        JsonElement hit
    ) =>
        app.Get<Db>()
            .ReadAsync(session =>
            {
                _ = Ids.TryParse(
                    hit.GetProperty("conversation_id").GetString(),
                    IdKind.Conversation,
                    out var conversation
                );
                _ = Ids.TryParse(hit.GetProperty("message_id").GetString(), IdKind.Message, out var message);
                using var find = session.Query(
                    "SELECT c.source_id, m.source_key, coalesce(m.text, m.parts, '') FROM conversations c LEFT JOIN messages m ON m.id = ?2 WHERE c.id = ?1"
                );
                find.Bind(1, conversation);
                find.Bind(2, message);
                Assert.True(find.Step());
                return (
                    find.Text(0),
                    find.IsNull(1) ? null : MessageKey.FromBytes(find.Blob(1)).ProviderId,
                    find.Text(2)!
                );
            });
}
