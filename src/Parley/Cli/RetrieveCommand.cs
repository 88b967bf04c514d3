using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Cli;

/// <summary><c>parley retrieve QUESTION</c>: the passages a question should be answered from.</summary>
internal static class RetrieveCommand
{
    public static Command Create()
    {
        var question = new Argument<string[]>("question")
        {
            Description = "What to find passages for",
            Arity = ArgumentArity.OneOrMore,
        };
        var limit = new Option<int>("--limit", "-n")
        {
            Description = "Passages at most, 1 to 50.",
            DefaultValueFactory = _ => 8,
        };
        var budget = new Option<int>("--tokens")
        {
            Description = "Tokens of all passages together, 100 to 32000.",
            DefaultValueFactory = _ => 2_000,
        };
        var mode = new Option<string>("--mode")
        {
            Description = "hybrid, text or semantic",
            DefaultValueFactory = _ => "hybrid",
        };
        mode.AcceptOnlyFromAmong("hybrid", "text", "semantic");
        var command = new Command("retrieve", "Find the passages a question should be answered from.")
        {
            question,
            limit,
            budget,
            mode,
        };
        LocalApi.Do(
            command,
            readOnly: true,
            async (cli, api, ct) =>
            {
                var query = JsonEncodedText.Encode(string.Join(' ', cli.Parsed.GetRequiredValue(question)));
                var body = string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"query":"{{query}}","limit":{{cli.Parsed.GetValue(limit)}},"token_budget":{{cli.Parsed.GetValue(budget)}},"mode":"{{cli.Parsed.GetValue(mode)}}"}"""
                );
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var answer = await api.Client.PostAsync(new Uri("/api/retrieve", UriKind.Relative), content, ct);
                await LocalApi.EnsureAsync(answer, ct);
                var text = await answer.Content.ReadAsStringAsync(ct);
                if (cli.Json)
                {
                    await cli.Out.WriteLineAsync(text);
                    return ExitCode.Done;
                }

                using var found = JsonDocument.Parse(text);
                await cli.Out.WriteAsync(List(found.RootElement.GetProperty("passages"), texts: true));
                await cli.Out.WriteLineAsync(Summary(found.RootElement));
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>Where each passage stands, a line each, and below it what it says.</summary>
    public static string List(JsonElement passages, bool texts)
    {
        var list = new StringBuilder();
        foreach (var passage in passages.EnumerateArray())
        {
            list.Append(CultureInfo.InvariantCulture, $"[{passage.GetProperty("n").GetInt32()}] ");
            list.AppendJoin("  ", About(passage)).Append('\n');
            if (texts)
            {
                list.Append("    ")
                    .Append(
                        CliText
                            .Clean(passage.GetProperty("text").GetString()!, lines: true)
                            .Trim()
                            .Replace("\n", "\n    ", StringComparison.Ordinal)
                    )
                    .Append("\n\n");
            }
        }

        return list.ToString();
    }

    private static IEnumerable<string> About(JsonElement passage)
    {
        yield return CliText.Clean(Text(passage, "title") ?? "(no title)", lines: false);
        if (Text(passage, "heading") is { Length: > 0 } heading)
        {
            yield return CliText.Clean(heading, lines: false);
        }

        if (passage.TryGetProperty("page", out var page) && page.ValueKind == JsonValueKind.Number)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"page {page.GetInt32()}");
        }

        if (Text(passage, "role") is { } role)
        {
            yield return $"{role} {Text(passage, "created_at")?[..10]}".Trim();
        }

        yield return Text(passage, "conversation_id") ?? Text(passage, "document_id") ?? "";
    }

    private static string Summary(JsonElement answer)
    {
        var lanes = answer
            .GetProperty("lanes")
            .EnumerateArray()
            .Select(lane => $"{Text(lane, "name")}: {Text(lane, "state")}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{answer.GetProperty("passages").GetArrayLength()} passages, {answer.GetProperty("tokens").GetInt64()} tokens, {answer.GetProperty("took_ms").GetDouble():0.#} ms ({string.Join(", ", lanes)})"
        );
    }

    private static string? Text(JsonElement at, string name) =>
        at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
