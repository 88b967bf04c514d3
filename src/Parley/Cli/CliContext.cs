using System.CommandLine;
using Parley.Kernel;

namespace Parley.Cli;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUse = 2;
    public const int SomeFailed = 3;
}

/// <summary>Ends a command with one line on standard error and an exit code.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>What every command has: settings, where to write, how.</summary>
internal sealed class CliContext(ParseResult parsed, TextWriter output, TextWriter errors)
{
    public ParseResult Parsed { get; } = parsed;
    public Settings Settings { get; } = Settings.Load(CliSettings.Given(parsed));
    public TextWriter Out { get; } = output;
    public TextWriter Err { get; } = errors;
    public bool Json { get; } = parsed.GetValue(CliSettings.Json);

    /// <summary>Whether standard output is a terminal that shows colours (NO_COLOR is heeded).</summary>
    public bool Colours { get; } =
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    /// <summary>Whether a progress line can be redrawn on standard error.</summary>
    public bool Progress { get; } = !Console.IsErrorRedirected && !parsed.GetValue(CliSettings.Json);
}
