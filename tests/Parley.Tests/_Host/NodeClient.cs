using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Tests;

/// <summary>A library of others that talks to a server, in a process of its own: tests/node/clients.mjs.</summary>
internal sealed class NodeClient : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process process;

    private NodeClient(Process process) => this.process = process;

    /// <param name="library">One of tests/node/clients.</param>
    public static async Task<NodeClient> StartAsync(string library)
    {
        var client = new NodeClient(NodeTools.Start("clients.mjs", library));
        _ = client.process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        Assert.True((await client.ReadAsync()).TryGetProperty("ready", out _));
        return client;
    }

    /// <summary>Has it call, and gives what the call gave.</summary>
    public async Task<JsonElement> CallAsync(string call, JsonObject with)
    {
        await SendAsync(call, with);
        var answer = await ReadAsync();
        return answer.TryGetProperty("done", out var done) ? done : throw new InvalidOperationException($"{answer}");
    }

    /// <summary>Has it call, and gives the error that its library makes of the answer.</summary>
    public async Task<JsonElement> FailAsync(string call, JsonObject with)
    {
        await SendAsync(call, with);
        var answer = await ReadAsync();
        Assert.True(answer.TryGetProperty("failed", out var failed), $"{answer}");
        return failed;
    }

    public async Task SendAsync(string call, JsonObject with)
    {
        with["call"] = call;
        await process.StandardInput.WriteLineAsync(with.ToJsonString());
        await process.StandardInput.FlushAsync();
    }

    /// <summary>The next line it says.</summary>
    public async Task<JsonElement> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var line = await process.StandardOutput.ReadLineAsync(limit.Token);
        return JsonDocument.Parse(line ?? throw new InvalidOperationException("the client has ended")).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}
