using System.Collections.Concurrent;
using Parley.Providers;

namespace Parley.Tools;

/// <summary>
/// How tool servers have answered lately: one that cannot be reached several times in a row is left alone for a while, so
/// that no answer waits for it again and again. What a call is refused or fails with is an answer too. Thread-safe.
/// </summary>
internal sealed class ToolServerHealth(ToolOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, (ToolServer Server, Circuit Circuit)> all = new();

    /// <inheritdoc cref="Circuit.State"/>
    public string StateOf(ToolServer server) => Of(server).State;

    /// <summary>Null where it may be asked; else what to say instead.</summary>
    public string? Refuse(ToolServer server) =>
        Of(server).Refuse() is { } wait
            ? $"{server.Name} has failed{(server.Program is null ? " several times in a row" : "")} and was not asked; it will not be for another {Math.Ceiling(wait.TotalSeconds)} s"
            : null;

    public void Answered(ToolServer server) => Of(server).Answered();

    public void Failed(ToolServer server) => Of(server).Failed();

    /// <summary>One that was set up anew has no past.</summary>
    private Circuit Of(ToolServer server) =>
        all.AddOrUpdate(
            server.Id,
            _ => (server, Begin(server)),
            (_, known) => ReferenceEquals(known.Server, server) ? known : (server, Begin(server))
        ).Circuit;

    /// <summary>A program that failed is started again, soon at first: that costs nobody else anything.</summary>
    private Circuit Begin(ToolServer server) =>
        server.Program is null
            ? new Circuit(options.CircuitFailures, options.CircuitPause, time)
            : new Circuit(1, options.ProgramPause, time, options.CircuitPause);
}
