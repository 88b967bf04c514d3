namespace Parley.Kernel;

/// <summary>
/// A program of the settings file that offers tools over its standard input and output (MCP). Only the file names such:
/// who can change it can run programs anyway (S43).
/// </summary>
/// <param name="Name">Small letters and digits; stands before the names of its tools.</param>
/// <param name="Program">A path, or a name that is looked for in PATH.</param>
internal sealed record StdioServer(string Name, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>What it gets of an environment beside the plain things, such as PATH and HOME.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Variables whose values are read from files each time it starts: secrets stay out of the settings.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentFiles { get; init; } = new Dictionary<string, string>();

    public string? Folder { get; init; }

    /// <summary>All users may use it; otherwise admins alone.</summary>
    public bool ForAll { get; init; }

    /// <summary>Its own word that a tool only reads is believed.</summary>
    public bool TrustsHints { get; init; }
}

/// <summary>The lines <c>tools.stdio.NAME…</c> of the settings file.</summary>
internal sealed class StdioServerLines
{
    public const string Prefix = "tools.stdio.";
    private const int LongestName = 24;
    private const string EnvironmentPart = "env.";
    private const string EnvironmentFilePart = "env-file.";

    /// <summary>Every form of such a line, for the page of settings.</summary>
    public static readonly IReadOnlyList<(string Form, string Meaning)> Forms =
    [
        (
            Prefix + "NAME",
            "The program and its arguments, separated by spaces; what holds spaces stands in \"double\" or 'single' quotes. No shell reads it. NAME is small letters and digits, and stands before the names of its tools."
        ),
        (Prefix + "NAME.users", "Who may use it: admins, or all. Otherwise admins."),
        (Prefix + "NAME.folder", "The folder it works in, a whole path. Otherwise the one Parley was started in."),
        (
            Prefix + "NAME.env.VARIABLE",
            "A variable of its environment. Beside these it gets PATH, HOME, USER, LOGNAME, LANG, LC_ALL, TZ and TMPDIR, and nothing else of Parley's."
        ),
        (
            Prefix + "NAME.env-file.VARIABLE",
            "The same with a secret: a file, a whole path, that is read each time the program starts."
        ),
        (
            Prefix + "NAME.trust-hints",
            "Its own word that a tool only reads is believed: true or false. Otherwise false, and each tool may be allowed for one conversation at most."
        ),
    ];

    private readonly SortedDictionary<string, (int Line, StdioServer Server)> all = new(StringComparer.Ordinal);

    /// <summary>Takes a line in. The line with the program may come before or after the others of its name.</summary>
    /// <exception cref="SettingException">It cannot be used.</exception>
    public void Add(int line, string name, string value)
    {
        try
        {
            var rest = name[Prefix.Length..];
            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            var server = dot < 0 ? rest : rest[..dot];
            if (
                server.Length is 0 or > LongestName
                || !server.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            )
            {
                throw new FormatException($"\"{server}\" must be 1 to {LongestName} small letters and digits");
            }

            var before = all.TryGetValue(server, out var known) ? known.Server : new StdioServer(server, "", []);
            all[server] = (line, dot < 0 ? Program(before, value) : Change(before, rest[(dot + 1)..], value));
        }
        catch (FormatException wrong)
        {
            throw new SettingException($"{Settings.FileName} line {line}: {name}: {wrong.Message}");
        }
    }

    /// <exception cref="SettingException">One has no program.</exception>
    public IReadOnlyList<StdioServer> Read()
    {
        var servers = new List<StdioServer>();
        foreach (var (name, (line, server)) in all)
        {
            if (server.Program.Length == 0)
            {
                throw new SettingException(
                    $"{Settings.FileName} line {line}: {Prefix}{name} is missing: the program and its arguments"
                );
            }

            servers.Add(server);
        }

        return servers;
    }

    private static StdioServer Program(StdioServer server, string value)
    {
        var words = Words(value);
        return words.Count > 0 && words[0].Length > 0
            ? server with
            {
                Program = words[0],
                Arguments = words[1..],
            }
            : throw new FormatException("names no program");
    }

    private static StdioServer Change(StdioServer server, string what, string value) =>
        what switch
        {
            "users" => server with { ForAll = Either("admins", "all", value) },
            "trust-hints" => server with { TrustsHints = Either("false", "true", value) },
            "folder" => server with { Folder = WholePath(value) },
            _ when what.StartsWith(EnvironmentPart, StringComparison.Ordinal) => server with
            {
                Environment = With(server.Environment, what[EnvironmentPart.Length..], value),
            },
            _ when what.StartsWith(EnvironmentFilePart, StringComparison.Ordinal) => server with
            {
                EnvironmentFiles = With(server.EnvironmentFiles, what[EnvironmentFilePart.Length..], WholePath(value)),
            },
            _ => throw new FormatException(
                "there is no such setting; there are users, folder, env.…, env-file.…, trust-hints"
            ),
        };

    private static bool Either(string no, string yes, string value) =>
        value == yes || (value != no ? throw new FormatException($"must be {no} or {yes}") : false);

    private static string WholePath(string value) =>
        Path.IsPathFullyQualified(value) ? value : throw new FormatException($"\"{value}\" must be a whole path");

    private static Dictionary<string, string> With(
        IReadOnlyDictionary<string, string> before,
        string variable,
        string value
    ) =>
        variable.Length > 0 && variable.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? new Dictionary<string, string>(before) { [variable] = value }
            : throw new FormatException($"\"{variable}\" is no name of a variable");

    /// <summary>Words separated by spaces; quotes, which may stand inside a word, keep spaces.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new System.Text.StringBuilder();
        char? quote = null;
        var begun = false;
        foreach (var c in line)
        {
            if (quote is { } open)
            {
                if (c == open)
                {
                    quote = null;
                }
                else
                {
                    word.Append(c);
                }
            }
            else if (c is '"' or '\'')
            {
                (quote, begun) = (c, true);
            }
            else if (c is not (' ' or '\t'))
            {
                word.Append(c);
                begun = true;
            }
            else if (begun)
            {
                words.Add(word.ToString());
                word.Clear();
                begun = false;
            }
        }

        if (quote is not null)
        {
            throw new FormatException($"a quote ({quote}) is not closed");
        }

        if (begun)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
