using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Identity;
using Parley.Providers;

namespace Parley.Tests;

/// <summary>What an upstream was asked.</summary>
internal sealed record FakeRequest(string Method, string Path, IHeaderDictionary Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>
/// A model server that plays scripts over the real wire of its kind: <c>await using var upstream = await
/// FakeUpstream.StartAsync(UpstreamKind.OpenAi);</c>, <c>upstream.Answer("Hel", "lo")</c>, <c>await
/// upstream.AddToAsync(app)</c>. Questions take one script each, in order; the last one stays for all further ones.
/// </summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private readonly UpstreamKind kind;
    private readonly WebApplication server;
    private readonly ConcurrentQueue<FakeScript> scripts = new();
    private readonly Channel<FakeRequest> asked = Channel.CreateUnbounded<FakeRequest>();
    private readonly Channel<bool> left = Channel.CreateUnbounded<bool>();
    private readonly ConcurrentQueue<FakeRequest> all = new();
    private volatile FakeScript last = FakeScript.Of("Hello", " from the model.");
    private volatile SemaphoreSlim? gate;
    private int open;

    private FakeUpstream(UpstreamKind kind, IEnumerable<string> models)
    {
        this.kind = kind;
        Models = [.. models];
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Limits.MaxRequestBodySize = null;
        });
        server = builder.Build();
        server.Run(HandleAsync);
    }

    public UpstreamKind Kind => kind;

    /// <summary>What it lists; may be changed.</summary>
    public List<string> Models { get; }

    /// <summary>Answers to questions for the list, in place of it.</summary>
    public FakeScript? ListScript { get; set; }

    public string Address { get; private set; } = "";

    /// <summary>As an admin would set it.</summary>
    public Uri BaseUrl => new(Address + FakeWire.BasePath(kind));

    /// <summary>Everything it was asked but lists.</summary>
    public IReadOnlyList<FakeRequest> Requests => [.. all];

    /// <summary>How often the list was asked for.</summary>
    public int Lists => Volatile.Read(ref lists);
    private int lists;

    /// <summary>Answers that are being given now.</summary>
    public int Open => Volatile.Read(ref open);

    public static async Task<FakeUpstream> StartAsync(UpstreamKind kind, params string[] models)
    {
        var upstream = new FakeUpstream(kind, models.Length > 0 ? models : ["m"]);
        await upstream.server.StartAsync();
        upstream.Address = upstream
            .server.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        return upstream;
    }

    /// <summary>The next question gets this text, in these pieces.</summary>
    public FakeUpstream Answer(params string[] pieces) => Answer(FakeScript.Of(pieces));

    /// <summary>The next question gets this.</summary>
    public FakeUpstream Answer(FakeScript script)
    {
        scripts.Enqueue(script);
        return this;
    }

    /// <summary>From now on each piece waits for <see cref="Release"/>.</summary>
    public void Hold() => gate = new SemaphoreSlim(0);

    /// <summary>Lets so many pieces go, or without a number all of them from now on.</summary>
    public void Release(int pieces = 0)
    {
        var held = gate;
        if (pieces > 0)
        {
            held?.Release(pieces);
            return;
        }

        gate = null;
        held?.Release(1_000_000);
    }

    /// <summary>The next question that comes, or came and was not looked at yet.</summary>
    public async Task<FakeRequest> NextRequestAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await asked.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Ends when a client has gone away in the middle of an answer; each going counts once.</summary>
    public async Task ClientLeftAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await left.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Sets it up as an upstream of a running server; gives it as the server knows it.</summary>
    public Task<UpstreamSetup> AddToAsync(
        ParleyApp app,
        string name = "fake",
        string? key = null,
        Func<UpstreamDraft, UpstreamDraft>? with = null
    )
    {
        var draft = new UpstreamDraft
        {
            Name = name,
            Kind = kind,
            BaseUrl = BaseUrl,
            Key = key,
        };
        return app.Get<UpstreamStore>()
            .AddAsync(RequestOrigin.Local, with?.Invoke(draft) ?? draft, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        using var soon = new CancellationTokenSource(TimeSpan.Zero);
        await server.StopAsync(soon.Token);
        await server.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (HttpMethods.IsGet(http.Request.Method) && path == FakeWire.ListPath(kind))
        {
            Interlocked.Increment(ref lists);
            if (ListScript is { } script)
            {
                await PlayAsync(http, script, streams: true);
                return;
            }

            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(FakeWire.List(kind, Models));
            return;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var request = new FakeRequest(
            http.Request.Method,
            path + http.Request.QueryString,
            new HeaderDictionary(http.Request.Headers.ToDictionary()),
            body.ToArray()
        );
        all.Enqueue(request);
        asked.Writer.TryWrite(request);
        if (scripts.TryDequeue(out var next))
        {
            last = next;
        }

        Interlocked.Increment(ref open);
        try
        {
            await PlayAsync(http, last, Streams(request));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            left.Writer.TryWrite(true);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    /// <summary>As the kinds have it: Ollama streams unless told not to, OpenAI when told to.</summary>
    private bool Streams(FakeRequest request)
    {
        if (kind is UpstreamKind.Anthropic or UpstreamKind.Gemini)
        {
            return true;
        }

        try
        {
            return request.Json.TryGetProperty("stream", out var said)
                ? said.ValueKind == JsonValueKind.True
                : kind == UpstreamKind.Ollama;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task PlayAsync(HttpContext http, FakeScript script, bool streams)
    {
        var response = http.Response;
        response.StatusCode = script.StatusCode;
        foreach (var (name, value) in script.Headers)
        {
            response.Headers[name] = value;
        }

        if (script.Body is { } body || !streams)
        {
            response.ContentType = script.ContentType ?? "application/json";
            body = script.Body ?? FakeWire.Whole(kind, script);
            response.ContentLength = body.Length;
            await response.Body.WriteAsync(body, http.RequestAborted);
            return;
        }

        response.ContentType = script.ContentType ?? FakeWire.StreamType(kind);
        if (script.Steps.Exists(s => s is FakeScript.HangUp))
        {
            // More is promised than comes: the server then closes behind what was sent, where aborting would reset the
            // connection and take along what the client has not read yet.
            response.ContentLength = long.MaxValue;
        }

        await response.Body.FlushAsync(http.RequestAborted);
        foreach (var step in script.Steps)
        {
            if (step is FakeScript.HangUp)
            {
                return;
            }

            if (step is FakeScript.Wait wait)
            {
                await wait.Signal.WaitAsync(http.RequestAborted);
                continue;
            }

            foreach (var frame in FakeWire.Frames(kind, step))
            {
                await (gate?.WaitAsync(http.RequestAborted) ?? Task.CompletedTask);
                await response.Body.WriteAsync(frame, http.RequestAborted);
                await response.Body.FlushAsync(http.RequestAborted);
            }
        }

        http.RequestAborted.ThrowIfCancellationRequested();
    }
}
