using System.CommandLine;

namespace Parley.Cli;

/// <summary><c>parley get PATH</c>: one request to the API without a server; handy in bug reports.</summary>
internal static class GetCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "Such as /api/v1/search?q=tea" };
        var command = new Command("get", "Answer one GET request of the API on standard output.") { path };
        command.Do(
            async (cli, ct) =>
            {
                var wanted = cli.Parsed.GetRequiredValue(path);
                if (!wanted.StartsWith('/'))
                {
                    throw new CliException($"a path begins with a slash, \"{wanted}\" does not", ExitCode.WrongUse);
                }

                await using var api = await LocalApi.OpenAsync(cli, readOnly: true, ct);
                using var response = await api.Client.GetAsync(
                    new Uri(wanted, UriKind.Relative),
                    HttpCompletionOption.ResponseHeadersRead,
                    ct
                );
                await using var output = Console.OpenStandardOutput();
                await response.Content.CopyToAsync(output, ct);
                return response.IsSuccessStatusCode ? ExitCode.Done : ExitCode.Failed;
            }
        );
        return command;
    }
}
