namespace Parley.Tests;

/// <summary>Files that are committed and yet made from the code: <c>./dev docs</c> writes them, the tests hold them to it.</summary>
internal static class Generated
{
    private static bool Writing => Environment.GetEnvironmentVariable("PARLEY_WRITE_DOCS") == "1";

    public static void Check(string file, string text)
    {
        var path = Path.Combine(SourceTree.Root, file);
        if (Writing)
        {
            File.WriteAllText(path, text);
            return;
        }

        var committed = File.Exists(path) ? File.ReadAllText(path) : "";
        if (committed == text)
        {
            return;
        }

        var (was, now) = (committed.Split('\n'), text.Split('\n'));
        var line = was.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail(
            $"{file} is not what the code says, from line {line + 1} on. Run ./dev docs and commit what it writes.\n"
                + $"  it says:      {Shown(was, line)}\n  the code says: {Shown(now, line)}"
        );
    }

    private static string Shown(string[] lines, int at) =>
        at >= lines.Length ? "(its end)" : lines[at][..Math.Min(lines[at].Length, 300)];
}
