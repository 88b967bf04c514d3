using System.CommandLine;
using Parley.Import;

namespace Parley.Cli;

/// <summary><c>parley import FILE|FOLDER|-…</c>: reads exports, says what came of them.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "Exports: zips, files or folders; - reads standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Report what would happen; write nothing." };
        var space = new Option<string?>("--space")
        {
            Description = "The space conversations go to; \"default\" where not given.",
        };
        var restore = new Option<bool>("--restore-deleted")
        {
            Description = "Bring back what you deleted here for good.",
        };
        var command = new Command("import", "Import exports of ChatGPT, Claude, Gemini, Grok, Zed and others.")
        {
            files,
            dryRun,
            space,
            restore,
        };
        command.Do(
            (cli, ct) =>
                RunAsync(
                    cli,
                    cli.Parsed.GetRequiredValue(files),
                    cli.Parsed.GetValue(dryRun),
                    new ImportWishes(cli.Parsed.GetValue(space), cli.Parsed.GetValue(restore)),
                    ct
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(
        CliContext cli,
        string[] files,
        bool dryRun,
        ImportWishes wishes,
        CancellationToken ct
    )
    {
        foreach (var file in files.Where(f => f != "-" && !File.Exists(f) && !Directory.Exists(f)))
        {
            throw new CliException($"there is no file or folder {file}", ExitCode.WrongUse);
        }

        await using var api = await LocalApi.OpenAsync(cli, readOnly: false, ct);
        IImporter importer = api.Services is { } services
            ? new ImporterHere(services, wishes)
            : new ImporterThere(api.Client, wishes);
        var worst = ExitCode.Done;
        foreach (var file in files)
        {
            worst = Worse(worst, await OneAsync(cli, importer, file, dryRun, ct));
        }

        return worst;
    }

    private static async Task<int> OneAsync(
        CliContext cli,
        IImporter importer,
        string file,
        bool dryRun,
        CancellationToken ct
    )
    {
        string? spooled = null;
        try
        {
            if (file == "-")
            {
                spooled = await SpoolAsync(ct);
            }

            var view = new ImportView(
                cli,
                file == "-" ? "standard input" : Path.GetFileName(Path.TrimEndingDirectorySeparator(file))
            );
            var path = Path.GetFullPath(spooled ?? file);
            return dryRun
                ? view.Report(await importer.PreviewAsync(path, view.Name, ct))
                : view.End(await importer.ImportAsync(path, view.Name, view.Show, ct));
        }
        finally
        {
            if (spooled is not null)
            {
                File.Delete(spooled);
            }
        }
    }

    private static async Task<string> SpoolAsync(CancellationToken ct)
    {
        var path = Path.GetTempFileName();
        await using var file = new FileStream(path, FileMode.Truncate, FileAccess.Write);
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(file, ct);
        return path;
    }

    /// <summary>Failed before some-failed before done.</summary>
    private static int Worse(int a, int b) =>
        a == ExitCode.Failed || b == ExitCode.Failed ? ExitCode.Failed : Math.Max(a, b);
}

/// <param name="Space">Where conversations go; null: the default space.</param>
/// <param name="RestoreDeleted">Bring back what was deleted here.</param>
internal sealed record ImportWishes(string? Space, bool RestoreDeleted);

/// <summary>Where imports run: in this process, or in the server that holds the store.</summary>
internal interface IImporter
{
    Task<ImportReport> PreviewAsync(string path, string name, CancellationToken ct);

    Task<ImportJob> ImportAsync(string path, string name, Action<ImportProgress> show, CancellationToken ct);
}
