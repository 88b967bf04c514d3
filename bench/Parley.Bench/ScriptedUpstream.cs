using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Parley.Bench;

/// <summary>
/// A model server in a process of its own that speaks chat completions: the model <c>t-TOKENS-MS</c> answers so many
/// tokens, one event each that many milliseconds.
/// </summary>
internal static class ScriptedUpstream
{
    /// <summary>Stands in each token of an answer, and nowhere else.</summary>
    public const string Token = "tok ";

    private static readonly byte[] One = Event("""{"content":"tok "}""", "null");
    private static readonly byte[] Last =
    [
        .. Event("{}", "\"stop\""),
        .. """
            data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"t","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":10,"total_tokens":20}}

            data: [DONE]


            """u8,
    ];

    /// <summary>An answer of a minute, 50 tokens a second.</summary>
    public const int LongTokens = 3_000;

    public static string LongModel { get; } = Model(LongTokens, 20);

    public static string Model(int tokens, int milliseconds) => $"t-{tokens}-{milliseconds}";

    /// <summary>Settings of a server that asks this upstream and nobody else, and writes no titles.</summary>
    public static string[] Settings(Uri upstream) =>
        ["--openai-url", new Uri(upstream, "v1").ToString(), "--ollama-url", "", "--chat-titles", "false"];

    /// <summary>One in a process of its own; gives its address too.</summary>
    public static async Task<(Child Process, Uri Address)> StartAsync()
    {
        var process = Child.Start(Environment.ProcessPath!, "--upstream");
        return (process, new Uri((await process.Output.ReadLineAsync())!));
    }

    /// <summary>Serves until it is ended; prints its address.</summary>
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        string[] models = [Model(1, 0), Model(100, 1), Model(1000, 1), LongModel];
        var list = Encoding.UTF8.GetBytes(
            $$"""{"object":"list","data":[{{string.Join(',', models.Select(m => $$"""{"id":"{{m}}","object":"model","created":1,"owned_by":"bench"}"""))}}]}"""
        );
        app.MapGet("/v1/models", () => Results.Bytes(list, "application/json"));
        app.MapPost("/v1/chat/completions", AnswerAsync);
        await app.StartAsync(CancellationToken.None);
        Console.WriteLine(app.Urls.First());
        await app.WaitForShutdownAsync(CancellationToken.None);
        return 0;
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        var name = body.RootElement.GetProperty("model").GetString()!.Split('-');
        var tokens = int.Parse(name[1], CultureInfo.InvariantCulture);
        var pace = int.Parse(name[2], CultureInfo.InvariantCulture);
        http.Response.ContentType = "text/event-stream";
        using var timer = pace > 0 ? new PeriodicTimer(TimeSpan.FromMilliseconds(pace)) : null;
        for (var token = 0; token < tokens; token++)
        {
            await http.Response.Body.WriteAsync(One, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            if (timer is not null)
            {
                await timer.WaitForNextTickAsync(http.RequestAborted);
            }
        }

        await http.Response.Body.WriteAsync(Last, http.RequestAborted);
    }

    private static byte[] Event(string delta, string finish) =>
        Encoding.UTF8.GetBytes(
            $$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"t","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}"""
                + "\n\n"
        );
}
