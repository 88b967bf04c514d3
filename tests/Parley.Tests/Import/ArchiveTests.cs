using System.IO.Compression;
using System.Text.Json;
using Parley.Import;
using Parley.Kernel;

namespace Parley.Tests.Import;

/// <summary>The fixtures through the real server: imported, imported again, searched, undone.</summary>
public sealed class ArchiveTests
{
    public static TheoryData<string> Files => [.. FixtureCounts.Names("")];

    public static TheoryData<string> Generated => [.. FixtureCounts.Names("generated/")];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_fixture_gives_its_counts_then_nothing_new_and_undo_leaves_the_store_as_it_was(string name)
    {
        await using var app = await ParleyApp.StartAsync();
        var db = app.Get<Db>();
        var empty = await StoreDump.OfAsync(db);
        var expected = FixtureCounts.Expected(name);

        var first = await ImportAsync(app, name);
        Assert.Equal(expected.Conversations, Sum(first, c => c.New));
        Assert.Equal(expected.Messages, Messages(first, m => m.New));
        var full = await StoreDump.OfAsync(db);

        var second = await ImportAsync(app, name);
        Assert.Equal(expected.Conversations, Sum(second, c => c.Unchanged));
        Assert.Equal(0, Sum(second, c => c.New) + Sum(second, c => c.Updated));
        Assert.Equal(expected.Messages, Messages(second, m => m.Unchanged));
        Assert.Equal(full, await StoreDump.OfAsync(db));

        await UndoAsync(app, second.Id);
        Assert.Equal(full, await StoreDump.OfAsync(db));
        await UndoAsync(app, first.Id);
        Assert.Equal(empty, await StoreDump.OfAsync(db));
    }

    [Theory]
    [MemberData(nameof(Generated))]
    public async Task Every_needle_is_found_by_search_in_its_message(string name)
    {
        await using var app = await ParleyApp.StartAsync();
        await ImportAsync(app, name);
        using var truth = JsonDocument.Parse(await File.ReadAllBytesAsync(FormatRun.FixturePath(name + ".truth.json")));
        foreach (var needle in truth.RootElement.GetProperty("needles").EnumerateArray())
        {
            var query = Uri.EscapeDataString(needle.GetProperty("query").GetString()!);
            using var answer = JsonDocument.Parse(await app.Client.GetStringAsync($"/api/search?q={query}&limit=20"));
            var hits = answer.RootElement.GetProperty("items").EnumerateArray().ToList();
            Assert.True(hits.Count > 0, $"{name}: nothing found for {needle}");
            var (conversation, message) = await SourceAsync(app, hits[0]);
            Assert.True(
                Fits(needle, "conversation_id", conversation, app) && Fits(needle, "message_id", message, app),
                $"{name}: {needle} was found in {conversation}/{message}"
            );
        }
    }

    /// <summary>
    /// An id that the provider does not give cannot be compared (Zed's answers, Gemini's rows). Thoughts, calls and
    /// results may be messages of their own (ChatGPT), while the truth names the answer they belong to.
    /// </summary>
    private static bool Fits(JsonElement needle, string field, string? found, ParleyApp app) =>
        found is null
        || !needle.TryGetProperty(field, out var wanted)
        || wanted.ValueKind != JsonValueKind.String
        || wanted.GetString()!.StartsWith('#')
        || needle.GetProperty("where").GetString() is "title" or "thinking" or "tool_input" or "tool_result"
            && field == "message_id"
        || wanted.GetString() == found
        || !IsKnown(app, field, wanted.GetString()!);

    private static bool IsKnown(ParleyApp app, string field, string id) =>
        app.Get<Db>()
            .Read(session =>
            {
                using var find = session.Query(
                    field == "message_id"
                        ? "SELECT 1 FROM messages WHERE source_key = ?1 AND ?2 IS NOT NULL"
                        : "SELECT 1 FROM conversations WHERE source_id = ?2 AND ?1 IS NOT NULL"
                );
                find.BindBlob(1, Parley.Conversations.MessageKey.Of(id).Bytes);
                find.Bind(2, id);
                return find.Step();
            });

    private static async Task<(string? Conversation, string? Message)> SourceAsync(ParleyApp app, JsonElement hit)
    {
        Assert.True(
            Ids.TryParse(hit.GetProperty("conversation_id").GetString(), IdKind.Conversation, out var conversation)
        );
        var message =
            hit.GetProperty("message_id").GetString() is { } text && Ids.TryParse(text, IdKind.Message, out var id)
                ? id
                : 0;
        return await app.Get<Db>()
            .ReadAsync<(string?, string?)>(session =>
            {
                using var find = session.Query(
                    "SELECT (SELECT source_id FROM conversations WHERE id = ?1), (SELECT source_key FROM messages WHERE id = ?2)"
                );
                find.Bind(1, conversation);
                find.Bind(2, message);
                find.Step();
                return (
                    find.Text(0),
                    find.IsNull(1) ? null : Parley.Conversations.MessageKey.FromBytes(find.Blob(1)).ProviderId
                );
            });
    }

    private static async Task<ImportJob> ImportAsync(ParleyApp app, string name)
    {
        using var content = new ByteArrayContent(await BytesAsync(name));
        using var response = await app.Client.PostAsync(
            new Uri($"/api/import?name={Uri.EscapeDataString(Path.GetFileName(name))}", UriKind.Relative),
            content
        );
        response.EnsureSuccessStatusCode();
        var job = JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), ImportJson.Default.ImportJob)!;
        Assert.True(job.Status == ImportStatus.Done, $"{name}: {job.Status} {job.Error}");
        return job;
    }

    /// <summary>Formats that speak of their folders (subagents, X archives) travel in a zip with them.</summary>
    internal static async Task<byte[]> BytesAsync(string name)
    {
        var bytes = await File.ReadAllBytesAsync(FormatRun.FixturePath(name));
        if (!FixtureCounts.NeedsItsFolder(name))
        {
            return bytes;
        }

        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = zip.CreateEntry(name).Open();
            await entry.WriteAsync(bytes);
        }

        return memory.ToArray();
    }

    private static async Task UndoAsync(ParleyApp app, string id)
    {
        using var response = await app.Client.DeleteAsync(new Uri("/api/imports/" + id, UriKind.Relative));
        response.EnsureSuccessStatusCode();
        Assert.Contains("\"undone\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static long Sum(ImportJob job, Func<ConversationCounts, long> count) =>
        job.Report!.Sources.Where(FixtureCounts.Counts).Sum(s => count(s.Conversations));

    private static long Messages(ImportJob job, Func<MessageCounts, RoleCounts> count) =>
        job.Report!.Sources.Where(FixtureCounts.Counts).Sum(s => FixtureCounts.Counted(s, count(s.Messages)));
}
