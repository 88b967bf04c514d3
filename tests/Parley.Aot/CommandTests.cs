using System.Text.Json;
using Xunit;

namespace Parley.Aot;

/// <summary>The native file's commands over one archive: import, search, show, export, stats, get, doctor, settings.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string data = Path.Combine(Directory.CreateTempSubdirectory("parley-cli-").FullName, "data");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(data)!, recursive: true);

    [Fact]
    public async Task An_archive_is_imported_found_shown_exported_and_sound()
    {
        var (code, output, error) = await RunAsync(
            "import",
            Fixtures.Path("generated/chatgpt-v1.zip"),
            Fixtures.Path("generated/claude-v2.zip"),
            Fixtures.Path("zed/threads-first-schema.db")
        );
        Assert.True(code == 0, output + error);
        Assert.Contains("24 new", output, StringComparison.Ordinal);

        var (found, hits, _) = await RunAsync("search", "--json", "qvolejyqenux1z");
        Assert.Equal(0, found);
        using var answer = JsonDocument.Parse(hits);
        var hit = answer.RootElement.GetProperty("items")[0];
        Assert.Equal("claude", hit.GetProperty("provider").GetString());

        Assert.Equal(0, (await RunAsync("search", "--save", "needle", "qvolejyqenux1z")).Code);
        var (saved, again, _) = await RunAsync("search", "--saved", "Needle", "--histogram", "year");
        Assert.Equal(0, saved);
        Assert.Contains("found in", again, StringComparison.Ordinal);
        Assert.Contains("-01-01 ", again, StringComparison.Ordinal);

        var id = hit.GetProperty("conversation_id").GetString()!;
        var (shown, text, _) = await RunAsync("show", id);
        Assert.Equal(0, shown);
        Assert.Contains("qvolejyqenux1z", text, StringComparison.Ordinal);

        var (retrieved, passages, _) = await RunAsync("retrieve", "--json", "where does qvolejyqenux1z stand");
        Assert.Equal(0, retrieved);
        using (var found1 = JsonDocument.Parse(passages))
        {
            var passage = found1.RootElement.GetProperty("passages")[0];
            Assert.Equal(id, passage.GetProperty("conversation_id").GetString());
            Assert.Contains("qvolejyqenux1z", passage.GetProperty("text").GetString(), StringComparison.Ordinal);
        }

        var (asked, _, why) = await RunAsync("ask", "--model", "nobody", "hello");
        Assert.Equal(1, asked);
        Assert.StartsWith("parley: ", why, StringComparison.Ordinal);

        var file = data + ".zip";
        Assert.Equal(0, (await RunAsync("export", "--format", "markdown", "--out", file)).Code);
        using (var zip = System.IO.Compression.ZipFile.OpenRead(file))
        {
            Assert.True(zip.Entries.Count >= 48);
        }

        Assert.Equal(0, (await RunAsync("stats")).Code);
        Assert.Equal(0, (await RunAsync("get", "/api/v1/providers")).Code);
        var (rebuilt, told, _) = await RunAsync("doctor", "--rebuild-search");
        Assert.Equal(0, rebuilt);
        Assert.Contains("search index built anew", told, StringComparison.Ordinal);
        var (sound, findings, _) = await RunAsync("doctor");
        Assert.True(sound == 0, findings);
    }

    [Fact]
    public async Task Importing_twice_changes_nothing_and_a_running_server_takes_the_second()
    {
        Assert.Equal(0, (await RunAsync("import", Fixtures.Path("generated/claude-v1.zip"))).Code);
        await using var server = await Server.StartAsync(data);
        var (code, output, error) = await RunAsync("import", Fixtures.Path("generated/claude-v1.zip"));
        Assert.True(code == 0, output + error);
        Assert.Contains("24 unchanged", output, StringComparison.Ordinal);
        Assert.Contains(" 0 new", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import", "/nowhere/at/all.zip")]
    [InlineData("import")]
    [InlineData("search")]
    [InlineData("serve", "--single-user", "--listen", "0.0.0.0:80")]
    [InlineData("nonsense")]
    public async Task Wrong_use_is_one_line_and_exit_code_2(params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);
        Assert.Equal(2, code);
        Assert.StartsWith("parley: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_file_that_is_no_export_fails_with_a_reason()
    {
        var path = data + ".txt";
        await File.WriteAllTextAsync(path, "just some words");
        var (code, _, error) = await RunAsync("import", path);
        Assert.Equal(1, code);
        Assert.Contains("export that Parley knows", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_that_fail_give_exit_code_3()
    {
        var (code, output, _) = await RunAsync("import", Fixtures.Path("zed/threads.db"));
        Assert.Equal(3, code);
        Assert.Contains("failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_name_their_origin()
    {
        var (code, output, _) = await RunAsync("settings");
        Assert.Equal(0, code);
        Assert.Contains("(--data)", output, StringComparison.Ordinal);
        Assert.Contains("listen = 127.0.0.1:7447  (default)", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        await NativeParley.RunAsync([.. arguments, "--data", data]);
}
