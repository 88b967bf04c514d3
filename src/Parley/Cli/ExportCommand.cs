using System.CommandLine;

namespace Parley.Cli;

/// <summary><c>parley export</c>: one conversation, or a zip of many.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("id")
        {
            Description = "One conversation; without it a zip of all.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var format = new Option<string>("--format")
        {
            Description = "json, markdown, html or jsonl",
            DefaultValueFactory = _ => "json",
        };
        format.AcceptOnlyFromAmong("json", "markdown", "html", "jsonl");
        var output = new Option<string?>("--out", "-o")
        {
            Description = "File to write; standard output where not given.",
        };
        var space = new Option<string?>("--space") { Description = "Only conversations of this space." };
        var since = new Option<string?>("--since")
        {
            Description = "Only conversations changed since this day, 2025-01-31.",
        };
        var command = new Command("export", "Export conversations.") { id, format, output, space, since };
        LocalApi.Do(
            command,
            readOnly: true,
            async (cli, api, ct) =>
            {
                var one = cli.Parsed.GetValue(id);
                var kind = cli.Parsed.GetValue(format);
                var path = one is null
                    ? $"/api/export?format={kind}{Query("space", cli.Parsed.GetValue(space))}{Query("since", cli.Parsed.GetValue(since))}"
                    : $"/api/export/conversations/{Uri.EscapeDataString(one)}/{kind}";
                using var response = await api.Client.GetAsync(
                    new Uri(path, UriKind.Relative),
                    HttpCompletionOption.ResponseHeadersRead,
                    ct
                );
                await LocalApi.EnsureAsync(response, ct);
                await WriteAsync(response, cli.Parsed.GetValue(output), ct);
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static string Query(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    /// <summary>A file appears whole or not at all.</summary>
    private static async Task WriteAsync(HttpResponseMessage response, string? file, CancellationToken ct)
    {
        if (file is null)
        {
            await using var output = Console.OpenStandardOutput();
            await response.Content.CopyToAsync(output, ct);
            return;
        }

        var temporary = file + ".part";
        await using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            await response.Content.CopyToAsync(stream, ct);
        }

        File.Move(temporary, file, overwrite: true);
    }
}
