using System.CommandLine;
using Parley.Kernel;

namespace Parley.Cli;

/// <summary>The flags every command takes: one for each setting, and <c>--json</c>.</summary>
internal static class CliSettings
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON document, or JSON lines.",
        Recursive = true,
    };

    private static readonly Dictionary<string, Option<string?>> Flags = Settings.All.ToDictionary(
        s => s.Name,
        s => new Option<string?>(s.Flag)
        {
            Description = s.Meaning,
            Recursive = true,
            HelpName = s.Name,
            // --single-user alone means true.
            Arity = s == Settings.SingleUser ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            Hidden = s != Settings.Data && s != Settings.Listen && s != Settings.SingleUser,
        }
    );

    public static void AddTo(RootCommand root)
    {
        root.Add(Json);
        foreach (var flag in Flags.Values)
        {
            root.Add(flag);
        }
    }

    /// <summary>The settings given as flags, by name.</summary>
    public static Dictionary<string, string> Given(ParseResult parsed)
    {
        var given = new Dictionary<string, string>();
        foreach (var (name, flag) in Flags)
        {
            if (parsed.GetResult(flag) is { Implicit: false })
            {
                given[name] = parsed.GetValue(flag) ?? "true";
            }
        }

        return given;
    }
}
