using System.CommandLine;

namespace Parley.Cli;

/// <summary><c>parley show ID</c>: one conversation as Markdown, or as the API gives it.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "Id of a conversation, as search prints it." };
        var command = new Command("show", "Print one conversation.") { id };
        LocalApi.Do(
            command,
            readOnly: true,
            async (cli, api, ct) =>
            {
                var wanted = Uri.EscapeDataString(cli.Parsed.GetRequiredValue(id));
                var path = cli.Json
                    ? $"/api/conversations/{wanted}?tree=true"
                    : $"/api/export/conversations/{wanted}/markdown";
                using var response = await api.Client.GetAsync(
                    new Uri(path, UriKind.Relative),
                    HttpCompletionOption.ResponseHeadersRead,
                    ct
                );
                await LocalApi.EnsureAsync(response, ct);
                await using var output = Console.OpenStandardOutput();
                await response.Content.CopyToAsync(output, ct);
                return ExitCode.Done;
            }
        );
        return command;
    }
}
