using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Tests.Ops.OpenApi;

namespace Parley.Tests;

/// <summary>
/// The real server on a free loopback port over a folder of its own: <c>await using var app = await ParleyApp.StartAsync();</c>
/// </summary>
internal sealed class ParleyApp : IAsyncDisposable
{
    private readonly TempFolder folder;
    private readonly Action<IServiceCollection>? services;
    private WebApplication server = null!;

    private ParleyApp(TempFolder folder, Action<IServiceCollection>? services)
    {
        this.folder = folder;
        this.services = services;
    }

    /// <summary>Speaks to the server; replaced by <see cref="RestartAsync"/>.</summary>
    public HttpClient Client { get; private set; } = null!;

    public string DataFolder => folder.Path;

    public IServiceProvider Services => server.Services;

    /// <param name="services">Changes the server's services before it is built: another clock, say.</param>
    public static async Task<ParleyApp> StartAsync(Action<IServiceCollection>? services = null)
    {
        var app = new ParleyApp(new TempFolder(), services);
        await app.OpenAsync();
        return app;
    }

    /// <summary>Stops the server as a signal would, and starts it again on the same folder.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public T Get<T>()
        where T : notnull => server.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        folder.Dispose();
    }

    private async Task OpenAsync()
    {
        server = ParleyServer.Build(
            new ServerOptions
            {
                DataDirectory = folder.Path,
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                LogLevel = LogLevel.None,
                Services = services,
            }
        );
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

    private async Task CloseAsync()
    {
        Client.Dispose();
        await server.StopAsync();
        await server.DisposeAsync();
    }
}
