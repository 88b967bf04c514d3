using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Processes;

namespace Parley.Cli;

/// <summary>
/// <c>parley models serve</c>: runs llama.cpp's server over a model file and offers it as a model server of the running
/// Parley, until a signal.
/// </summary>
internal static class ModelsServeCommand
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>Whoever ran for this long starts afresh when it ends.</summary>
    private static readonly TimeSpan Proven = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RemoveLimit = TimeSpan.FromSeconds(10);

    private static readonly Argument<string> File = new("file") { Description = "The model, a GGUF file." };
    private static readonly Argument<string[]> More = new("arguments")
    {
        Description = "Behind --: further arguments of llama-server, such as -- --ctx-size 8192.",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private static readonly Option<string?> Name = new("--name")
    {
        Description = "What model and model server are called here; without it the file's name.",
    };
    private static readonly Option<int> Wait = new("--wait")
    {
        Description = "Seconds in which the model must be loaded.",
        DefaultValueFactory = _ => 300,
    };

    public static Command Create()
    {
        var command = new Command(
            "serve",
            "Run llama.cpp's server over a model file, as a model server of the running Parley, until a signal."
        )
        {
            File,
            More,
            Name,
            Wait,
        };
        command.Do(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, CancellationToken ct)
    {
        var model = Path.GetFullPath(cli.Parsed.GetRequiredValue(File));
        RequireGguf(model);
        var wanted = cli.Settings.Get(Settings.LlamaServer) is { Length: > 0 } set ? set : LlamaServer.Program;
        var program =
            ProgramPath.Find(wanted)
            ?? throw new CliException(
                $"there is no {wanted} that can be run: install llama.cpp (https://github.com/ggml-org/llama.cpp, or your system's package), or name its server with {Settings.LlamaServer.Flag} PATH",
                ExitCode.WrongUse
            );
        var name = cli.Parsed.GetValue(Name) ?? Path.GetFileNameWithoutExtension(model);
        await using var api =
            await LocalApi.FindAsync(cli, ct)
            ?? throw new CliException(
                $"no Parley serves {cli.Settings.DataDirectory}: start it with parley serve, then this again"
            );
        await RequireFreeAsync(api, name, ct);

        using var engine = new LlamaServer(program, model, name, cli.Parsed.GetValue(More) ?? []);
        string? id = null;
        ChildProcess? child = null;
        try
        {
            child = await StartAsync(cli, engine, ct);
            id = await AddAsync(cli, api, engine, name, ct);
            for (var failures = 0; ; failures++)
            {
                var began = TimeProvider.System.GetTimestamp();
                await child.Ended.WaitAsync(ct);
                failures = TimeProvider.System.GetElapsedTime(began) > Proven ? 0 : failures;
                child = await StartAgainAsync(cli, engine, await LlamaServer.EndOfAsync(child), failures, ct) ?? child;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        finally
        {
            if (id is not null)
            {
                await RemoveAsync(cli, id, name);
            }

            if (child is not null)
            {
                await LlamaServer.StopAsync(child);
            }
        }
    }

    private static void RequireGguf(string path)
    {
        Span<byte> magic = stackalloc byte[4];
        try
        {
            using var file = System.IO.File.OpenRead(path);
            if (file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("GGUF"u8))
            {
                return;
            }
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path} cannot be read: {unread.Message}", ExitCode.WrongUse);
        }

        throw new CliException(
            $"{path} is no GGUF file: its first four bytes say so. Models for llama.cpp end in .gguf",
            ExitCode.WrongUse
        );
    }

    /// <summary>Asked before the model is loaded, which may take minutes.</summary>
    private static async Task RequireFreeAsync(LocalApi api, string name, CancellationToken ct)
    {
        using var servers = await api.GetAsync("/api/upstreams", ct);
        foreach (var server in servers.RootElement.GetProperty("items").EnumerateArray())
        {
            if (name.Equals(ModelsCommand.Text(server, "name"), StringComparison.OrdinalIgnoreCase))
            {
                throw new CliException(
                    $"there is a model server {name} already: take another --name, or parley models remove {name} where it was left behind"
                );
            }
        }
    }

    private static async Task<ChildProcess> StartAsync(CliContext cli, LlamaServer engine, CancellationToken ct)
    {
        var limit = TimeSpan.FromSeconds(cli.Parsed.GetValue(Wait));
        try
        {
            return await engine.StartAsync(
                limit,
                elapsed =>
                    cli.Progress
                        ? cli.Err.WriteAsync(
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"\rloading the model: {elapsed.TotalSeconds:0} s"
                            )
                        )
                        : Task.CompletedTask,
                TimeProvider.System,
                ct
            );
        }
        finally
        {
            if (cli.Progress)
            {
                await cli.Err.WriteAsync("\r\e[K");
            }
        }
    }

    /// <summary>Null where it does not come up this time either.</summary>
    private static async Task<ChildProcess?> StartAgainAsync(
        CliContext cli,
        LlamaServer engine,
        string end,
        int failures,
        CancellationToken ct
    )
    {
        var pause = GrowingPause.After(failures, FirstPause, LongestPause);
        await cli.Err.WriteLineAsync(
            $"parley: {LlamaServer.Program}: {end}; it is started again in {pause.TotalSeconds:0} s"
        );
        await Task.Delay(pause, TimeProvider.System, ct);
        try
        {
            var child = await StartAsync(cli, engine, ct);
            await cli.Err.WriteLineAsync($"parley: {LlamaServer.Program} runs again");
            return child;
        }
        catch (CliException failure)
        {
            await cli.Err.WriteLineAsync("parley: " + failure.Message);
            return null;
        }
    }

    private static async Task<string> AddAsync(
        CliContext cli,
        LocalApi api,
        LlamaServer engine,
        string name,
        CancellationToken ct
    )
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("base_url", engine.BaseUrl.AbsoluteUri);
            json.WriteString("kind", "openai");
            json.WriteString("key", engine.Key);
            json.WriteEndObject();
        }

        using var made = await ModelsCommand.PostAsync(api, "/api/upstreams", body.ToArray(), ct);
        await cli.Out.WriteLineAsync(
            cli.Json ? made.RootElement.GetRawText() : $"{name}  {engine.BaseUrl}  serves until Ctrl-C"
        );
        await cli.Out.FlushAsync(ct);
        return ModelsCommand.Text(made.RootElement, "id")!;
    }

    /// <summary>Beside the server where it still runs, in its store where not.</summary>
    private static async Task RemoveAsync(CliContext cli, string id, string name)
    {
        using var limit = new CancellationTokenSource(RemoveLimit);
        try
        {
            await using var api = await LocalApi.OpenAsync(cli, readOnly: false, limit.Token);
            using var _ = await api.Client.DeleteAsync(new Uri("/api/upstreams/" + id, UriKind.Relative), limit.Token);
        }
        catch (Exception failure)
            when (failure is StoreException or IOException or HttpRequestException or OperationCanceledException)
        {
            await cli.Err.WriteLineAsync(
                $"parley: {name} is still set up ({failure.Message}): parley models remove {name}"
            );
        }
    }
}
