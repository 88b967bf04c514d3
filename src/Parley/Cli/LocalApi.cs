using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace Parley.Cli;

/// <summary>
/// The API as a command reaches it: the running server where one answers, otherwise the same server inside this process
/// on a socket in a folder only this user can enter.
/// </summary>
internal sealed class LocalApi : IAsyncDisposable
{
    private readonly WebApplication? server;
    private readonly string? socketFolder;

    private LocalApi(HttpClient client, WebApplication? server, string? socketFolder)
    {
        Client = client;
        this.server = server;
        this.socketFolder = socketFolder;
    }

    public HttpClient Client { get; }

    /// <summary>The rooms themselves, when they run in this process; null beside a running server.</summary>
    public IServiceProvider? Services => server?.Services;

    /// <param name="readOnly">For commands that change nothing: no lock is taken and nothing is written.</param>
    public static async Task<LocalApi> OpenAsync(CliContext cli, bool readOnly, CancellationToken ct)
    {
        var data = cli.Settings.DataDirectory;
        if (await FindServerAsync(data, ct) is { } running)
        {
            return new LocalApi(running, null, null);
        }

        if (readOnly && !Directory.Exists(data))
        {
            throw new CliException(
                $"there is no archive at {data}: import something first, or name another folder with --data"
            );
        }

        var folder = Directory.CreateTempSubdirectory("parley-").FullName;
        var socket = Path.Combine(folder, "s");
        var server = ParleyServer.Build(ServeCommand.Options(cli.Settings, socket, readOnly));
        await server.StartAsync(ct);
        return new LocalApi(Over(socket), server, folder);
    }

    /// <summary>The running server's; null where none answers.</summary>
    public static async Task<LocalApi?> FindAsync(CliContext cli, CancellationToken ct) =>
        await FindServerAsync(cli.Settings.DataDirectory, ct) is { } running ? new LocalApi(running, null, null) : null;

    /// <summary>Makes a command one that reaches the API, for as long as <paramref name="body"/> runs.</summary>
    public static void Do(
        Command command,
        bool readOnly,
        Func<CliContext, LocalApi, CancellationToken, Task<int>> body
    ) =>
        command.Do(
            async (cli, ct) =>
            {
                await using var api = await OpenAsync(cli, readOnly, ct);
                return await body(cli, api, ct);
            }
        );

    /// <summary>GET; a problem becomes the command's failure.</summary>
    public async Task<JsonDocument> GetAsync(string path, CancellationToken ct)
    {
        using var response = await Client.GetAsync(
            new Uri(path, UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead,
            ct
        );
        await EnsureAsync(response, ct);
        return await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(ct), cancellationToken: ct);
    }

    public static async Task EnsureAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var body = await response.Content.ReadAsStringAsync(ct);
        throw new CliException(DetailOf(body) ?? $"the server answered {(int)response.StatusCode}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (server is not null)
        {
            await server.StopAsync(CancellationToken.None);
            await server.DisposeAsync();
            Directory.Delete(socketFolder!, recursive: true);
        }
    }

    private static string? DetailOf(string problem)
    {
        try
        {
            using var document = JsonDocument.Parse(problem);
            return document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString()
                : document.RootElement.TryGetProperty("title", out var title) ? title.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The server that <c>server.json</c> names, if it answers.</summary>
    private static async Task<HttpClient?> FindServerAsync(string dataDirectory, CancellationToken ct)
    {
        if (ServerFile.Find(dataDirectory) is not { } file || !Uri.TryCreate(file.Url, UriKind.Absolute, out var url))
        {
            return null;
        }

        var client = Create(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }, url);
        if (file.Token is { } token)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        try
        {
            using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative), ct);
            if (answer.IsSuccessStatusCode)
            {
                return client;
            }
        }
        catch (HttpRequestException)
        {
            // It died without taking its file along.
        }

        client.Dispose();
        return null;
    }

    private static HttpClient Over(string socket) =>
        Create(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, ct) =>
                {
                    var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), ct);
                    return new NetworkStream(connection, ownsSocket: true);
                },
            },
            new Uri("http://localhost")
        );

    public static HttpClient Create(SocketsHttpHandler handler, Uri address)
    {
        handler.UseProxy = false;
        handler.UseCookies = false;
        return new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }
}
