using System.CommandLine;
using System.Text.Json;
using Parley.Kernel;
using Parley.Ops;

namespace Parley.Cli;

/// <summary><c>parley doctor</c>: whether the store keeps its promises.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Check the store: file, index, trees, counters, attachments.");
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, CancellationToken ct)
    {
        if (!Directory.Exists(cli.Settings.DataDirectory))
        {
            throw new CliException($"there is no archive at {cli.Settings.DataDirectory}");
        }

        await using var server = ParleyServer.Build(
            ServeCommand.Options(cli.Settings, Path.Combine(Path.GetTempPath(), "parley-unused"), readOnly: true)
        );
        var doctor = server.Services.GetRequiredService<Doctor>();
        var sound = true;
        await foreach (var finding in doctor.ExamineAsync(ct))
        {
            sound &= finding.Sound;
            await cli.Out.WriteLineAsync(
                cli.Json
                    ? JsonSerializer.Serialize(finding, DoctorJson.Default.Finding)
                    : $"{(finding.Sound ? "ok  " : "BAD ")} {finding.Check}{(finding.Detail is null ? "" : ": " + finding.Detail)}"
            );
        }

        return sound ? ExitCode.Done : ExitCode.Failed;
    }
}
