using System.Globalization;
using System.Text.Json;
using Parley.Import;

namespace Parley.Cli;

/// <summary>An import on the terminal: one redrawn progress line, then what became of it.</summary>
internal sealed class ImportView(CliContext cli, string name)
{
    private const int BarWidth = 24;

    public string Name { get; } = name;

    public void Show(ImportProgress progress)
    {
        if (cli.Json)
        {
            cli.Out.WriteLine(
                JsonSerializer.Serialize(
                    new ImportEvent("progress", Progress: progress),
                    ImportJson.Default.ImportEvent
                )
            );
            return;
        }

        if (!cli.Progress)
        {
            return;
        }

        var share = progress.Size > 0 ? Math.Min(1, (double)progress.Position / progress.Size) : 0;
        var filled = (int)(share * BarWidth);
        var eta = progress.EtaSeconds is { } seconds ? $", {TimeSpan.FromSeconds(seconds):m\\:ss} left" : "";
        cli.Err.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\r\e[K{Name} [{new string('#', filled)}{new string('.', BarWidth - filled)}] {share:P0} {progress.Conversations:N0} conversations, {progress.Messages:N0} messages, {progress.MessagesPerSecond:N0}/s{eta}"
            )
        );
    }

    /// <summary>The end of an import; gives the exit code.</summary>
    public int End(ImportJob import)
    {
        if (cli.Json)
        {
            cli.Out.WriteLine(
                JsonSerializer.Serialize(new ImportEvent("done", Import: import), ImportJson.Default.ImportEvent)
            );
            return Code(import.Report, import.Status);
        }

        if (cli.Progress)
        {
            cli.Err.Write("\r\e[K");
        }

        if (import.Report is { } report)
        {
            Print(report);
        }

        if (import.Status != ImportStatus.Done)
        {
            cli.Err.WriteLine($"parley: {Name}: {import.Error ?? import.Status}");
        }

        return Code(import.Report, import.Status);
    }

    public int Report(ImportReport report)
    {
        if (cli.Json)
        {
            cli.Out.WriteLine(JsonSerializer.Serialize(report, ImportJson.Default.ImportReport));
        }
        else
        {
            Print(report);
        }

        return Code(report, ImportStatus.Done);
    }

    private static int Code(ImportReport? report, string status) =>
        status != ImportStatus.Done || report is null || report.Sources.Count == 0 ? ExitCode.Failed
        : report.Sources.Exists(s => s.Failures.Count > 0) ? ExitCode.SomeFailed
        : ExitCode.Done;

    private void Print(ImportReport report)
    {
        foreach (var source in report.Sources)
        {
            var c = source.Conversations;
            var m = source.Messages;
            cli.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Name}: {source.Format}{(report.DryRun ? " (dry run)" : "")}: conversations {c.New:N0} new, {c.Updated:N0} updated, {c.Unchanged:N0} unchanged, {c.Empty:N0} empty, {c.Skipped:N0} skipped, {c.Failed:N0} failed; messages {m.New.Sum:N0} new, {m.Updated.Sum:N0} updated, {m.Unchanged.Sum:N0} unchanged, {m.Skipped.Sum:N0} skipped; {report.TookMs / 1000.0:0.0} s"
                )
            );
            if (source.Attachments.Stored + source.Attachments.Missing > 0)
            {
                cli.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"  attachments: {source.Attachments.Stored:N0} kept, {source.Attachments.Missing:N0} not in the archive"
                    )
                );
            }

            Print("failed", source.Failures);
            Print("warning", source.Warnings);
            Print("ignored", source.Ignored);
        }

        Print("skipped", report.Skipped);
    }

    private void Print(string kind, NoticeList notices)
    {
        foreach (var group in notices.Groups)
        {
            var place =
                group.Places.Count > 0
                    ? $"; first at {group.Places[0].Entry}{(group.Places[0].Index is { } i ? $" #{i}" : "")}"
                    : "";
            cli.Out.WriteLine(
                $"  {kind} {group.Code} ({group.Count}): {CliText.Clean(group.What, lines: false)}{CliText.Clean(place, lines: false)}"
            );
        }
    }
}
