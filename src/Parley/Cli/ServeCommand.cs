using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Outbound;

namespace Parley.Cli;

/// <summary><c>parley serve</c>: the server, until a signal.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Serve the archive; prints its address.");
        command.Do(RunAsync);
        return command;
    }

    /// <summary>A server over the settings; on a socket of this process instead of a port where one is given.</summary>
    public static ServerOptions Options(Settings settings, string? socket = null, bool readOnly = false)
    {
        var listen = IPEndPoint.Parse(
            settings.Get(Settings.Listen).Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase)
        );

        // Who may read the data folder is its owner: a command's own server asks for no password.
        var singleUser = socket is not null || settings.Get(Settings.SingleUser) == "true";
        if (socket is null && singleUser && !IPAddress.IsLoopback(listen.Address))
        {
            throw new SettingException(
                $"{Settings.Listen.Flag} is \"{listen}\": {Settings.SingleUser.Flag} serves loopback addresses only, such as {Settings.DefaultListen}"
            );
        }

        var options = new ServerOptions
        {
            DataDirectory = settings.DataDirectory,
            Listen = listen,
            Identity = new IdentityOptions
            {
                SingleUser = singleUser,
                SetupCode = settings.Get(Settings.SetupCode) is { Length: > 0 } code ? code : null,
                SigningKey = settings.Get(Settings.SigningKey) is { Length: > 0 } key ? key : null,
                OpenWebUiSecret = settings.Get(Settings.OpenWebUiSecret) is { Length: > 0 } secret ? secret : null,
                SignUpRole = UserRoles.Find(settings.Get(Settings.SignUp)),
                Oidc = OidcSettingsReader.Read(settings),
                UserRequests = (int)settings.Number(Settings.UserRequests),
                AddressRequests = (int)settings.Number(Settings.AddressRequests),
                UserStreams = (int)settings.Number(Settings.UserStreams),
                UserSockets = (int)settings.Number(Settings.UserSockets),
                MessagesPerDay = settings.Number(Settings.MessagesPerDay),
                TokensPerMonth = settings.Number(Settings.TokensPerMonth),
                StorageBytes = settings.Number(Settings.StorageBytes),
                Files = settings.Number(Settings.Files),
            },
            Socket = socket,
            ReadOnly = readOnly,
            LogLevel = socket is null
                ? Enum.Parse<LogLevel>(settings.Get(Settings.LogLevel), ignoreCase: true)
                : LogLevel.None,
            Log = socket is null ? Console.OpenStandardOutput() : null,
        };
        options.Import.BatchBytes = (int)settings.Number(Settings.ImportBatch);
        options.Import.MaxAttachmentBytes = settings.Number(Settings.ImportAttachment);
        options.Import.MaxUploadBytes = settings.Number(Settings.Upload);
        options.Providers.OllamaUrl = settings.Get(Settings.OllamaUrl);
        options.Providers.OpenAiUrl = settings.Get(Settings.OpenAiUrl);
        options.Providers.OpenAiKey = settings.Get(Settings.OpenAiKey);
        options.Search.KeepQueries = settings.Get(Settings.KeepQueries) == "true";
        options.Vectors.Enabled = settings.Get(VectorSettings.Enabled) == "true";
        if (settings.Get(VectorSettings.StaticFile) is { Length: > 0 } table)
        {
            options.Embeddings.StaticFile = Path.GetFullPath(table);
        }

        options.Embeddings.Model = settings.Get(VectorSettings.Model) is { Length: > 0 } embedder ? embedder : null;
        options.Chat.Model = settings.Get(Settings.ChatModel) is { Length: > 0 } model ? model : null;
        options.Chat.ContextTokens = settings.Number(Settings.ChatContext);
        options.Chat.Titles = settings.Get(Settings.ChatTitles) == "true";
        foreach (var local in Settings.Parts(settings.Get(Settings.ToolsLocal)))
        {
            options.Tools.Local.Add(LocalAddress.Parse(local)!.Value);
        }

        foreach (var program in settings.StdioServers)
        {
            options.Tools.Stdio.Add(program);
        }

        foreach (var host in Settings.Parts(settings.Get(Settings.Hosts)))
        {
            options.Http.Hosts.Add(host);
        }

        foreach (var origin in Settings.Parts(settings.Get(Settings.Origins)))
        {
            options.Http.Origins.Add(origin);
        }

        foreach (var proxy in Settings.Parts(settings.Get(Settings.Proxies)))
        {
            options.Http.Proxies.Add(Settings.Network(proxy)!.Value);
        }

        return options;
    }

    private static async Task<int> RunAsync(CliContext cli, CancellationToken ct)
    {
        SocketThreads.RunRequests();
        await using var server = ParleyServer.Build(Options(cli.Settings));
        try
        {
            await server.StartAsync(ct);
        }
        catch (IOException e)
        {
            throw new CliException($"cannot listen on {cli.Settings.Get(Settings.Listen)}: {e.Message}");
        }

        var url = server
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        if (
            !ServerFile.TryWrite(
                cli.Settings.DataDirectory,
                url,
                server.Services.GetRequiredService<LocalAccess>().Token
            )
        )
        {
            await cli.Err.WriteLineAsync(
                $"parley: {ServerFile.Name} cannot be written, so other commands will not find this server"
            );
        }

        await cli.Out.WriteLineAsync($"Parley serves {cli.Settings.DataDirectory} at {url}");
        if (await SetupLinkAsync(server.Services, url, ct) is { } link)
        {
            await cli.Out.WriteLineAsync($"There is no account yet. Make the first one here: {link}");
        }

        await cli.Out.FlushAsync(ct);
        try
        {
            // Not with the command's token: that would stop the host at the signal, before it has drained.
            await server.WaitForShutdownAsync(CancellationToken.None);
        }
        finally
        {
            ServerFile.Delete(cli.Settings.DataDirectory);
        }

        return ExitCode.Done;
    }

    /// <summary>
    /// The link that makes the first account; null where nothing is to be set up. A code that was set is not printed: who
    /// set it knows it, and the page asks.
    /// </summary>
    private static async Task<string?> SetupLinkAsync(IServiceProvider services, string url, CancellationToken ct)
    {
        var options = services.GetRequiredService<IdentityOptions>();
        if (options.SingleUser || await services.GetRequiredService<Accounts>().HasAdminAsync(ct))
        {
            return null;
        }

        // Every address of the machine is none to open, and no name that the server answers to.
        var at = url.Replace("//0.0.0.0:", "//localhost:", StringComparison.Ordinal)
            .Replace("//[::]:", "//localhost:", StringComparison.Ordinal);
        var code = options.SetupCode is null ? "#" + services.GetRequiredService<SetupCode>().Text : "";
        return $"{at}/setup{code}";
    }
}
