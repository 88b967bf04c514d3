using System.CommandLine;
using System.Reflection;

namespace Parley.Cli;

/// <summary><c>parley version</c>.</summary>
internal static class VersionCommand
{
    public static string Text { get; } =
        typeof(VersionCommand)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "0";

    public static Command Create()
    {
        var command = new Command("version", "Print the version of Parley and of the SQLite inside.");
        command.Do(
            async (cli, _) =>
            {
                var sqlite = Sqlite.SqliteConnection.LibraryVersion;
                await cli.Out.WriteLineAsync(
                    cli.Json ? $$"""{"version":"{{Text}}","sqlite":"{{sqlite}}"}""" : $"parley {Text} (SQLite {sqlite})"
                );
                return ExitCode.Done;
            }
        );
        return command;
    }
}
