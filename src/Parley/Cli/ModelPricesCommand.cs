using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Parley.Cli;

/// <summary><c>parley models price</c>: what models cost, in money as people write it; the API has whole millionths.</summary>
internal static class ModelPricesCommand
{
    private const string Path = "/api/models/prices";
    private const long Million = 1_000_000;

    private static readonly Argument<string> Model = new("model")
    {
        Description = "The model as its server calls it, or a pattern with *.",
    };
    private static readonly Option<string?> Upstream = new("--upstream")
    {
        Description = "The model server it holds for. Without it: any.",
    };
    private static readonly Option<string> Input = new("--input")
    {
        Description = "For a million tokens read, such as 0.15.",
        Required = true,
    };
    private static readonly Option<string?> CachedInput = new("--cached-input")
    {
        Description = "For a million of those that the server had in its cache. Without it: as --input.",
    };
    private static readonly Option<string> Output = new("--output")
    {
        Description = "For a million tokens written.",
        Required = true,
    };
    private static readonly Option<string> Currency = new("--currency")
    {
        Description = "Three letters.",
        DefaultValueFactory = _ => "USD",
    };

    public static Command Create()
    {
        var list = new Command("list", "List the prices.");
        var set = new Command("set", "Say what a model costs, from now on.")
        {
            Model,
            Upstream,
            Input,
            CachedInput,
            Output,
            Currency,
        };
        var remove = new Command("remove", "Forget a price.") { Model, Upstream };
        LocalApi.Do(list, readOnly: true, ListAsync);
        LocalApi.Do(set, readOnly: false, SetAsync);
        LocalApi.Do(remove, readOnly: false, RemoveAsync);
        return new Command("price", "Say what models cost, so that answers do.") { list, set, remove };
    }

    private static async Task<int> ListAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        using var prices = await api.GetAsync(Path, ct);
        foreach (var price in prices.RootElement.GetProperty("items").EnumerateArray())
        {
            await ShowAsync(cli, price);
        }

        return ExitCode.Done;
    }

    private static async Task<int> SetAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        using var content = new ByteArrayContent(Body(cli));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await api.Client.PutAsync(new Uri(Path, UriKind.Relative), content, ct);
        await LocalApi.EnsureAsync(response, ct);
        using var set = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(ct),
            cancellationToken: ct
        );
        await ShowAsync(cli, set.RootElement);
        return ExitCode.Done;
    }

    private static async Task<int> RemoveAsync(CliContext cli, LocalApi api, CancellationToken ct)
    {
        var model = cli.Parsed.GetRequiredValue(Model);
        var upstream = cli.Parsed.GetValue(Upstream);
        using var prices = await api.GetAsync(Path, ct);
        foreach (var price in prices.RootElement.GetProperty("items").EnumerateArray())
        {
            if (
                string.Equals(Text(price, "model"), model, StringComparison.OrdinalIgnoreCase)
                && string.Equals(Text(price, "upstream"), upstream, StringComparison.OrdinalIgnoreCase)
            )
            {
                var id = Text(price, "id");
                using var response = await api.Client.DeleteAsync(new Uri($"{Path}/{id}", UriKind.Relative), ct);
                await LocalApi.EnsureAsync(response, ct);
                await cli.Out.WriteLineAsync(cli.Json ? $$"""{"id":"{{id}}","removed":true}""" : $"{model}  removed");
                return ExitCode.Done;
            }
        }

        throw new CliException($"there is no price of {model}{(upstream is null ? "" : " at " + upstream)}");
    }

    private static Task ShowAsync(CliContext cli, JsonElement price)
    {
        if (cli.Json)
        {
            return cli.Out.WriteLineAsync(price.GetRawText());
        }

        var cached = price.GetProperty("cached_input_micros");
        var middle = cached.ValueKind == JsonValueKind.Number ? $", {Money(cached)} cached" : "";
        return cli.Out.WriteLineAsync(
            $"{Text(price, "model")}  {Text(price, "upstream") ?? "any"}  {Text(price, "currency")} {Money(price.GetProperty("input_micros"))} in{middle}, {Money(price.GetProperty("output_micros"))} out"
        );
    }

    private static byte[] Body(CliContext cli)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("model", cli.Parsed.GetRequiredValue(Model));
            json.WriteString("currency", cli.Parsed.GetValue(Currency)?.ToUpperInvariant());
            if (cli.Parsed.GetValue(Upstream) is { } upstream)
            {
                json.WriteString("upstream", upstream);
            }

            json.WriteNumber("input_micros", Micros("--input", cli.Parsed.GetRequiredValue(Input)));
            if (cli.Parsed.GetValue(CachedInput) is { } cached)
            {
                json.WriteNumber("cached_input_micros", Micros("--cached-input", cached));
            }

            json.WriteNumber("output_micros", Micros("--output", cli.Parsed.GetRequiredValue(Output)));
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <exception cref="CliException">It is no sum, or has parts of a millionth.</exception>
    private static long Micros(string option, string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var sum)
        && sum <= Million
        && decimal.Truncate(sum * Million) == sum * Million
            ? (long)(sum * Million)
            : throw new CliException(
                $"{option} {text}: must be a sum such as 0.15, of at most a million and six digits behind the point",
                ExitCode.WrongUse
            );

    private static string Money(JsonElement micros) =>
        (micros.GetInt64() / (decimal)Million).ToString("0.######", CultureInfo.InvariantCulture);

    private static string? Text(JsonElement of, string name) =>
        of.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
