using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Kernel.Processes;

namespace Parley.Tools.Mcp;

/// <summary>
/// A running program that speaks MCP over its standard input and output, one message a line: questions of many at a time,
/// told apart by their ids. What ends it fails every question that waits. Thread-safe.
/// </summary>
internal sealed class StdioConnection : IDisposable
{
    private static readonly string[] Handshaken = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonDocument>> waiting = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly ToolServer server;
    private readonly ToolOptions options;
    private readonly LastLines complaints;
    private readonly TimeProvider time;
    private readonly ChildProcess child;
    private volatile bool over;
    private volatile bool expected;
    private bool isModern;
    private long lastId;

    private StdioConnection(ToolServer server, ToolOptions options, LastLines complaints, TimeProvider time)
    {
        this.server = server;
        this.options = options;
        this.complaints = complaints;
        this.time = time;
        child = ChildProcess.Start(Command(server), Heard, ToolHttp.LargestBody, complaints);
    }

    /// <summary>It has ended or is about to: nothing can be asked of it any more.</summary>
    public bool HasEnded => over || child.Output.IsCompleted;

    /// <summary>Starts the program and finds out which protocol it speaks.</summary>
    /// <exception cref="ToolServerException">It cannot be started, ends, or says nothing in time.</exception>
    public static async Task<StdioConnection> OpenAsync(
        ToolServer server,
        ToolOptions options,
        LastLines complaints,
        TimeProvider time,
        ILogger log,
        CancellationToken ct
    )
    {
        StdioConnection made;
        try
        {
            made = new StdioConnection(server, options, complaints, time);
        }
        catch (ChildException refused)
        {
            throw new ToolServerException($"{server.Name}: {refused.Message}", refused) { IsAway = true };
        }

        _ = made.WatchAsync(log);
        using var limit = new CancellationTokenSource(options.StartLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            var version = await made.AgreeAsync(either.Token);
            ToolLog.Began(log, server.Name, made.child.Id, version);
            return made;
        }
        catch (Exception failure) when (failure is ToolServerException or OperationCanceledException)
        {
            await made.StopAsync();
            throw failure is ToolServerException
                ? failure
                : new ToolServerException(
                    $"{server.Name} did not say what it can do within {options.StartLimit.TotalSeconds:0} s of its start"
                )
                {
                    IsAway = true,
                };
        }
    }

    /// <inheritdoc cref="IMcpPeer.AskAsync"/>
    public async Task<JsonDocument> AskAsync(string method, Action<Utf8JsonWriter> parameters, CancellationToken ct)
    {
        using var message = await SendAsync(method, parameters, isModern, ct);
        if (message.RootElement.TryGetProperty("error", out var error))
        {
            throw new ToolServerException($"{server.Name} refused {method}: {McpMessages.Words(error)}");
        }

        return message.RootElement.TryGetProperty("result", out var result)
            ? JsonDocument.Parse(result.GetRawText())
            : throw new ToolServerException($"{server.Name} answered {method} with neither result nor error");
    }

    public void Dispose() => writing.Dispose();

    public Task StopAsync()
    {
        expected = true;
        return EndAsync();
    }

    private Task EndAsync()
    {
        over = true;
        return child.StopAsync(options.Farewell, options.Farewell);
    }

    private static ChildCommand Command(ToolServer server)
    {
        var program = server.Program!;
        var environment = ChildEnvironment.With(program.Environment);
        foreach (var (name, file) in program.EnvironmentFiles)
        {
            try
            {
                environment[name] = File.ReadAllText(file).TrimEnd('\r', '\n');
            }
            catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
            {
                throw new ChildException($"{name} cannot be read from {file}: {unread.Message}", unread);
            }
        }

        return new ChildCommand(program.Program, program.Arguments)
        {
            Environment = environment,
            Folder = program.Folder,
        };
    }

    /// <summary>
    /// The modern protocol where the program knows it, else a handshake. Gives the version.
    /// </summary>
    private async Task<string> AgreeAsync(CancellationToken ct)
    {
        var probe = SendAsync("server/discover", static _ => { }, modern: true, ct);
        await Task.WhenAny(probe, Task.Delay(options.ProbeLimit, time, ct));
        if (probe.IsCompleted && IsModern(await probe))
        {
            return McpMessages.Modern;
        }

        using var answer = await SendAsync(
            "initialize",
            json => McpMessages.Greeting(json, Handshaken[0]),
            modern: false,
            ct
        );
        if (answer.RootElement.TryGetProperty("error", out var error))
        {
            // A modern one that was merely slow has answered the first question by now.
            return probe.IsCompletedSuccessfully && !isModern && IsModern(await probe)
                ? McpMessages.Modern
                : throw new ToolServerException($"{server.Name} refused to begin: {McpMessages.Words(error)}");
        }

        var version = McpMessages.Version(
            server,
            answer.RootElement.TryGetProperty("result", out var result) ? result : default,
            Handshaken
        );
        await NotifyAsync("notifications/initialized", static _ => { }, ct);
        return version;
    }

    private bool IsModern(JsonDocument answer)
    {
        JsonElement? Member(string name) => answer.RootElement.TryGetProperty(name, out var member) ? member : null;
        return isModern = McpMessages.IsModern(server, Member("result"), Member("error"), Handshaken);
    }

    private async Task<JsonDocument> SendAsync(
        string method,
        Action<Utf8JsonWriter> parameters,
        bool modern,
        CancellationToken ct
    )
    {
        var id = Interlocked.Increment(ref lastId);
        var answer = new TaskCompletionSource<JsonDocument>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        try
        {
            await WriteAsync(
                McpMessages.Line(json =>
                {
                    json.WriteNumber("id"u8, id);
                    json.WriteString("method"u8, method);
                    json.WriteStartObject("params"u8);
                    parameters(json);
                    if (modern)
                    {
                        McpMessages.About(json);
                    }

                    json.WriteEndObject();
                }),
                ct
            );
            if (child.Ended.IsCompleted)
            {
                throw await GoneAsync(); // whoever fails those that wait may have been here before
            }

            return await answer.Task.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            _ = CancelledAsync(id);
            throw;
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    private async Task CancelledAsync(long id)
    {
        try
        {
            await NotifyAsync(
                "notifications/cancelled",
                json => McpMessages.Cancelled(json, id),
                CancellationToken.None
            );
        }
        catch (ToolServerException)
        {
            // Nobody is there to be told.
        }
    }

    private Task NotifyAsync(string method, Action<Utf8JsonWriter> parameters, CancellationToken ct) =>
        WriteAsync(
            McpMessages.Line(json =>
            {
                json.WriteString("method"u8, method);
                json.WriteStartObject("params"u8);
                parameters(json);
                json.WriteEndObject();
            }),
            ct
        );

    /// <summary>Writes one message whole: half a line would spoil all that follow, so nobody's leaving cuts it.</summary>
    private async Task WriteAsync(ReadOnlyMemory<byte> line, CancellationToken ct)
    {
        await writing.WaitAsync(ct);
        try
        {
            using var limit = new CancellationTokenSource(WriteLimit, time);
            await child.Input.WriteAsync(line, limit.Token);
            await child.Input.FlushAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _ = EndAsync();
            throw new ToolServerException($"{server.Name} does not read what it is asked") { IsAway = true };
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            _ = EndAsync(); // it may have closed its input alone
            throw await GoneAsync();
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>One line of its output. What is no message is kept among its complaints: some print what they should not.</summary>
    private void Heard(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return;
        }

        JsonDocument message;
        try
        {
            message = JsonDocument.Parse(line.ToArray());
        }
        catch (JsonException)
        {
            complaints.Add(line);
            return;
        }

        var root = message.RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var id))
        {
            if (root.TryGetProperty("method", out _))
            {
                _ = ReplyAsync(root.Clone());
            }
            else if (
                id.ValueKind == JsonValueKind.Number
                && id.TryGetInt64(out var number)
                && waiting.TryRemove(number, out var asked)
            )
            {
                asked.TrySetResult(message);
                return;
            }
        }

        message.Dispose();
    }

    /// <summary>A program of the older protocols may ask too.</summary>
    private async Task ReplyAsync(JsonElement asked)
    {
        try
        {
            await WriteAsync(McpMessages.Line(json => McpMessages.Reply(json, asked)), CancellationToken.None);
        }
        catch (ToolServerException)
        {
            // It asked and left.
        }
    }

    private async Task WatchAsync(ILogger log)
    {
        await child.Output;
        await EndAsync(); // one that says no more is of no use, whether it has ended or not
        var gone = await GoneAsync();
        if (!expected)
        {
            ToolLog.Ended(log, server.Name, gone.Message);
        }

        foreach (var (_, asked) in waiting)
        {
            asked.TrySetException(gone);
        }
    }

    private async Task<ToolServerException> GoneAsync()
    {
        var how = ChildProcess.Words(await child.Ended);
        return new ToolServerException(
            child.Fault is { } fault
                ? $"{server.Name} was ended: {fault}"
                : $"{server.Name} ended before its answer ({how})"
        )
        {
            IsAway = true,
        };
    }
}
