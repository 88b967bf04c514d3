namespace Parley.Kernel.Processes;

/// <summary>A program to run; no shell reads any of it.</summary>
/// <param name="Program">A path, or a name that is looked for in PATH.</param>
internal sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>All of an environment that it gets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where it works; null: where this process does.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The kernel kills it when Parley is killed (Linux with setpriv(1), which Debian has): for programs that do not read
    /// their input, and so would not notice.
    /// </summary>
    public bool DiesWithParley { get; init; }
}

/// <summary>A program cannot be started. The message says which and why.</summary>
internal sealed class ChildException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What children get of this process's own environment.</summary>
internal static class ChildEnvironment
{
    /// <summary>What programs need to find themselves and others; nothing in it is secret.</summary>
    private static readonly string[] Plain = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

    /// <summary>The plain ones, and those given.</summary>
    public static Dictionary<string, string> With(IReadOnlyDictionary<string, string> given)
    {
        var all = new Dictionary<string, string>();
        foreach (var name in Plain)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                all[name] = value;
            }
        }

        foreach (var (name, value) in given)
        {
            all[name] = value;
        }

        return all;
    }

    /// <summary>All but what is Parley's own: keys may be among it.</summary>
    public static Dictionary<string, string> WithoutOurs()
    {
        var all = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry one in Environment.GetEnvironmentVariables())
        {
            if (!((string)one.Key).StartsWith("PARLEY_", StringComparison.OrdinalIgnoreCase))
            {
                all[(string)one.Key] = (string?)one.Value ?? "";
            }
        }

        return all;
    }
}

/// <summary>Finds programs as a shell would.</summary>
internal static class ProgramPath
{
    private const UnixFileMode Runnable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The whole path of a program; null where there is none of that name that can be run.</summary>
    /// <param name="program">A path, from <paramref name="folder"/>; or a name, looked for in <paramref name="paths"/>.</param>
    public static string? Find(string program, string? folder = null, string? paths = null)
    {
        if (program.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar))
        {
            return Runs(Path.GetFullPath(program, folder ?? Environment.CurrentDirectory));
        }

        foreach (
            var place in (paths ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(
                Path.PathSeparator,
                StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            if (Path.IsPathRooted(place) && Runs(Path.Combine(place, program)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Runs(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.Exists(path) ? path
                : File.Exists(path + ".exe") ? path + ".exe"
                : null;
        }

        return File.Exists(path) && (File.GetUnixFileMode(path) & Runnable) != UnixFileMode.None ? path : null;
    }
}
