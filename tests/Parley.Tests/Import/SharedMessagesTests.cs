using System.IO.Compression;
using System.Text;
using Parley.Import;
using Parley.Kernel;

namespace Parley.Tests.Import;

/// <summary>Sessions of Claude Code that were resumed into other files, imported apart: the same as imported together.</summary>
public sealed class SharedMessagesTests
{
    /// <summary>Each copies the lines of those before it under its own session id, as older versions did; names do not follow time.</summary>
    private static readonly (string Name, string Text)[] Files =
    [
        ("m-first.jsonl", Lines("m-first", "u1 u2 u3")),
        ("a-second.jsonl", Lines("a-second", "u1 u2 u3 v4 v5")),
        ("z-third.jsonl", Lines("z-third", "u1 u2 u3 v4 v5 w6")),
        ("k-copy.jsonl", Lines("z-copy", "u1 u2 u3")),
        ("b-other.jsonl", Lines("b-other", "x1 x2")),
    ];

    public static TheoryData<string> Orders => ["01234", "43210", "21034", "12043", "34210", "20413", "41302"];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Apart_in_any_order_they_give_what_the_folder_gives(string order)
    {
        await using var folder = await ParleyApp.StartAsync();
        await folder.ImportAsync(Zip());
        var expected = await DumpAsync(folder);

        await using var apart = await ParleyApp.StartAsync();
        var jobs = new List<ImportJob>();
        foreach (var file in order.Select(digit => Files[digit - '0']))
        {
            jobs.Add(await apart.ImportAsync(Encoding.UTF8.GetBytes(file.Text), "?name=" + file.Name));
            await DeletedItemsTests.SoundAsync(apart);
        }

        Assert.Equal(expected, await DumpAsync(apart));
        await apart.ImportAsync(Zip());
        foreach (var (name, text) in Files)
        {
            await apart.ImportAsync(Encoding.UTF8.GetBytes(text), "?name=" + name);
        }

        Assert.Equal(expected, await DumpAsync(apart));
        await DeletedItemsTests.SoundAsync(apart);
    }

    [Theory]
    [InlineData("012", "012")]
    [InlineData("210", "012")]
    [InlineData("210", "210")]
    [InlineData("102", "201")]
    public async Task Undone_in_any_order_nothing_is_left_and_nothing_goes_that_another_import_brought(
        string order,
        string undo
    )
    {
        await using var app = await ParleyApp.StartAsync();
        var jobs = new Dictionary<char, ImportJob>();
        foreach (var digit in order)
        {
            var (name, text) = Files[digit - '0'];
            jobs[digit] = await app.ImportAsync(Encoding.UTF8.GetBytes(text), "?name=" + name);
        }

        await app.UndoAsync(jobs[undo[0]]);
        await DeletedItemsTests.SoundAsync(app);
        Assert.Contains("u1", string.Join(' ', await DumpAsync(app)), StringComparison.Ordinal);
        await app.UndoAsync(jobs[undo[1]]);
        await app.UndoAsync(jobs[undo[2]]);
        Assert.Empty(await DumpAsync(app));
    }

    [Fact]
    public async Task A_copy_that_a_person_wrote_in_keeps_its_messages()
    {
        await using var app = await ParleyApp.StartAsync();
        await app.ImportAsync(Encoding.UTF8.GetBytes(Files[1].Text), "?name=" + Files[1].Name);
        var id = (await app.GetJsonAsync("/api/conversations")).Items().Single().Text("id");
        await app.PostJsonAsync($"/api/conversations/{id}/messages", """{"role":"user","content":"mine"}""");
        await app.ImportAsync(Encoding.UTF8.GetBytes(Files[0].Text), "?name=" + Files[0].Name);
        Assert.Equal(6, (await app.GetJsonAsync($"/api/conversations/{id}")).Number("message_count"));
        Assert.Equal(1, (await app.GetJsonAsync("/api/conversations")).Number("total"));
        await DeletedItemsTests.SoundAsync(app);
    }

    private static Task<List<string>> DumpAsync(ParleyApp app) =>
        app.Get<Db>()
            .ReadAsync(session =>
            {
                var dump = new List<string>();
                using var rows = session.Query(
                    """
                    SELECT c.source_id || '|' || coalesce(c.title, '') || '|' || coalesce(c.parent_source_id, '') || '|' || c.created_at || '|' || c.path_count
                        || '|' || (SELECT group_concat(substr(m.source_key, 2) || '<' || coalesce((SELECT substr(p.source_key, 2) FROM messages p
                            WHERE p.id = m.parent_id), ''), ' ') FROM (SELECT * FROM messages WHERE conversation_id = c.id ORDER BY ord) m)
                    FROM conversations c ORDER BY 1
                    """
                );
                while (rows.Step())
                {
                    dump.Add(rows.Text(0)!);
                }

                return dump;
            });

    private static byte[] Zip()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in Files)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        return memory.ToArray();
    }

    private static string Lines(string session, string uuids)
    {
        var lines = new StringBuilder();
        string? parent = null;
        foreach (var uuid in uuids.Split(' '))
        {
            lines.AppendLine(
                $$$"""{"type":"user","uuid":"{{{uuid}}}","parentUuid":{{{parent?.Quoted() ?? "null"}}},"sessionId":"{{{session}}}","timestamp":"2026-01-01T00:00:0{{{uuid[1]}}}Z","message":{"role":"user","content":"text {{{uuid}}}"} }"""
            );
            parent = uuid;
        }

        return lines.ToString();
    }
}
