using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Bench;

/// <summary>
/// Requirements documents over HTTP: a long one cut, typed and linked, a sentence of it edited, contexts packed, what a
/// change reaches; then the same questions where an owner has many such documents.
/// </summary>
internal static class RequirementsScenario
{
    private const int Documents = 20;
    private const int Sections = 250;
    private const int Asked = 100;

    private static readonly string[] Actors = ["the rider", "the dispatcher", "an auditor", "the depot", "a courier"];
    private static readonly string[] Verbs = ["show", "store", "reject", "announce", "recalculate", "encrypt", "merge"];

    public static async Task RunAsync(Report report)
    {
        var random = new Random(8);
        using var server = BenchServer.Start(Workspace.Fresh("requirements"));
        var text = Text(random, 0);
        var began = Stopwatch.GetTimestamp();
        var id = await CreateAsync(server, "Document 0", text);
        report.Row(
            $"a document of {text.Length / 2_500} pages to statements, types and links",
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            5,
            "s"
        );
        var edits = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            text = Edited(random, text, i);
            edits.Add(await PutAsync(server, id, text));
        }

        edits.RemoveRange(0, 4);
        edits.Sort();
        report.Row("one sentence of it edited, median", edits[edits.Count / 2], 100, "ms");
        report.Row("one sentence of it edited, 95th percentile", edits[(int)(edits.Count * 0.95)], "ms");
        report.Row("context of 4,000 tokens from it, 95th percentile", await ContextAsync(server, random), 60, "ms");

        for (var i = 1; i < Documents; i++)
        {
            await CreateAsync(server, $"Document {i}", Text(random, i));
        }

        var statements = await StatementsAsync(server, id);
        report.Row(
            "context of 4,000 tokens, 20,000 statements looked at, 95th percentile",
            await ContextAsync(server, random),
            "ms"
        );
        report.Row(
            $"what a change reaches, among {Documents} such documents, 95th percentile",
            await TimesAsync(
                server,
                "/api/prd/impact",
                () => $$"""{"chunks":["{{statements[random.Next(statements.Count)]}}"],"depth":3}"""
            ),
            50,
            "ms"
        );
        report.Note(
            $"Measured with the {Workspace.Kind}; {Documents} documents of {statements.Count:N0} statements and {text.Length / 1e6:0.0} MB each, of made-up words."
        );
    }

    private static async Task<string> CreateAsync(BenchServer server, string name, string text)
    {
        using var answer = await server.Http.PostAsync(
            new Uri("/api/prd", UriKind.Relative),
            Json($$"""{"name":"{{name}}","text":"{{JsonEncodedText.Encode(text)}}"}""")
        );
        var body = await answer.Content.ReadAsStringAsync();
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
    }

    private static async Task<double> PutAsync(BenchServer server, string id, string text)
    {
        using var body = Json($$"""{"text":"{{JsonEncodedText.Encode(text)}}"}""");
        var began = Stopwatch.GetTimestamp();
        using var answer = await server.Http.PutAsync(new Uri("/api/prd/" + id, UriKind.Relative), body);
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        answer.EnsureSuccessStatusCode();
        return took;
    }

    private static Task<double> ContextAsync(BenchServer server, Random random) =>
        TimesAsync(
            server,
            "/api/prd/context",
            () =>
                $$"""{"query":"what must {{Actors[random.Next(Actors.Length)]}} be shown of {{Subject(random)}}","token_budget":4000}"""
        );

    /// <summary>The 95th percentile of a hundred calls, ten of them first without counting.</summary>
    private static async Task<double> TimesAsync(BenchServer server, string path, Func<string> body)
    {
        var times = new List<double>();
        for (var i = 0; i < Asked + 10; i++)
        {
            using var json = Json(body());
            var began = Stopwatch.GetTimestamp();
            using var answer = await server.Http.PostAsync(new Uri(path, UriKind.Relative), json);
            await answer.Content.ReadAsByteArrayAsync();
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            answer.EnsureSuccessStatusCode();
            if (i >= 10)
            {
                times.Add(took);
            }
        }

        times.Sort();
        return times[(int)Math.Ceiling(times.Count * 0.95) - 1];
    }

    private static async Task<List<string>> StatementsAsync(BenchServer server, string document)
    {
        var ids = new List<string>();
        for (var cursor = ""; ; )
        {
            using var page = JsonDocument.Parse(
                await server.Http.GetStringAsync(
                    new Uri($"/api/prd/{document}/chunks?limit=200{cursor}", UriKind.Relative)
                )
            );
            ids.AddRange(
                page.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)
            );
            if (page.RootElement.GetProperty("next_cursor").GetString() is not { } next)
            {
                return ids;
            }

            cursor = "&cursor=" + next;
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string Text(Random random, int document)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Product {document}\n\n");
        for (var section = 1; section <= Sections; section++)
        {
            text.Append(CultureInfo.InvariantCulture, $"## {section} {Subject(random)}\n\n");
            for (var i = 1; i <= 16; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"- R{document}-{section}-{i}: {Sentence(random)}");
                text.Append(
                    random.Next(8) == 0
                        ? $" It depends on R{document}-{random.Next(1, Sections)}-{random.Next(1, 17)}.\n"
                        : "\n"
                );
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Sentence(Random random) =>
        $"When {Subject(random)} is {Word(random)}, the service must {Verbs[random.Next(Verbs.Length)]} the {Word(random)} of {Subject(random)} to {Actors[random.Next(Actors.Length)]} within {random.Next(1, 90)} seconds.";

    private static string Subject(Random random) => $"{Word(random)} {Word(random)}";

    /// <summary>Made of syllables, the first ones of the alphabet often: some 5,000 words.</summary>
    private static string Word(Random random)
    {
        string[] starts =
        [
            "bar",
            "cor",
            "del",
            "fen",
            "gal",
            "hol",
            "kin",
            "lum",
            "mor",
            "nar",
            "pol",
            "quor",
            "ras",
            "sil",
            "tor",
            "vel",
            "wes",
        ];
        string[] middles = ["a", "e", "i", "o", "u", "ani", "eri", "olo", "umi"];
        string[] ends =
        [
            "ba",
            "cro",
            "dex",
            "fin",
            "gon",
            "lith",
            "mar",
            "nox",
            "pad",
            "rum",
            "set",
            "tan",
            "vor",
            "x",
        ];
        int Skewed(int count) => (int)(count * random.NextDouble() * random.NextDouble());
        return starts[Skewed(starts.Length)] + middles[Skewed(middles.Length)] + ends[random.Next(ends.Length)];
    }

    private static string Edited(Random random, string text, int number)
    {
        var line = text.IndexOf($"- R0-{1 + (number * 6)}-5: ", StringComparison.Ordinal);
        var from = text.IndexOf(": ", line, StringComparison.Ordinal) + 2;
        var end = text.IndexOf('\n', from);
        return text[..from] + Sentence(random) + text[end..];
    }
}
