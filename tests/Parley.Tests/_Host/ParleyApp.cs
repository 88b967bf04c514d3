using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Embeddings;
using Parley.Embeddings.Static;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Tests.Ops.OpenApi;
using Parley.Vectors;

namespace Parley.Tests;

/// <summary>
/// The real server on a free loopback port over a folder of its own: <c>await using var app = await ParleyApp.StartAsync();</c>
/// </summary>
internal sealed class ParleyApp : IAsyncDisposable
{
    private static readonly StaticEmbedder Table = new(
        new EmbeddingOptions(),
        TimeProvider.System,
        NullLogger<StaticEmbedder>.Instance
    );

    private readonly TempFolder folder;
    private readonly Action<IServiceCollection>? services;
    private readonly IdentityOptions identity;
    private readonly Action<HttpOptions>? http;
    private WebApplication? server;
    private int port;

    private ParleyApp(
        TempFolder folder,
        Action<IServiceCollection>? services,
        IdentityOptions? identity,
        Action<HttpOptions>? http
    )
    {
        this.http = http;
        this.folder = folder;
        this.services = services;
        this.identity = identity ?? Accounts.Options(singleUser: true);
    }

    /// <summary>Speaks to the server; replaced by <see cref="RestartAsync"/>.</summary>
    public HttpClient Client { get; private set; } = null!;

    public string DataFolder => folder.Path;

    public IServiceProvider Services => server!.Services;

    /// <param name="services">Changes the server's services before it is built: another clock, say.</param>
    /// <param name="http">Changes the options of the HTTP surface.</param>
    /// <param name="identity">How accounts are kept; without it there are none, and every call is the owner's.</param>
    public static async Task<ParleyApp> StartAsync(
        Action<IServiceCollection>? services = null,
        IdentityOptions? identity = null,
        Action<HttpOptions>? http = null
    )
    {
        var app = new ParleyApp(new TempFolder(), services, identity, http);
        try
        {
            await app.OpenAsync();
            return app;
        }
        catch
        {
            await (app.server?.DisposeAsync() ?? ValueTask.CompletedTask);
            app.folder.Dispose();
            throw;
        }
    }

    /// <summary>Stops the server as a signal would, and starts it again on the same folder.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    /// <summary>Stops the server as a signal would, until <see cref="ReopenAsync"/>.</summary>
    public async Task StopAsync()
    {
        port = Client.BaseAddress!.Port;
        await CloseAsync();
    }

    /// <summary>Starts the server that was stopped on the same folder, at the same port.</summary>
    public Task ReopenAsync() => OpenAsync();

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        folder.Dispose();
    }

    private async Task OpenAsync()
    {
        var options = new ServerOptions
        {
            DataDirectory = folder.Path,
            Listen = new IPEndPoint(IPAddress.Loopback, port),
            LogLevel = LogLevel.None,
            Identity = identity,
            // A test that asks for vectors has them made (VectorWorker.DrainAsync); to others nothing is near by chance.
            Vectors = new VectorOptions { Quiet = TimeSpan.FromHours(1) },
            Services = SharingTable,
        };
        http?.Invoke(options.Http);
        server = ParleyServer.Build(options);
        await server.StartAsync();
        var address = server
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        Client = new HttpClient(
            new DescribedAnswers(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        )
        {
            BaseAddress = new Uri(address),
        };
        // A refusal by length comes before the body is read; a client that does not ask first may still be sending it.
        Client.DefaultRequestHeaders.ExpectContinue = true;
    }

    /// <summary>
    /// One table of word vectors for all servers of the tests: opening it is some 16 MB of sums and an index each time. A test
    /// that names another file has its own.
    /// </summary>
    private void SharingTable(IServiceCollection collection)
    {
        services?.Invoke(collection);
        if (collection.Count(one => one.ServiceType == typeof(EmbeddingOptions)) == 1)
        {
            collection.AddSingleton(Table);
        }
    }

    private async Task CloseAsync()
    {
        Client.Dispose();
        if (server is { } running)
        {
            server = null;
            await running.StopAsync();
            await running.DisposeAsync();
        }
    }
}
