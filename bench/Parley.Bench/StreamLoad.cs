using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Parley.Bench;

/// <summary>Answers that come in pieces, read to their end and checked to be whole.</summary>
internal sealed class StreamLoad(Uri address, int connections) : IDisposable
{
    private static readonly byte[] Token = Encoding.ASCII.GetBytes(ScriptedUpstream.Token);
    private readonly HttpClient http = new(
        new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = connections }
    )
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(10),
    };

    /// <summary>A question in the words of chat completions.</summary>
    public static string Completion(string model) =>
        $$"""{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"Say something."}]}""";

    /// <summary>Milliseconds until the first token, and until the end; throws where it is not whole.</summary>
    public async Task<(double First, double All)> AskAsync(string path, string json, int tokens)
    {
        var began = Stopwatch.GetTimestamp();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        }

        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[32 * 1024];
        var (seen, kept, first) = (0, 0, 0.0);
        int read;
        while ((read = await body.ReadAsync(buffer.AsMemory(kept))) > 0)
        {
            var have = buffer.AsSpan(0, kept + read);
            var at = 0;
            for (int next; (next = have[at..].IndexOf(Token)) >= 0; at += next + Token.Length)
            {
                seen++;
            }

            if (seen > 0 && first == 0)
            {
                first = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }

            // The beginning of one that is cut stands before what comes next.
            kept = Math.Min(have.Length - at, Token.Length - 1);
            have[^kept..].CopyTo(buffer);
        }

        return seen >= tokens
            ? (first, Stopwatch.GetElapsedTime(began).TotalMilliseconds)
            : throw new InvalidOperationException($"{seen} of {tokens} tokens came");
    }

    /// <summary>So many questions over all connections.</summary>
    public Task ManyAsync(Func<int, (string Path, string Json)> question, int times, int tokens) =>
        Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(async connection =>
                {
                    var (path, json) = question(connection);
                    for (var time = 0; time < times / connections; time++)
                    {
                        await AskAsync(path, json, tokens);
                    }
                })
        );

    public void Dispose() => http.Dispose();
}
