using System.Text.RegularExpressions;
using Xunit;

namespace Parley.Tests;

/// <summary>
/// The house's own rules, held by reading the sources. The floor table here is the one that counts; a new room gets
/// its line here and in ARCHITECTURE.md. A room uses rooms on lower floors and the kernel: never its own floor, never
/// upward.
/// </summary>
public sealed partial class HouseTests
{
    private const int LongestFile = 400;

    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["OpenAi"] = 7,
        ["OpenWebUi"] = 7,
        ["Realtime"] = 7,
        ["Mcp"] = 7,
        ["Cli"] = 7,
        ["Gateway"] = 7,
        ["Web"] = 7,
        ["Ops"] = 6,
        ["Chat"] = 6,
        ["Retrieval"] = 5,
        ["Requirements"] = 5,
        ["Import"] = 4,
        ["Tools"] = 4,
        ["Documents"] = 4,
        ["Vectors"] = 4,
        ["Audio"] = 4,
        ["Images"] = 4,
        ["Search"] = 3,
        ["Embeddings"] = 3,
        ["Memories"] = 3,
        ["Graph"] = 3,
        ["Conversations"] = 2,
        ["Identity"] = 1,
        ["Files"] = 1,
        ["Providers"] = 2,
        ["Kernel"] = 0,
    };

    private static readonly string[] Composition = ["Program.cs", "ParleyServer.cs", "ServerOptions.cs"];

    private static string Root => SourceTree.Root;

    private static List<string> Rooms =>
        [
            .. Directory
                .EnumerateDirectories(Path.Combine(Root, "src", "Parley"))
                .Select(folder => Path.GetFileName(folder)!)
                .Where(name => name is not ("bin" or "obj" or "Properties"))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void Every_room_has_a_floor()
    {
        var homeless = Rooms
            .Where(room => !Floors.ContainsKey(room))
            .Select(room => $"src/Parley/{room} has no floor: give it one in HouseTests.cs");
        Report(homeless);
    }

    [Fact]
    public void Rooms_use_lower_floors_only()
    {
        var faults =
            from file in SourceTree.Files("src/Parley", "*.cs")
            let room = file.Split('/')[2]
            where Floors.ContainsKey(room)
            from used in SourceTree.RoomsUsed(file, Floors.Keys)
            where used.Room != room && Floors[used.Room] >= Floors[room]
            select $"{file}({used.Line}): {room} (floor {Floors[room]}) uses {used.Room} (floor {Floors[used.Room]}). "
                + "Calls only go down: send news up as an event or a job carrying ids, or move what both need to a lower floor";
        Report(faults);
    }

    [Fact]
    public void Rooms_use_the_door_of_other_rooms()
    {
        var faults =
            from file in SourceTree.Files("src/Parley", "*.cs")
            let room = file.Split('/')[2]
            where Floors.ContainsKey(room)
            from used in SourceTree.RoomsUsed(file, Floors.Keys)
            where
                used.Room != room
                && used.Room != "Kernel"
                && used.Inner is { } inner
                && Directory.Exists(Path.Combine(Root, "src", "Parley", used.Room, inner))
            select $"{file}({used.Line}): {room} reaches into {used.Room}/{used.Inner}, which is private. "
                + $"A room's door is the types in its top folder: put what you need into src/Parley/{used.Room}";
        Report(faults);
    }

    [Fact]
    public void Only_the_composition_stands_outside_the_rooms()
    {
        Report(
            SourceTree
                .Files("src/Parley", "*.cs")
                .Where(file => file.Split('/') is [_, _, var name] && !Composition.Contains(name))
                .Select(file =>
                    $"{file}: only {string.Join(", ", Composition)} put the rooms together; move it to the room that owns it"
                )
        );
    }

    [Fact]
    public void Architecture_shows_the_floors_as_they_are()
    {
        var page = File.ReadAllText(Path.Combine(Root, "ARCHITECTURE.md"));
        var shown = FloorRow()
            .Matches(page)
            .SelectMany(row =>
                Name()
                    .Matches(row.Groups[2].Value)
                    .Select(name => (Room: name.Groups[1].Value, Floor: row.Groups[1].Value))
            );
        var actual = Rooms.Where(Floors.ContainsKey).Select(room => (Room: room, Floor: $"{Floors[room]}"));
        Assert.Equal(actual.Order(), shown.Order());
    }

    [Fact]
    public void Every_room_says_what_it_is_in_a_README()
    {
        Report(
            Rooms
                .Where(room => !File.Exists(Path.Combine(Root, "src", "Parley", room, "README.md")))
                .Select(room =>
                    $"src/Parley/{room}/README.md is missing: ten lines: what it does, its door, its tables, what was decided"
                )
        );
    }

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        Report(
            from file in SourceTree.Files("", "*.cs")
            let lines = File.ReadLines(Path.Combine(Root, file)).Count()
            where lines > LongestFile
            select $"{file} has {lines} lines: split it by concern (TurnRunner.cs, TurnRunner.Tools.cs)"
        );
    }

    [Fact]
    public void Only_the_command_line_writes_to_the_console()
    {
        Report(
            from file in SourceTree.Files("src", "*.cs")
            where !file.StartsWith("src/Parley/Cli/", StringComparison.Ordinal) && file != "src/Parley/Program.cs"
            from line in SourceTree.CodeLines(file)
            where Console().IsMatch(line.Text)
            select $"{file}({line.Number}): Console belongs to Cli: log it, or return it to the command"
        );
    }

    /// <summary>Else the container builds its type at every start of the native file (Kernel/LogRegistration.cs).</summary>
    [Fact]
    public void Every_logger_that_is_asked_for_is_registered()
    {
        var asked = new Dictionary<string, string>(StringComparer.Ordinal);
        var registered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in SourceTree.Files("src/Parley", "*.cs"))
        {
            foreach (var line in SourceTree.CodeLines(file))
            {
                foreach (Match logger in Logger().Matches(line.Text))
                {
                    asked.TryAdd(logger.Groups[1].Value, $"{file}({line.Number})");
                }

                foreach (Match log in Registered().Matches(line.Text))
                {
                    registered.Add(log.Groups[1].Value);
                }
            }
        }

        Assert.NotEmpty(registered);
        Report(
            asked
                .Where(one => one.Key != "T" && !registered.Contains(one.Key))
                .Select(one => $"{one.Value}: services.AddLog<{one.Key}>() is missing where its room is put together")
        );
    }

    [Fact]
    public void A_silenced_warning_says_why()
    {
        Report(
            from file in SourceTree.Files("", "*.cs")
            from line in File.ReadLines(Path.Combine(Root, file))
                .Select((text, index) => (Text: text, Number: index + 1))
            where
                line.Text.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal)
                && !line.Text.Contains("//", StringComparison.Ordinal)
            select $"{file}({line.Number}): say why, in a comment on the same line"
        );
    }

    [Fact]
    public void No_tracked_file_names_a_path_of_someones_machine()
    {
        Report(
            from file in SourceTree.Files("", "*")
            where !file.StartsWith("tests/fixtures/", StringComparison.Ordinal) && !SourceTree.IsBinary(file)
            from line in File.ReadLines(Path.Combine(Root, file))
                .Select((text, index) => (Text: text, Number: index + 1))
            where MachinePath().IsMatch(line.Text) || line.Text.Contains(Root + "/", StringComparison.Ordinal)
            select $"{file}({line.Number}): a path of one machine: {MachinePath().Match(line.Text).Value}; make it relative to the repository"
        );
    }

    private static void Report(IEnumerable<string> faults)
    {
        var all = faults.Distinct(StringComparer.Ordinal).ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    // | 3 | `Search`, `Vectors` | what they do |
    [GeneratedRegex(@"^\| (\d) \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex FloorRow();

    [GeneratedRegex("ILogger<([A-Za-z]+)>")]
    private static partial Regex Logger();

    [GeneratedRegex(@"AddLog<([A-Za-z]+)>\(\)")]
    private static partial Regex Registered();

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?<![\w.])Console\.")]
    private static partial Regex Console();

    // Names made up for examples (me, user, sam …) are nobody's.
    [GeneratedRegex(
        @"(?<![\w.~$}/])/(?:(?:home|Users)/(?!me\b|user\b|you\b|ada\b|sam\b|someone\b|x\b)\w|root/\w|work/\w)"
    )]
    private static partial Regex MachinePath();
}
