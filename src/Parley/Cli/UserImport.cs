using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Parley.Import;
using Parley.Kernel;

namespace Parley.Cli;

/// <summary>
/// <c>parley user import webui.db</c>: the accounts of an Open WebUI, out of its database. What the file says is judged
/// by the API, account by account; one that cannot be taken over is left out with the reason, and the others come.
/// </summary>
internal static class UserImport
{
    private const int AtOnce = 200;

    private static readonly Argument<string> Database = new("webui.db")
    {
        Description = "Open WebUI's database; with its -wal beside it where there is one.",
    };
    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Say what would become of each account; change nothing.",
    };
    private static readonly Option<bool> Join = new("--join")
    {
        Description = "An account here of the same address is the same person's.",
    };
    private static readonly Option<bool> WithoutKeys = new("--without-keys") { Description = "Leave API keys behind." };

    public static Command Create()
    {
        var command = new Command("import", "Take over the accounts of an Open WebUI, with their passwords.")
        {
            Database,
            DryRun,
            Join,
            WithoutKeys,
        };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, CancellationToken ct)
    {
        var people = Read(cli, ct);
        var dryRun = cli.Parsed.GetValue(DryRun);

        // A dry run before there is an archive needs one to ask: an empty one.
        var isThere = File.Exists(Path.Combine(cli.Settings.DataDirectory, Store.FileName));
        await using var api = await LocalApi.OpenAsync(cli, readOnly: dryRun && isThere, ct);
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var part in people.Chunk(AtOnce))
        {
            foreach (var (person, outcome) in await SendAsync(cli, api, part, ct))
            {
                counts[outcome.Word] = counts.GetValueOrDefault(outcome.Word) + 1;
                await PrintAsync(cli, person, outcome);
            }
        }

        await SayAsync(cli, counts, dryRun);
        return counts.ContainsKey("refused") ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static List<OpenWebUiPerson> Read(CliContext cli, CancellationToken ct)
    {
        var named = cli.Parsed.GetRequiredValue(Database);
        if (!File.Exists(named))
        {
            throw new CliException(
                Directory.Exists(named) ? $"{named} is a folder: name its webui.db" : $"there is no file {named}",
                ExitCode.WrongUse
            );
        }

        // The log stands beside the database itself, not beside a link to it.
        var path = File.ResolveLinkTarget(named, returnFinalTarget: true)?.FullName ?? named;
        var data = cli.Settings.DataDirectory;
        try
        {
            return OpenWebUiPeople.Read(path, Directory.Exists(data) ? data : null, ct);
        }
        catch (InvalidDataException wrong)
        {
            throw new CliException($"{named} cannot be read: {wrong.Message}", ExitCode.WrongUse);
        }
    }

    /// <summary>
    /// What became of each. A request is refused whole, with all that is wrong named by place: those are left out, and
    /// the rest is sent again.
    /// </summary>
    private static async Task<List<(OpenWebUiPerson Person, Outcome Outcome)>> SendAsync(
        CliContext cli,
        LocalApi api,
        OpenWebUiPerson[] people,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/open-webui/users", UriKind.Relative))
        {
            Content = new ByteArrayContent(Body(cli, people)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await api.Client.SendAsync(request, ct);
        if (response.StatusCode == HttpStatusCode.BadRequest)
        {
            using var problem = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
            if (Refusals(problem.RootElement) is { Count: > 0 } refusals)
            {
                var good = people.Where((_, at) => !refusals.ContainsKey(at)).ToArray();
                var all = good.Length == 0 ? [] : await SendAsync(cli, api, good, ct);
                all.AddRange(refusals.Select(bad => (people[bad.Key], new Outcome("refused", bad.Value, null, false))));
                return all;
            }
        }

        await LocalApi.EnsureAsync(response, ct);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
        var items = answer.RootElement.GetProperty("items");
        return [.. people.Select((person, at) => (person, Outcome.Of(items[at])))];
    }

    private static byte[] Body(CliContext cli, OpenWebUiPerson[] people)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteBoolean("join", cli.Parsed.GetValue(Join));
            json.WriteBoolean("dry_run", cli.Parsed.GetValue(DryRun));
            json.WriteStartArray("users");
            foreach (var person in people)
            {
                json.WriteStartObject();
                json.WriteString("id", person.Id);
                json.WriteString("email", person.Email);
                Write(json, "name", person.Name);
                Write(json, "role", person.Role);
                Write(json, "password_hash", person.PasswordHash);
                Write(json, "api_key", cli.Parsed.GetValue(WithoutKeys) ? null : person.ApiKey);
                json.WriteBoolean("disabled", person.Disabled);
                if (person.CreatedAt is { } at)
                {
                    json.WriteNumber("created_at", at);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>By the place in the request, <c>users[3].email</c>.</summary>
    private static SortedDictionary<int, string> Refusals(JsonElement problem)
    {
        const string before = "users[";
        var refusals = new SortedDictionary<int, string>();
        if (!problem.TryGetProperty("errors", out var errors))
        {
            return refusals;
        }

        foreach (var error in errors.EnumerateArray())
        {
            var field = error.GetProperty("field").GetString()!;
            var end = field.IndexOf("].", StringComparison.Ordinal);
            if (
                end > before.Length
                && field.StartsWith(before, StringComparison.Ordinal)
                && int.TryParse(field.AsSpan(before.Length, end - before.Length), out var at)
            )
            {
                var said = $"{field[(end + 2)..]} {error.GetProperty("message").GetString()}";
                refusals[at] = refusals.TryGetValue(at, out var more) ? $"{more}; {said}" : said;
            }
        }

        return refusals;
    }

    private static async Task PrintAsync(CliContext cli, OpenWebUiPerson person, Outcome outcome)
    {
        if (!cli.Json)
        {
            var more = outcome.Reason ?? (outcome.ApiKey ? "with its API key" : null);
            var who = person.Email.Length > 0 ? person.Email : person.Id;
            await cli.Out.WriteLineAsync(
                $"{outcome.Word, -8} {CliText.Clean(who, lines: false)}{(more is null ? "" : $"  {CliText.Clean(more, lines: false)}")}"
            );
            return;
        }

        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("id", person.Id);
            json.WriteString("email", person.Email);
            json.WriteString("outcome", outcome.Word);
            json.WriteString("user_id", outcome.UserId);
            json.WriteBoolean("api_key", outcome.ApiKey);
            json.WriteString("reason", outcome.Reason);
            json.WriteEndObject();
        }

        await cli.Out.WriteLineAsync(System.Text.Encoding.UTF8.GetString(line.ToArray()));
    }

    private static Task SayAsync(CliContext cli, SortedDictionary<string, int> counts, bool dryRun)
    {
        if (cli.Json)
        {
            return Task.CompletedTask;
        }

        var all = counts.Count == 0 ? "no accounts in it" : string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"));
        return cli.Out.WriteLineAsync(dryRun ? all + "; nothing was changed" : all);
    }

    /// <summary>What a stranger wrote does not talk to the terminal.</summary>
    /// <param name="Word">made, joined, known or refused.</param>
    private sealed record Outcome(string Word, string? Reason, string? UserId, bool ApiKey)
    {
        public static Outcome Of(JsonElement item) =>
            item.GetProperty("outcome").GetString() is "taken"
                ? new Outcome(
                    "refused",
                    "another account here has that address: --join says it is the same person's",
                    null,
                    false
                )
                : new Outcome(
                    item.GetProperty("outcome").GetString()!,
                    null,
                    item.GetProperty("user_id").GetString(),
                    item.GetProperty("api_key").GetBoolean()
                );
    }
}
