using System.CommandLine;
using System.Text.Json;
using Parley.Kernel;
using Parley.Ops;
using Parley.Search;

namespace Parley.Cli;

/// <summary><c>parley doctor</c>: whether the store keeps its promises.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> RebuildSearch = new("--rebuild-search")
    {
        Description = "Build the search index anew from the messages first; no server may hold the store.",
    };

    public static Command Create()
    {
        var command = new Command("doctor", "Check the store: file, index, trees, counters, attachments.")
        {
            RebuildSearch,
        };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, CancellationToken ct)
    {
        if (!Directory.Exists(cli.Settings.DataDirectory))
        {
            throw new CliException($"there is no archive at {cli.Settings.DataDirectory}");
        }

        var rebuild = cli.Parsed.GetValue(RebuildSearch);
        await using var server = ParleyServer.Build(
            ServeCommand.Options(cli.Settings, Path.Combine(Path.GetTempPath(), "parley-unused"), readOnly: !rebuild)
        );
        if (rebuild)
            await RebuildAsync(cli, server.Services.GetRequiredService<ISearchIndex>(), ct);
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

    private static async Task RebuildAsync(CliContext cli, ISearchIndex index, CancellationToken ct)
    {
        long documents = 0;
        await index.RebuildAsync(new Count(cli, count => documents = count), ct);
        if (cli.Progress)
            await cli.Err.WriteLineAsync();
        if (!cli.Json)
            await cli.Out.WriteLineAsync($"search index built anew: {documents:N0} documents");
    }

    /// <summary>Shows on the spot, unlike <see cref="Progress{T}"/>, which may come late and out of order.</summary>
    private sealed class Count(CliContext cli, Action<long> keep) : IProgress<long>
    {
        public void Report(long value)
        {
            keep(value);
            if (cli.Progress)
                cli.Err.Write($"\rsearch index: {value:N0} documents");
        }
    }
}
