using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Parley.Aot;

/// <summary>
/// Outside of Parley: every word whose write was acknowledged, and every word that was tried. After each fault the
/// store must hold each acknowledged word exactly once, and any other one whole or not at all (reliability.md section 5).
/// </summary>
internal sealed class Ledger
{
    private const int MostTimeouts = 20;

    private int next;

    public ConcurrentBag<string> Acknowledged { get; } = [];

    /// <summary>Writes a conversation of two messages with a word of its own; true when both were acknowledged.</summary>
    public async Task<bool> WriteAsync(HttpClient http, CancellationToken ct)
    {
        var word = "ledger" + Interlocked.Increment(ref next).ToString("x6", CultureInfo.InvariantCulture) + "q";
        if (await PostAsync(http, "/api/conversations", "{\"title\":\"ledger\"}", ct) is not { } made)
        {
            return false;
        }

        var path = $"/api/conversations/{made.GetProperty("id").GetString()}/messages";
        if (
            await PostAsync(http, path, $$"""{"role":"user","content":"asks for {{word}}"}""", ct) is null
            || await PostAsync(http, path, $$"""{"role":"assistant","content":"answers {{word}}"}""", ct) is null
        )
        {
            return false;
        }

        Acknowledged.Add(word);
        return true;
    }

    /// <summary>Each acknowledged word is found, in both messages that hold it and nowhere else.</summary>
    public async Task CheckAsync(HttpClient http, IEnumerable<string> words, CancellationToken ct)
    {
        foreach (var word in words)
        {
            var found = await SearchAsync(http, word, ct);
            var hits = found
                .GetProperty("items")
                .EnumerateArray()
                .Count(h => h.GetProperty("message_id").ValueKind == JsonValueKind.String);
            if (hits != 2)
            {
                throw new InvalidOperationException(
                    $"{word} was acknowledged and is found {hits} times instead of 2: {found}"
                );
            }
        }
    }

    /// <summary>
    /// A server that is killed every moment never merges, and one that has thousands of segments may say on a busy
    /// machine that its time was up before it saw them all: then it has not said that the word is not there.
    /// </summary>
    private static async Task<JsonElement> SearchAsync(HttpClient http, string word, CancellationToken ct)
    {
        for (var again = 0; ; again++)
        {
            var found = await http.GetFromJsonAsync<JsonElement>(
                new Uri($"/api/search?q={word}&limit=10", UriKind.Relative),
                ct
            );
            if (again == MostTimeouts || !found.GetProperty("timed_out").GetBoolean())
            {
                return found;
            }
        }
    }

    private static async Task<JsonElement?> PostAsync(HttpClient http, string path, string json, CancellationToken ct)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, ct);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(ct) : null;
    }
}
