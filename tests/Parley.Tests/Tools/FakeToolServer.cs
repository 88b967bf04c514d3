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
using Parley.Chat;
using Parley.Kernel.Outbound;
using Parley.Tools;

namespace Parley.Tests.Tools;

/// <summary>A server of tools that does what a test says: Kestrel on a free loopback port.</summary>
internal sealed class FakeToolServer : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly Func<HttpContext, FakeRequest, Task> answer;
    private readonly ConcurrentQueue<FakeRequest> all = new();
    private readonly Channel<FakeRequest> asked = Channel.CreateUnbounded<FakeRequest>();

    private FakeToolServer(Func<HttpContext, FakeRequest, Task> answer)
    {
        this.answer = answer;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        server = builder.Build();
        server.Run(HandleAsync);
    }

    public string Address { get; private set; } = "";

    public int Port => new Uri(Address).Port;

    public IReadOnlyList<FakeRequest> Requests => [.. all];

    public static async Task<FakeToolServer> StartAsync(Func<HttpContext, FakeRequest, Task> answer)
    {
        var made = new FakeToolServer(answer);
        await made.server.StartAsync();
        made.Address = made
            .server.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        return made;
    }

    /// <summary>A Parley that may reach it, with a model server behind it too.</summary>
    public static Task<ParleyApp> AppAsync(Action<ChatSettings>? settings = null)
    {
        return ParleyApp.StartAsync(services => Configure(services, settings));
    }

    /// <summary>Makes a Parley one that may reach it.</summary>
    public static void Configure(IServiceCollection services, Action<ChatSettings>? settings = null)
    {
        var chat = new ChatSettings { Titles = false };
        settings?.Invoke(chat);
        var options = new ToolOptions();
        options.Local.Add(LocalAddress.Parse("127.0.0.1")!.Value);
        services.AddSingleton(chat).AddSingleton(options);
    }

    public Task<JsonElement> AddToAsync(ParleyApp app, string kind, string path, string more = "") =>
        app.PostJsonAsync(
            "/api/tool-servers",
            $$"""{"name":"{{kind}}","kind":"{{kind}}","url":"{{Address}}{{path}}"{{more}}}"""
        );

    public async Task<FakeRequest> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await asked.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.Zero);
        await server.StopAsync(soon.Token);
        await server.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var request = new FakeRequest(
            http.Request.Method,
            http.Request.Path + http.Request.QueryString.ToString(),
            new HeaderDictionary(http.Request.Headers.ToDictionary()),
            body.ToArray()
        );
        all.Enqueue(request);
        asked.Writer.TryWrite(request);
        try
        {
            await answer(http, request);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
    }
}

internal static class FakeAnswers
{
    public static Task JsonAsync(this HttpContext http, string json, int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(json);
    }

    /// <summary>Asks with one tool of a server's, the model calling it once and then answering "done".</summary>
    public static async Task<EventReader> AskWithAsync(
        this ParleyApp app,
        FakeUpstream model,
        string tool,
        string arguments,
        string? conversation = null
    )
    {
        model.Answer(new FakeScript().CallOf(tool, arguments).Finish("tool_calls")).Answer("done");
        var named = conversation is null ? "" : $",\"conversation_id\":\"{conversation}\"";
        return await EventReader.OpenAsync(
            app,
            "POST",
            "/api/chat/stream",
            $$"""{"message":"q","model_name":"m","tools":["{{tool}}"]{{named}}}"""
        );
    }

    /// <summary>Reads on to the question and answers it.</summary>
    public static async Task AllowAsync(
        this ParleyApp app,
        EventReader reader,
        bool allow = true,
        string remember = "once"
    )
    {
        var asked = (await reader.UntilAsync("tool_consent")).Data;
        using var said = await app.SendAsync(
            "POST",
            $"/api/chat/turns/{reader.Turn}/consents/{asked.Text("consent_id")}",
            $$"""{"allow":{{(allow ? "true" : "false")}},"remember":"{{remember}}"}"""
        );
        Assert.Equal(HttpStatusCode.NoContent, said.StatusCode);
    }

    /// <summary>What the model was told of its call.</summary>
    public static async Task<JsonElement> ResultAsync(this EventReader reader) =>
        (await reader.UntilAsync("tool_result")).Data;
}
