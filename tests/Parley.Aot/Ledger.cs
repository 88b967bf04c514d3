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
    private int next;

    public ConcurrentBag<string> Acknowledged { get; } = [];

    /// <summary>Imports one conversation of two messages with a word of its own; true when it was acknowledged.</summary>
    public async Task<bool> WriteAsync(HttpClient http, CancellationToken ct)
    {
        var word = "ledger" + Interlocked.Increment(ref next).ToString("x6", CultureInfo.InvariantCulture) + "q";
        using var content = new StringContent(Conversation(word), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(
            new Uri("/api/import?name=conversations.json", UriKind.Relative),
            content,
            ct
        );
        if (!answer.IsSuccessStatusCode)
        {
            return false;
        }

        var job = await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
        if (job.GetProperty("status").GetString() != "done")
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
            var found = await http.GetFromJsonAsync<JsonElement>(
                new Uri($"/api/search?q={word}&limit=10", UriKind.Relative),
                ct
            );
            var hits = found
                .GetProperty("items")
                .EnumerateArray()
                .Count(h => h.GetProperty("message_id").ValueKind == JsonValueKind.String);
            if (hits != 2)
            {
                throw new InvalidOperationException($"{word} was acknowledged and is found {hits} times instead of 2");
            }
        }
    }

    private static string Conversation(string word) =>
        $$"""
            [{"uuid":"{{Guid.NewGuid()}}","name":"ledger","created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-01T00:00:01Z","chat_messages":[
            {"uuid":"{{Guid.NewGuid()}}","sender":"human","content":[{"type":"text","text":"asks for {{word}}"}],"created_at":"2025-01-01T00:00:00Z"},
            {"uuid":"{{Guid.NewGuid()}}","sender":"assistant","content":[{"type":"text","text":"answers {{word}}"}],"created_at":"2025-01-01T00:00:01Z"}]}]
            """;
}
