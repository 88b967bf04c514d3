using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;

namespace Parley.Chat.Tools;

/// <summary>Something a model may call while it answers. Runs with the caller's rights, never more (S41). Thread-safe.</summary>
internal interface ITool
{
    /// <summary>Letters, digits and underscores: what wires allow.</summary>
    string Name { get; }

    /// <summary>For the model: what it gives and when to call it.</summary>
    string Description { get; }

    /// <summary>JSON Schema of the arguments.</summary>
    RawJson Parameters { get; }

    /// <param name="arguments">An object that fits <see cref="Parameters"/>.</param>
    /// <exception cref="ToolException">It cannot be done; the message is for the model.</exception>
    Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct);
}

/// <summary>A call that cannot be done; the model is told why.</summary>
internal sealed class ToolException(string message) : Exception(message);
