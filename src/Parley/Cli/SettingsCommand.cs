using System.CommandLine;
using System.Text.Json;
using Parley.Kernel;

namespace Parley.Cli;

/// <summary><c>parley settings</c>: every value and where it comes from.</summary>
internal static class SettingsCommand
{
    public static Command Create()
    {
        var command = new Command("settings", "Print every setting, its value and where it comes from.");
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, CancellationToken ct)
    {
        foreach (var setting in Settings.All)
        {
            var value = setting == Settings.Data ? cli.Settings.DataDirectory : cli.Settings.Get(setting);
            value = setting.IsSecret && value.Length > 0 ? "(set)" : value;
            var origin = cli.Settings.OriginOf(setting) switch
            {
                SettingOrigin.Flag => setting.Flag,
                SettingOrigin.Variable => setting.Variable,
                SettingOrigin.File => Settings.FileName,
                _ => "default",
            };
            await cli.Out.WriteLineAsync(
                cli.Json
                    ? $$"""{"name":"{{setting.Name}}","value":"{{JsonEncodedText.Encode(value)}}","origin":"{{JsonEncodedText.Encode(origin)}}"}"""
                    : $"{setting.Name} = {value}  ({origin})\n    {setting.Meaning} {setting.Flag}, {setting.Variable}"
            );
        }

        // Without the variables, which may be secret.
        foreach (var server in cli.Settings.StdioServers)
        {
            var (name, value) = (
                StdioServerLines.Prefix + server.Name,
                string.Join(' ', [server.Program, .. server.Arguments])
            );
            await cli.Out.WriteLineAsync(
                cli.Json
                    ? $$"""{"name":"{{name}}","value":"{{JsonEncodedText.Encode(value)}}","origin":"{{Settings.FileName}}"}"""
                    : $"{name} = {value}  ({Settings.FileName})\n    A program with tools for models, for {(server.ForAll ? "all" : "admins")}."
            );
        }

        return ExitCode.Done;
    }
}
