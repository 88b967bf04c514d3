using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Parley.Kernel;

namespace Parley.Cli;

/// <summary>
/// <c>parley mcp</c>: the MCP server over standard input and output, a message a line, for agents that start it
/// themselves. Each message is carried to <c>POST /mcp</c>: of the running server, or of one inside this process that
/// lives for that message only, so that no agent keeps the store locked.
/// </summary>
internal static class McpCommand
{
    public static Command Create()
    {
        var command = new Command("mcp", "Serve the archive to an agent over standard input and output (MCP).");
        command.Do(
            async (cli, ct) =>
            {
                await using var output = Console.OpenStandardOutput();
                using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
                using var bridge = new McpBridge(cli, output);
                await bridge.RunAsync(input, ct);
                return ExitCode.Done;
            }
        );
        return command;
    }
}

/// <summary>Carries messages between two streams and <c>POST /mcp</c>, one after the other.</summary>
internal sealed class McpBridge(CliContext cli, Stream output) : IDisposable
{
    private const string VersionKey = "io.modelcontextprotocol/protocolVersion";

    private static readonly JsonDocument Empty = JsonDocument.Parse("{}");

    private readonly SemaphoreSlim turn = new(1);
    private readonly SemaphoreSlim writing = new(1);
    private readonly Dictionary<string, CancellationTokenSource> waiting = new(StringComparer.Ordinal);

    /// <summary>Until the input ends; what was asked before is still answered.</summary>
    public async Task RunAsync(TextReader input, CancellationToken ct)
    {
        var open = new List<Task>();
        while (await input.ReadLineAsync(ct) is { } line)
        {
            open.RemoveAll(task => task.IsCompletedSuccessfully);
            if (!string.IsNullOrWhiteSpace(line))
            {
                open.Add(TakeAsync(line, ct));
            }
        }

        await Task.WhenAll(open);
    }

    public void Dispose()
    {
        turn.Dispose();
        writing.Dispose();
    }

    private Task TakeAsync(string line, CancellationToken ct)
    {
        JsonDocument message;
        try
        {
            message = JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            return WriteAsync(
                """{"jsonrpc":"2.0","error":{"code":-32700,"message":"this is no JSON"}}"""u8.ToArray(),
                ct
            );
        }

        var root = message.RootElement;
        var method = JsonMembers.Text(root, "method");
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var id))
        {
            return AnswerAsync(message, line, id.GetRawText(), method, ct);
        }

        string? gone = null;
        using (message)
        {
            if (method == "notifications/cancelled" && Params(root).TryGetProperty("requestId", out var request))
            {
                gone = request.GetRawText();
            }
        }

        return gone is null ? Task.CompletedTask : CancelAsync(gone);
    }

    private Task CancelAsync(string id)
    {
        // Under the lock it is not taken away meanwhile; what waits for it goes on elsewhere.
        lock (waiting)
        {
            return waiting.TryGetValue(id, out var cancelled) ? cancelled.CancelAsync() : Task.CompletedTask;
        }
    }

    private async Task AnswerAsync(JsonDocument message, string line, string id, string? method, CancellationToken ct)
    {
        using var _ = message;
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(ct);
        lock (waiting)
        {
            waiting[id] = cancelled;
        }

        try
        {
            await turn.WaitAsync(cancelled.Token);
            try
            {
                await WriteAsync(await AskAsync(message.RootElement, line, method, cancelled.Token), ct);
            }
            finally
            {
                turn.Release();
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Whoever cancelled it waits for no answer.
        }
        catch (Exception failure)
            when (failure is CliException or StoreException or IOException or HttpRequestException)
        {
            await WriteAsync(Failure(id, failure.Message), ct);
        }
        finally
        {
            lock (waiting)
            {
                waiting.Remove(id);
            }
        }
    }

    private async Task<byte[]> AskAsync(JsonElement message, string line, string? method, CancellationToken ct)
    {
        var parameters = Params(message);
        var name = JsonMembers.Text(parameters, "name") ?? JsonMembers.Text(parameters, "uri");
        var writes = method == "tools/call" && name is ("remember" or "write");
        // Where there is no archive yet, it begins with the first message.
        var readOnly = !writes && File.Exists(Path.Combine(cli.Settings.DataDirectory, Store.FileName));
        await using var api = await LocalApi.OpenAsync(cli, readOnly, ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/mcp", UriKind.Relative))
        {
            Content = new StringContent(line, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        if (
            parameters.TryGetProperty("_meta", out var meta)
            && meta.ValueKind == JsonValueKind.Object
            && JsonMembers.Text(meta, VersionKey) is { } version
        )
        {
            // Over HTTP a modern request says these things in its headers too.
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", version);
            request.Headers.TryAddWithoutValidation("Mcp-Method", method);
            if (name is not null)
            {
                var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(name));
                request.Headers.TryAddWithoutValidation("Mcp-Name", $"=?base64?{encoded}?=");
            }
        }

        using var answer = await api.Client.SendAsync(request, ct);
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            await LocalApi.EnsureAsync(answer, ct);
        }

        return await answer.Content.ReadAsByteArrayAsync(ct);
    }

    private async Task WriteAsync(byte[] json, CancellationToken ct)
    {
        await writing.WaitAsync(ct);
        try
        {
            await output.WriteAsync(new ReadOnlyMemory<byte>([.. json, (byte)'\n']), ct);
            await output.FlushAsync(ct);
        }
        finally
        {
            writing.Release();
        }
    }

    private static byte[] Failure(string id, string why) =>
        Encoding.UTF8.GetBytes(
            $$"""{"jsonrpc":"2.0","id":{{id}},"error":{"code":-32603,"message":"{{JsonEncodedText.Encode(why)}}" } }"""
        );

    private static JsonElement Params(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object
        && message.TryGetProperty("params", out var given)
        && given.ValueKind == JsonValueKind.Object
            ? given
            : Empty.RootElement;
}
