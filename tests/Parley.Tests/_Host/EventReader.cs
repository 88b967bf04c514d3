using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Parley.Tests;

/// <summary>One server-sent event; its number where it has one, and its id as it was sent.</summary>
internal sealed record SentEvent(long? Number, string Name, JsonElement Data, string? Id = null);

/// <summary>Reads an answer of server-sent events one by one, as they come.</summary>
internal sealed class EventReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpResponseMessage answer;
    private readonly StreamReader lines;

    private EventReader(HttpResponseMessage answer, Stream body)
    {
        this.answer = answer;
        lines = new StreamReader(body);
    }

    /// <summary>The turn's id, as the answer's header says.</summary>
    public string Turn => answer.Headers.GetValues("Parley-Turn").Single();

    /// <summary>What an EventSource would come back with.</summary>
    public string? LastId { get; private set; }

    public static async Task<EventReader> OpenAsync(
        ParleyApp app,
        string method,
        string path,
        string? json = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode)
        {
            var problem = await answer.Content.ReadAsStringAsync();
            answer.Dispose();
            Assert.Fail($"{(int)answer.StatusCode}: {problem}");
        }

        return new EventReader(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>Null at the end of the answer. Comments are passed over.</summary>
    public async Task<SentEvent?> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        string? id = null;
        var name = "message";
        string? data = null;
        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length == 0)
            {
                LastId = id ?? LastId;
                if (data is not null)
                {
                    long? number = long.TryParse(id, out var known) ? known : null;
                    return new SentEvent(number, name, JsonDocument.Parse(data).RootElement, id);
                }

                id = null;
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = line[6..];
            }
        }

        return null;
    }

    /// <summary>Reads on to the first event of that name and gives it.</summary>
    public async Task<SentEvent> UntilAsync(string name)
    {
        while (await NextAsync() is { } next)
        {
            if (next.Name == name)
            {
                return next;
            }
        }

        throw new InvalidOperationException($"the events ended without {name}");
    }

    public async Task<List<SentEvent>> RestAsync()
    {
        var rest = new List<SentEvent>();
        while (await NextAsync() is { } next)
        {
            rest.Add(next);
        }

        return rest;
    }

    public void Dispose()
    {
        lines.Dispose();
        answer.Dispose();
    }
}

internal static class SentEvents
{
    /// <summary>The answer's words in them.</summary>
    public static string Words(this IEnumerable<SentEvent> events) =>
        string.Concat(events.Where(e => e.Name == "token").Select(e => e.Data.Text("content")));
}
