using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace Parley.Cli;

/// <summary><c>parley ask QUESTION</c>: an answer from a model, resting on one's own conversations and documents.</summary>
internal static class AskCommand
{
    public static Command Create()
    {
        var question = new Argument<string[]>("question")
        {
            Description = "What to ask",
            Arity = ArgumentArity.OneOrMore,
        };
        var model = new Option<string?>("--model", "-m") { Description = "Who answers", HelpName = "name" };
        var conversation = new Option<string?>("--conversation")
        {
            Description = "Ask within this conversation; without it a new one is made.",
            HelpName = "id",
        };
        var space = new Option<string[]>("--space")
        {
            Description = "Look in this space only; more than once for several.",
            HelpName = "name",
        };
        var bare = new Option<bool>("--no-sources") { Description = "Look nothing up." };
        var command = new Command("ask", "Ask a model; it answers from your conversations and documents.")
        {
            question,
            model,
            conversation,
            space,
            bare,
        };
        LocalApi.Do(
            command,
            readOnly: false,
            async (cli, api, ct) =>
            {
                var body = Body(
                    string.Join(' ', cli.Parsed.GetRequiredValue(question)),
                    cli.Parsed.GetValue(model),
                    cli.Parsed.GetValue(conversation),
                    cli.Parsed.GetValue(space) ?? [],
                    sources: !cli.Parsed.GetValue(bare)
                );
                return cli.Json ? await WholeAsync(cli, api, body, ct) : await StreamAsync(cli, api, body, ct);
            }
        );
        return command;
    }

    private static async Task<int> WholeAsync(CliContext cli, LocalApi api, string body, CancellationToken ct)
    {
        using var answer = await SendAsync(api, "/api/chat", body, ct);
        await cli.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync(ct));
        return ExitCode.Done;
    }

    private static async Task<int> StreamAsync(CliContext cli, LocalApi api, string body, CancellationToken ct)
    {
        using var answer = await SendAsync(api, "/api/chat/stream", body, ct);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(ct));
        var (sources, kind) = ("", "");
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            // Each event has its kind on one line and its data on the next (Chat/SseWriter).
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                kind = line["event: ".Length..];
            }

            if (!line.StartsWith("data: ", StringComparison.Ordinal))
            {
                continue;
            }

            using var data = JsonDocument.Parse(line["data: ".Length..]);
            switch (kind)
            {
                case "token":
                    await cli.Out.WriteAsync(
                        CliText.Clean(data.RootElement.GetProperty("content").GetString()!, lines: true)
                    );
                    break;
                case "sources":
                    sources = RetrieveCommand.List(data.RootElement.GetProperty("sources"), texts: false);
                    break;
                case "error":
                    await cli.Out.WriteLineAsync();
                    throw new CliException(
                        data.RootElement.GetProperty("message").GetString() ?? "the answer ended early"
                    );
                case "done":
                    await cli.Out.WriteLineAsync();
                    if (sources.Length > 0)
                    {
                        await cli.Out.WriteLineAsync("\n" + sources.TrimEnd());
                    }

                    return ExitCode.Done;
            }
        }

        throw new CliException("the answer ended without an end");
    }

    private static async Task<HttpResponseMessage> SendAsync(
        LocalApi api,
        string path,
        string body,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        var answer = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        await LocalApi.EnsureAsync(answer, ct);
        return answer;
    }

    private static string Body(string question, string? model, string? conversation, string[] spaces, bool sources)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("message"u8, question);
            json.WriteString("model_name"u8, model);
            json.WriteString("conversation_id"u8, conversation);
            json.WriteBoolean("use_rag"u8, sources);
            if (sources && spaces.Length > 0)
            {
                json.WriteStartObject("rag"u8);
                json.WriteStartArray("spaces"u8);
                foreach (var space in spaces)
                {
                    json.WriteStringValue(space);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
