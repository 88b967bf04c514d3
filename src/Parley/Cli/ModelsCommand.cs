using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Parley.Providers;

namespace Parley.Cli;

/// <summary><c>parley models</c>: model servers from the command line, through the API as everything else.</summary>
internal static class ModelsCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "What the server is called here." };
    private static readonly Argument<string?> AnyName = new("name")
    {
        Description = "What the server is called here; without it all are tested.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Argument<string> Url = new("url")
    {
        Description = "Where its API begins: http://127.0.0.1:11434, https://api.openai.com/v1.",
    };
    private static readonly Option<string> Kind = new("--kind")
    {
        Description = "What it speaks: ollama, openai (chat completions), anthropic or gemini.",
        DefaultValueFactory = _ => "openai",
    };
    private static readonly Option<string?> Prefix = new("--prefix")
    {
        Description = "Put before the names of its models.",
    };
    private static readonly Option<bool> KeyFromInput = new("--key-stdin")
    {
        Description = "Read its key from standard input, where no list of processes shows it.",
    };
    private static readonly Option<string[]> Only = new("--model")
    {
        Description = "A model that it offers, or a pattern with *; may be given several times. Without it: all.",
    };

    public static Command Create()
    {
        Kind.AcceptOnlyFromAmong(UpstreamKinds.Names);
        var add = new Command("add", "Set up a model server, and ask it for its models.")
        {
            Name,
            Url,
            Kind,
            Prefix,
            Only,
            KeyFromInput,
        };
        var remove = new Command("remove", "Forget a model server.") { Name };
        var test = new Command("test", "Ask model servers for their models, and say what came of it.") { AnyName };
        var list = new Command("list", "List the models that can be asked.");
        LocalApi.Do(add, readOnly: false, AddAsync);
        LocalApi.Do(remove, readOnly: false, RemoveAsync);
        LocalApi.Do(test, readOnly: false, TestAsync);
        LocalApi.Do(list, readOnly: true, ListAsync);
        return new Command("models", "Set up model servers, and list their models.")
        {
            list,
            add,
            remove,
            test,
            ModelsServeCommand.Create(),
            ModelPricesCommand.Create(),
        };
    }

    private static async Task<int> ListAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        using var models = await api.GetAsync("/api/models/list", ct);
        foreach (var model in models.RootElement.GetProperty("items").EnumerateArray())
        {
            var window = model.GetProperty("context_tokens");
            await cli.Out.WriteLineAsync(
                cli.Json
                    ? model.GetRawText()
                    : $"{Text(model, "name")}  {Text(model, "upstream")}{(window.ValueKind == JsonValueKind.Number ? $"  {window.GetRawText()} tokens" : "")}"
            );
        }

        // A server that does not answer is no reason to hide the others' models.
        using var servers = await api.GetAsync("/api/upstreams", ct);
        var failing = false;
        foreach (var server in servers.RootElement.GetProperty("items").EnumerateArray())
        {
            if (Text(server, "last_error") is { } error)
            {
                failing = true;
                await cli.Err.WriteLineAsync("parley: " + error);
            }
        }

        return failing ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static async Task<int> AddAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        string? key = null;
        if (cli.Parsed.GetValue(KeyFromInput))
        {
            key = (await Console.In.ReadLineAsync(ct))?.Trim();
            if (string.IsNullOrEmpty(key))
            {
                throw new CliException("no key came on standard input", ExitCode.WrongUse);
            }
        }

        using var made = await PostAsync(api, "/api/upstreams", Body(cli, key), ct);
        return await TestAsync(cli, api, [made.RootElement], ct);
    }

    private static async Task<int> RemoveAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        var name = cli.Parsed.GetRequiredValue(Name);
        using var servers = await api.GetAsync("/api/upstreams", ct);
        var server = Find(servers.RootElement, name);
        if (Text(server, "id") is not { } id)
        {
            throw new CliException($"{name} is set up in the settings: change it there");
        }

        using var response = await api.Client.DeleteAsync(new Uri("/api/upstreams/" + id, UriKind.Relative), ct);
        await LocalApi.EnsureAsync(response, ct);
        await cli.Out.WriteLineAsync(cli.Json ? $$"""{"id":"{{id}}","removed":true}""" : $"{name}  removed");
        return ExitCode.Done;
    }

    private static async Task<int> TestAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        using var servers = await api.GetAsync("/api/upstreams", ct);
        var all = servers.RootElement;
        List<JsonElement> wanted = cli.Parsed.GetValue(AnyName) is { } name
            ? [Find(all, name)]
            : [.. all.GetProperty("items").EnumerateArray().Where(s => Text(s, "id") is not null)];
        return wanted.Count > 0
            ? await TestAsync(cli, api, wanted, ct)
            : throw new CliException("no model server is set up: add one with parley models add");
    }

    private static async Task<int> TestAsync(
        CliContext cli,
        LocalApi api,
        IReadOnlyList<JsonElement> servers,
        CancellationToken ct
    )
    {
        var failed = 0;
        foreach (var server in servers)
        {
            var id = Text(server, "id") ?? throw new CliException($"{Text(server, "name")} is set up in the settings");
            using var test = await PostAsync(api, $"/api/upstreams/{id}/test", null, ct);
            var error = Text(test.RootElement, "error");
            failed += error is null ? 0 : 1;
            if (cli.Json)
            {
                await cli.Out.WriteLineAsync(test.RootElement.GetRawText());
            }
            else if (error is null)
            {
                await cli.Out.WriteLineAsync(
                    $"{Text(server, "name")}  {test.RootElement.GetProperty("models").GetInt32()} models"
                );
            }
            else
            {
                await cli.Err.WriteLineAsync("parley: " + error);
            }
        }

        return failed == 0 ? ExitCode.Done
            : failed == servers.Count ? ExitCode.Failed
            : ExitCode.SomeFailed;
    }

    private static byte[] Body(CliContext cli, string? key)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("name", cli.Parsed.GetRequiredValue(Name));
            json.WriteString("base_url", cli.Parsed.GetRequiredValue(Url));
            json.WriteString("kind", cli.Parsed.GetValue(Kind));
            if (key is not null)
            {
                json.WriteString("key", key);
            }

            if (cli.Parsed.GetValue(Prefix) is { } prefix)
            {
                json.WriteString("prefix", prefix);
            }

            json.WriteStartArray("models");
            foreach (var model in cli.Parsed.GetValue(Only) ?? [])
            {
                json.WriteStringValue(model);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static JsonElement Find(JsonElement servers, string name)
    {
        foreach (var server in servers.GetProperty("items").EnumerateArray())
        {
            if (name.Equals(Text(server, "name"), StringComparison.OrdinalIgnoreCase))
            {
                return server;
            }
        }

        throw new CliException($"there is no model server {name}");
    }

    public static async Task<JsonDocument> PostAsync(LocalApi api, string path, byte[]? json, CancellationToken ct)
    {
        using var content = json is null ? null : new ByteArrayContent(json);
        if (content is not null)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await api.Client.PostAsync(new Uri(path, UriKind.Relative), content, ct);
        await LocalApi.EnsureAsync(response, ct);
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
    }

    public static string? Text(JsonElement of, string name) =>
        of.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
