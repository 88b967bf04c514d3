using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Parley.Import;
using Parley.Kernel;
using Parley.Ops;

namespace Parley.Tests.Import;

/// <summary>Parley's own exports come back whole: what is exported from the copy is what was exported from the original.</summary>
public sealed partial class ExportRoundTripTests
{
    public static TheoryData<string> Files => [.. FixtureCounts.Names("")];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_fixture_exported_and_imported_into_an_empty_store_exports_the_same(string name)
    {
        await using var original = await ParleyApp.StartAsync();
        await original.ImportAsync(
            await ArchiveTests.BytesAsync(name),
            "?name=" + Uri.EscapeDataString(Path.GetFileName(name))
        );
        await SameAsync(original, "json");
    }

    [Theory]
    [InlineData("json")]
    [InlineData("jsonl")]
    public async Task What_was_made_here_comes_back_with_its_branches_marks_and_places(string format)
    {
        await using var original = await ParleyApp.StartAsync();
        var (id, messages) = await original.MakeConversationAsync("Tea 🍵", "q1", "a1", "q2", "a2");
        await original.PatchJsonAsync(
            "/api/conversations/" + id,
            """{"tags":["green","Ärger"],"space":"Kitchen","system_prompt":"Be brief","extra_data":{"k":[1,2]},"starred":true,"pinned":true}"""
        );
        await original.PatchJsonAsync($"/api/conversations/{id}/messages/{messages[2]}", """{"content":"q2 other"}""");
        await original.PatchJsonAsync(
            $"/api/conversations/{id}/messages/{messages[1]}",
            """{"favourite":true,"pinned":true,"reactions":["👍"],"extra_data":{"x":1}}"""
        );
        await original.ImportAsync(await ArchiveTests.BytesAsync("generated/chatgpt-v1.zip"));
        await SameAsync(original, format);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Trees_of_any_shape_past_a_thousand_messages_come_back(int seed)
    {
        await using var original = await ParleyApp.StartAsync();
        var dice = new Random(seed);
        var count = 1001 + dice.Next(1500);
        var messages = Enumerable
            .Range(0, count)
            .Select(i =>
                new StringBuilder($$"""{"id":"m{{i}}","role":"{{(dice.Next(2) == 0 ? "user" : "tool")}}",""")
                    .Append(
                        i == 0 || dice.Next(50) == 0
                            ? ""
                            : $"\"parent_id\":\"m{(dice.Next(4) == 0 ? dice.Next(i) : i - 1)}\","
                    )
                    .Append(dice.Next(3) == 0 ? "\"hidden\":true," : "")
                    .Append($"\"content\":\"text {i} {dice.Next()}\"}}")
                    .ToString()
            );
        var document =
            $$"""{"version":"1.0","title":"tree {{seed}}","active_leaf":"m{{dice.Next(count)}}","messages":[{{string.Join(',', messages)}}]}""";
        var job = await original.ImportAsync(Encoding.UTF8.GetBytes(document));
        Assert.Equal(count, job.Report!.Sources[0].Messages.New.Sum);
        Assert.Equal(
            1,
            (await original.ImportAsync(Encoding.UTF8.GetBytes(document))).Report!.Sources[0].Conversations.Unchanged
        );
        await SameAsync(original, "json");
    }

    [Fact]
    public async Task An_export_of_an_export_is_known_again_everywhere()
    {
        await using var first = await ParleyApp.StartAsync();
        await first.MakeConversationAsync("mine", "q1", "a1");
        var export = await ZipAsync(first, "json");
        await using var second = await ParleyApp.StartAsync();
        await second.ImportAsync(export);
        var again = await ZipAsync(second, "json");
        Assert.Equal(Documents(export), Documents(again));
        await using var third = await ParleyApp.StartAsync();
        await third.ImportAsync(export);
        Unchanged(await third.ImportAsync(again));
        Unchanged(await first.ImportAsync(again));
        Assert.Equal(1, (await third.GetJsonAsync("/api/conversations")).Number("total"));
    }

    [Fact]
    public async Task What_was_made_and_deleted_here_does_not_come_back_unasked()
    {
        await using var app = await ParleyApp.StartAsync();
        var (id, messages) = await app.MakeConversationAsync("mine", "q1", "a1");
        var (other, _) = await app.MakeConversationAsync("other", "q2");
        var export = await ZipAsync(app, "json");
        await app.SendJsonAsync("DELETE", $"/api/conversations/{id}/messages/{messages[1]}", status: 204);
        await app.SendJsonAsync("DELETE", $"/api/conversations/{other}?permanent=true", status: 204);
        var source = (await app.ImportAsync(export)).Report!.Sources[0];
        Assert.Equal((1, 2), (source.Conversations.Skipped, source.Messages.Skipped.Sum));
        await app.ImportAsync(export, "?restore_deleted=true");
        Assert.Equal(2, (await app.GetJsonAsync("/api/conversations")).Number("total"));
        Assert.Equal(2, (await app.GetJsonAsync($"/api/conversations/{id}")).Number("message_count"));
    }

    [Fact]
    public async Task A_document_of_a_version_to_come_is_failed_by_name()
    {
        await using var app = await ParleyApp.StartAsync();
        var job = await app.ImportAsync(
            """{"version":"7.0","generator":"Parley","provider":"parley","messages":[]}"""u8.ToArray()
        );
        var failure = Assert.Single(job.Report!.Sources[0].Failures.Groups);
        Assert.Contains("version 7.0", failure.What, StringComparison.Ordinal);
    }

    /// <summary>Exports, imports into an empty store, exports: the same. Then again into both: nothing changes.</summary>
    private static async Task SameAsync(ParleyApp original, string format)
    {
        var export = await ZipAsync(original, format);
        await using var copy = await ParleyApp.StartAsync();
        if (Documents(export).Count == 0)
        {
            return; // a fixture of documents only
        }

        var job = await copy.ImportAsync(export);
        Assert.Empty(job.Report!.Sources.SelectMany(s => s.Failures.Groups));
        Assert.Equal(Documents(export), Documents(await ZipAsync(copy, format)));
        Assert.Equal(await BytesOfFilesAsync(original), await BytesOfFilesAsync(copy));
        await DeletedItemsTests.SoundAsync(copy);

        foreach (var app in new[] { original, copy })
        {
            var before = await StoreDump.OfAsync(app.Get<Db>());
            Unchanged(await app.ImportAsync(export));
            Assert.Equal(before, await StoreDump.OfAsync(app.Get<Db>()));
        }
    }

    private static void Unchanged(ImportJob job)
    {
        var counts = job.Report!.Sources.Select(s => s.Conversations).ToList();
        Assert.Equal((0, 0), (counts.Sum(c => c.New), counts.Sum(c => c.Updated)));
        Assert.True(counts.Sum(c => c.Unchanged) > 0);
    }

    private static async Task<byte[]> ZipAsync(ParleyApp app, string format) =>
        await app.Client.GetByteArrayAsync("/api/export?format=" + format);

    private static Task<long> BytesOfFilesAsync(ParleyApp app) =>
        app.Get<Db>()
            .ReadAsync(session =>
            {
                using var sum = session.Query("SELECT coalesce(sum(size), 0) FROM attachments WHERE blob IS NOT NULL");
                sum.Step();
                return sum.Int64(0);
            });

    /// <summary>The conversations' files, each id replaced by the place where it first stands, in an order that is theirs.</summary>
    private static List<string> Documents(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        var documents = new List<string>();
        foreach (var entry in archive.Entries.Where(e => !e.FullName.StartsWith("files/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
            var seen = new Dictionary<string, string>();
            documents.Add(
                Id()
                    .Replace(
                        Version().Replace(reader.ReadToEnd(), ""),
                        m => seen.TryGetValue(m.Value, out var known) ? known : seen[m.Value] = "#" + seen.Count
                    )
            );
        }

        documents.Sort(StringComparer.Ordinal);
        return documents;
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();

    /// <summary>Counts edits here, in JSON lines.</summary>
    [GeneratedRegex(",\"version\":\\d+")]
    private static partial Regex Version();
}
