using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Conversations;
using Parley.Import;
using Parley.Kernel;

namespace Parley.Tests.Import;

public sealed class ImportRunTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-import-");
    private ServiceProvider services = null!;

    public ValueTask InitializeAsync()
    {
        services = new ServiceCollection().AddLogging().AddKernel(folder.FullName).AddConversations().AddImport().BuildServiceProvider();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_import_twice_is_unchanged_and_undo_leaves_nothing()
    {
        var before = await DumpAsync();
        var first = await ImportAsync(1, "conversations.json", Json("one", "two"));
        var dump = await DumpAsync();
        var second = await ImportAsync(2, "conversations.json", Json("one", "two"));
        Assert.Equal(2, first.Sources.Sum(s => s.Conversations.New));
        Assert.Equal(2, second.Sources.Sum(s => s.Conversations.Unchanged));
        Assert.Equal(0, second.Sources.Sum(s => s.Messages.New.Sum));
        Assert.Equal(dump, await DumpAsync());

        var undo = services.GetRequiredService<ImportUndo>();
        await undo.RunAsync(1, 2, default);
        Assert.Equal(dump, await DumpAsync());
        await undo.RunAsync(1, 1, default);
        Assert.Equal(before, await DumpAsync());
    }

    private static string Json(params string[] texts) =>
        "[" + string.Join(',', texts.Select(t => $$"""
            {"uuid":"{{t}}","name":"{{t}}","created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-02T00:00:00Z","chat_messages":[
             {"uuid":"{{t}}-1","sender":"human","text":"{{t}} question","created_at":"2024-01-01T00:00:00Z"},
             {"uuid":"{{t}}-2","sender":"assistant","text":"{{t}} answer","created_at":"2024-01-01T00:00:01Z"}]}
            """)) + "]";

    private async Task<ImportReport> ImportAsync(long id, string name, string content)
    {
        var path = Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(path, content);
        var store = services.GetRequiredService<ImportStore>();
        var row = new ImportRow(id, 1, ImportStatus.Running, name, path, false, 0, 1, 1, null, null, 0, null, null);
        await services.GetRequiredService<Db>().WriteAsync(tx => store.Add(tx, row));
        using var source = FileSource.File(path);
        return await services.GetRequiredService<ImportRun>().RunAsync(row, source, null, default);
    }

    /// <summary>Every row a person can see, import bookkeeping left out.</summary>
    private Task<string> DumpAsync() =>
        services.GetRequiredService<Db>().ReadAsync(session =>
        {
            var lines = new List<string>();
            foreach (var table in new[] { "spaces", "folders", "tags", "conversations", "conversation_tags", "messages", "attachments", "documents", "message_stats", "conversation_stats" })
            {
                using var rows = session.Query($"SELECT * FROM {table}");
                while (rows.Step())
                {
                    lines.Add(table + "|" + string.Join('|', Enumerable.Range(0, rows.ColumnCount).Select(i => rows.Type(i) == Parley.Sqlite.SqliteType.Blob ? Convert.ToHexString(rows.Blob(i)) : rows.Text(i))));
                }
            }

            return string.Join('\n', lines);
        });
}
