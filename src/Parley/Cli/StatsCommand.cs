using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Parley.Cli;

/// <summary><c>parley stats</c>: what the archive holds.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var command = new Command(
            "stats",
            "Print how many conversations and messages there are, by provider and model."
        );
        LocalApi.Do(command, readOnly: true, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        using var stats = await api.GetAsync("/api/stats", ct);
        if (cli.Json)
        {
            await cli.Out.WriteLineAsync(stats.RootElement.GetRawText());
            return ExitCode.Done;
        }

        foreach (var member in stats.RootElement.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Number)
            {
                await cli.Out.WriteLineAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{member.Value.GetInt64(), 12:N0}  {member.Name.Replace('_', ' ')}"
                    )
                );
            }
        }

        foreach (var member in stats.RootElement.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Array))
        {
            await cli.Out.WriteLineAsync($"\n{member.Name.Replace('_', ' ')}");
            foreach (var row in member.Value.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object))
            {
                await cli.Out.WriteLineAsync(
                    "  " + string.Join("  ", row.EnumerateObject().Select(f => $"{f.Name}={f.Value}"))
                );
            }
        }

        return ExitCode.Done;
    }
}
