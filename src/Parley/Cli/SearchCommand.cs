using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Cli;

/// <summary><c>parley search WORDS…</c>: hits with the place that matched.</summary>
internal static class SearchCommand
{
    private const string Bold = "\e[1m";
    private const string Dim = "\e[2m";
    private const string Plain = "\e[0m";

    public static Command Create()
    {
        var words = new Argument<string[]>("query")
        {
            Description = "Words, \"phrases\", -not, OR, prefix*, provider:claude …",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var limit = new Option<int>("--limit", "-n")
        {
            Description = "Hits at most, 1 to 200.",
            DefaultValueFactory = _ => 10,
        };
        var sort = new Option<string>("--sort")
        {
            Description = "relevance, newest or oldest",
            DefaultValueFactory = _ => "relevance",
        };
        sort.AcceptOnlyFromAmong("relevance", "newest", "oldest");
        var histogram = new Option<string?>("--histogram")
        {
            Description = "Count what was found by date: auto, day, week, month or year",
        };
        histogram.AcceptOnlyFromAmong("auto", "day", "week", "month", "year");
        var save = new Option<string?>("--save")
        {
            Description = "Save the search under this name.",
            HelpName = "name",
        };
        var saved = new Option<string?>("--saved")
        {
            Description = "Run the search that was saved under this name.",
            HelpName = "name",
        };
        var command = new Command("search", "Find messages.") { words, limit, sort, histogram, save, saved };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(saved) is null) == (result.GetValue(words) is not { Length: > 0 }))
                result.AddError("search takes either words or --saved");
        });
        command.Do(
            async (cli, ct) =>
            {
                await using var api = await LocalApi.OpenAsync(cli, readOnly: cli.Parsed.GetValue(save) is null, ct);
                var query = string.Join(' ', cli.Parsed.GetValue(words) ?? []);
                if (cli.Parsed.GetValue(save) is { } newName)
                    await SaveAsync(api, newName, query, cli.Parsed.GetValue(sort)!, ct);
                var search = cli.Parsed.GetValue(saved) is { } name
                    ? $"/api/search/saved/{await FindSavedAsync(api, name, ct)}/results?"
                    : $"/api/search?q={Uri.EscapeDataString(query)}&";
                if (cli.Parsed.GetValue(saved) is null || cli.Parsed.GetResult(sort) is { Implicit: false })
                    search += $"sort={cli.Parsed.GetValue(sort)}&";
                var path = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{search}limit={cli.Parsed.GetValue(limit)}&histogram={cli.Parsed.GetValue(histogram)}"
                );
                using var answer = await api.GetAsync(path, ct);
                await (
                    cli.Json
                        ? cli.Out.WriteLineAsync(answer.RootElement.GetRawText())
                        : PrintAsync(cli, answer.RootElement)
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static async Task SaveAsync(LocalApi api, string name, string query, string sort, CancellationToken ct)
    {
        using var content = new StringContent(
            $$"""{"name":"{{JsonEncodedText.Encode(name)}}","query":"{{JsonEncodedText.Encode(query)}}","sort":"{{sort}}"}""",
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await api.Client.PostAsync(new Uri("/api/search/saved", UriKind.Relative), content, ct);
        await LocalApi.EnsureAsync(answer, ct);
    }

    private static async Task<string> FindSavedAsync(LocalApi api, string name, CancellationToken ct)
    {
        using var list = await api.GetAsync("/api/search/saved?limit=200", ct);
        foreach (var search in list.RootElement.GetProperty("items").EnumerateArray())
        {
            if (string.Equals(Text(search, "name"), name.Trim(), StringComparison.OrdinalIgnoreCase))
                return Text(search, "id")!;
        }

        throw new CliException($"no search is saved under \"{name}\"");
    }

    private static async Task PrintAsync(CliContext cli, JsonElement answer)
    {
        foreach (var hit in answer.GetProperty("items").EnumerateArray())
        {
            var head =
                $"{Text(hit, "title") ?? "(no title)"}  {Text(hit, "provider")} {Text(hit, "role")} {Text(hit, "created_at")?[..10]}";
            await cli.Out.WriteLineAsync(cli.Colours ? Bold + head + Plain : head);
            await cli.Out.WriteLineAsync("  " + Snippet(hit.GetProperty("snippet"), cli.Colours));
            var id = "  " + Text(hit, "conversation_id");
            await cli.Out.WriteLineAsync(cli.Colours ? Dim + id + Plain : id);
        }

        if (answer.TryGetProperty("did_you_mean", out var meant))
            await cli.Out.WriteLineAsync("Did you mean: " + CliText.Clean(Text(meant, "text")!, lines: false));
        if (answer.TryGetProperty("histogram", out var dates))
        {
            foreach (var bucket in dates.GetProperty("buckets").EnumerateArray())
            {
                var count = bucket.GetProperty("count").GetInt64();
                await cli.Out.WriteLineAsync(
                    string.Create(CultureInfo.InvariantCulture, $"{Text(bucket, "start")} {count, 9:N0}")
                );
            }
        }

        await cli.Out.WriteLineAsync(Summary(answer));
    }

    private static string Summary(JsonElement answer)
    {
        var took = answer.TryGetProperty("took_ms", out var ms) ? ms.GetDouble() : 0;
        var total =
            answer.TryGetProperty("total", out var n) && n.ValueKind == JsonValueKind.Number
                ? n.GetInt64().ToString("N0", CultureInfo.InvariantCulture)
                : "more";
        return string.Create(CultureInfo.InvariantCulture, $"{total} found in {took:0.#} ms");
    }

    private static string Snippet(JsonElement snippet, bool colours)
    {
        var text = CliText.Clean(Text(snippet, "text") ?? "", lines: false);
        var shown = new StringBuilder();
        var at = 0;
        foreach (var range in snippet.GetProperty("highlights").EnumerateArray())
        {
            var start = range.GetProperty("start").GetInt32();
            var end = range.GetProperty("end").GetInt32();
            shown
                .Append(text, at, start - at)
                .Append(colours ? Bold : "")
                .Append(text, start, end - start)
                .Append(colours ? Plain : "");
            at = end;
        }

        return shown.Append(text, at, text.Length - at).ToString();
    }

    private static string? Text(JsonElement at, string name) =>
        at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
