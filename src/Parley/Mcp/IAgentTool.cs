using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;

namespace Parley.Mcp;

/// <summary>Something an agent may call. Runs with the caller's rights, never more (S41). Thread-safe.</summary>
internal interface IAgentTool
{
    string Name { get; }

    /// <summary>For people.</summary>
    string Title { get; }

    /// <summary>For the model: what it gives and when to call it.</summary>
    string Description { get; }

    /// <summary>JSON Schema of the arguments.</summary>
    RawJson Input { get; }

    /// <summary>Of the key that may call it (S14).</summary>
    string Scope { get; }

    /// <summary>It adds something. None takes anything away.</summary>
    bool Writes { get; }

    /// <param name="arguments">An object that fits <see cref="Input"/>.</param>
    /// <returns>Text for the model, within the budget that the arguments name.</returns>
    /// <exception cref="Parley.Tools.ToolException">It cannot be done; the message is for the model.</exception>
    Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct);
}
