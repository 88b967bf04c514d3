using System.Text.RegularExpressions;

namespace Parley.Tests;

/// <summary>The repository's own files, as <see cref="HouseTests"/> reads them. Paths are relative, with slashes.</summary>
internal static partial class SourceTree
{
    private static readonly string[] NotOurs =
    [
        ".git",
        "bin",
        "obj",
        "artifacts",
        "node_modules",
        "TestResults",
        ".vs",
        ".idea",
    ];

    private static readonly Lazy<ILookup<string, string>> TypesOfRooms = new(() =>
        (
            from file in Files("src/Parley", "*.cs")
            from line in CodeLines(file)
            from Match type in TypeDeclaration().Matches(line.Text)
            select (Room: file.Split('/')[2], Type: type.Groups[1].Value)
        ).ToLookup(t => t.Room, t => t.Type, StringComparer.Ordinal)
    );

    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static IEnumerable<string> Files(string under, string pattern)
    {
        var folders = new Stack<string>([Path.Combine(Root, under)]);
        while (folders.TryPop(out var folder))
        {
            foreach (
                var inner in Directory.EnumerateDirectories(folder).Where(f => !NotOurs.Contains(Path.GetFileName(f)))
            )
            {
                folders.Push(inner);
            }

            foreach (
                var file in Directory.EnumerateFiles(folder, pattern).Where(f => !NotOurs.Contains(Path.GetFileName(f)))
            )
            {
                yield return Path.GetRelativePath(Root, file);
            }
        }
    }

    /// <summary>
    /// Rooms a file names: by <c>using</c>, by full name, or by a name that starts at the room (<c>Search.SearchHit</c>
    /// inside <c>namespace Parley.…</c>). Inner is the part after the room where the name goes deeper.
    /// </summary>
    public static IEnumerable<(string Room, string? Inner, int Line)> RoomsUsed(string file, ICollection<string> rooms)
    {
        foreach (var (text, number) in CodeLines(file))
        {
            foreach (Match name in FullName().Matches(text))
            {
                if (rooms.Contains(name.Groups[1].Value))
                {
                    yield return (name.Groups[1].Value, name.Groups[2].Success ? name.Groups[2].Value : null, number);
                }
            }

            foreach (Match name in HalfName().Matches(text))
            {
                if (
                    rooms.Contains(name.Groups[1].Value)
                    && TypesOfRooms.Value[name.Groups[1].Value].Contains(name.Groups[2].Value)
                )
                {
                    yield return (name.Groups[1].Value, null, number);
                }
            }
        }
    }

    /// <summary>Lines without comments and string contents. Raw strings of several lines keep their inside: harmless here.</summary>
    public static IEnumerable<(string Text, int Number)> CodeLines(string file)
    {
        var inComment = false;
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(Root, file)))
        {
            number++;
            var code = StringContent().Replace(line, "\"\"");
            if (inComment)
            {
                var end = code.IndexOf("*/", StringComparison.Ordinal);
                inComment = end < 0;
                code = inComment ? "" : code[(end + 2)..];
            }

            code = LineComment().Replace(code, "");
            var start = code.IndexOf("/*", StringComparison.Ordinal);
            if (start >= 0)
            {
                inComment = code.IndexOf("*/", start, StringComparison.Ordinal) < 0;
                code = code[..start];
            }

            yield return (code, number);
        }
    }

    public static bool IsBinary(string file)
    {
        using var stream = File.OpenRead(Path.Combine(Root, file));
        var head = new byte[4096];
        return head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)).Contains((byte)0);
    }

    private static string FindRoot(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Parley.slnx"))
            ? folder.FullName
            : FindRoot(
                folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository")
            );

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum|delegate\s+\w+)\s+(?:struct\s+|class\s+)?([A-Z]\w*)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"(?<!namespace\s+)\bParley\.(\w+)(?:\.(\w+))?")]
    private static partial Regex FullName();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w+)\.([A-Z]\w+)")]
    private static partial Regex HalfName();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex StringContent();

    [GeneratedRegex("//.*$")]
    private static partial Regex LineComment();
}
