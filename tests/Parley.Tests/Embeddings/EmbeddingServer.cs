using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Identity;
using Parley.Providers;

namespace Parley.Tests.Embeddings;

/// <summary>
/// A model server that makes vectors, over the wire of Ollama or of OpenAI: each word counts for one place of the vector,
/// and words that are one to it (dog, puppy) for the same.
/// </summary>
internal sealed class EmbeddingServer : IAsyncDisposable
{
    private static readonly string[][] Alike =
    [
        ["dog", "puppy"],
        ["vet", "animal", "doctor"],
        ["tea", "sencha"],
    ];

    private readonly UpstreamKind kind;
    private readonly WebApplication server;
    private readonly ConcurrentQueue<List<string>> asked = new();

    private EmbeddingServer(UpstreamKind kind)
    {
        this.kind = kind;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        server = builder.Build();
        server.Run(HandleAsync);
    }

    public int Dimensions { get; set; } = 32;

    /// <summary>As some servers of OpenAI's wire answer, whatever they were asked for.</summary>
    public bool AnswersBase64 { get; set; }

    /// <summary>In place of the next answers, each once.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Instead { get; } = new();

    /// <summary>The texts of each request.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Asked => [.. asked];

    public static async Task<EmbeddingServer> StartAsync(UpstreamKind kind)
    {
        var started = new EmbeddingServer(kind);
        await started.server.StartAsync();
        return started;
    }

    public Task AddToAsync(ParleyApp app)
    {
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        var draft = new UpstreamDraft
        {
            Name = "vectors",
            Kind = kind,
            BaseUrl = new Uri(address.Addresses.Single() + (kind == UpstreamKind.OpenAi ? "/v1" : "")),
        };
        return app.Get<UpstreamStore>().AddAsync(RequestOrigin.Local, draft, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        if (HttpMethods.IsGet(http.Request.Method))
        {
            await http.Response.WriteAsync(
                kind == UpstreamKind.Ollama
                    ? """{"models":[{"name":"nomic-embed-text"},{"name":"other"}]}"""
                    : """{"data":[{"id":"nomic-embed-text"},{"id":"other"}]}"""
            );
            return;
        }

        Assert.Equal(kind == UpstreamKind.Ollama ? "/api/embed" : "/v1/embeddings", http.Request.Path.Value);
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var texts = body.RootElement.Items("input").ConvertAll(t => t.GetString()!);
        asked.Enqueue(texts);
        if (Instead.TryDequeue(out var other))
        {
            await other(http);
            return;
        }

        // OpenAI's order is told by numbers: here it is the other way round.
        var vectors = texts.Select((text, i) => (Index: i, Vector: Vector(text))).Reverse();
        await http.Response.WriteAsync(
            kind == UpstreamKind.Ollama
                ? $$"""{"embeddings":[{{string.Join(',', texts.Select(t => Numbers(Vector(t))))}}]}"""
                : $$"""{"data":[{{string.Join(
                    ',',
                    vectors.Select(v => $$"""{"index":{{v.Index}},"embedding":{{(AnswersBase64 ? Base64(v.Vector) : Numbers(v.Vector))}}}""")
                )}}]}"""
        );
    }

    private float[] Vector(string text)
    {
        var vector = new float[Dimensions];
        foreach (
            var word in text.ToLowerInvariant().Split([' ', '.', ',', ':', '?'], StringSplitOptions.RemoveEmptyEntries)
        )
        {
            var one = Array.Find(Alike, group => group.Contains(word))?[0] ?? word;
            vector[one.Sum(c => (int)c) % Dimensions] += Alike.Any(group => group[0] == one) ? 4 : 0.25f;
        }

        return vector;
    }

    private static string Numbers(float[] vector) =>
        $"[{string.Join(',', vector.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}]";

    private static string Base64(float[] vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        Buffer.BlockCopy(vector, 0, bytes, 0, bytes.Length);
        return $"\"{Convert.ToBase64String(bytes)}\"";
    }
}
