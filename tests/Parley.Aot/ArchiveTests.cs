using System.Text.Json;
using Xunit;

namespace Parley.Aot;

/// <summary>The main job, natively: an export in, a sentence found.</summary>
public sealed class ArchiveTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("parley-aot-").FullName;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Theory]
    [InlineData("generated/chatgpt-v2.zip")]
    [InlineData("generated/claude-v2.zip")]
    [InlineData("generated/zed.zip")]
    public async Task An_export_is_imported_once_and_every_needle_is_found(string export)
    {
        var file = Path.Combine(Fixtures(), export);
        var first = await NativeParley.RunAsync("import", "--data", data, file);
        Assert.True(first.ExitCode is 0 or 3, first.Output + first.Error);
        var again = await NativeParley.RunAsync("import", "--data", data, file);
        Assert.Contains(" 0 new", again.Output + again.Error, StringComparison.Ordinal);

        using var truth = JsonDocument.Parse(await File.ReadAllBytesAsync(file + ".truth.json"));
        foreach (var needle in truth.RootElement.GetProperty("needles").EnumerateArray())
        {
            if (needle.GetProperty("where").GetString() != "text")
            {
                continue;
            }

            var (code, output, error) = await NativeParley.RunAsync(
                "search",
                "--data",
                data,
                "--json",
                needle.GetProperty("query").GetString()!
            );
            Assert.True(code == 0, error);
            using var answer = JsonDocument.Parse(output);
            var titles = answer
                .RootElement.GetProperty("items")
                .EnumerateArray()
                .Select(item => item.GetProperty("title").GetString());
            Assert.Contains(needle.GetProperty("conversation_title").GetString(), titles);
        }
    }

    private static string Fixtures()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder!.FullName, "tests", "fixtures")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "tests", "fixtures", "imports");
    }
}
