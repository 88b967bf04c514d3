using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;

namespace Parley.Tools;

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

/// <summary>A tool of a server's: what it does is not Parley's, so people are asked before it is called (S42).</summary>
internal abstract class RemoteTool(
    ToolServer server,
    string remoteName,
    string description,
    RawJson parameters,
    bool writes
) : ITool
{
    private const int LongestName = 64;

    public ToolServer Server => server;

    /// <summary>As the server calls it.</summary>
    public string RemoteName => remoteName;

    /// <summary>The server's name and the tool's own, in letters that wires allow.</summary>
    public string Name { get; } = NameOf(server, remoteName);
    public string Description => description;
    public RawJson Parameters => parameters;

    /// <summary>It may change something.</summary>
    public bool Writes => writes;

    /// <summary>Changes with everything that a person said yes to.</summary>
    public byte[] Fingerprint { get; } =
        SHA256.HashData([
            .. Encoding.UTF8.GetBytes($"{server.Id}\n{server.Place}\n{remoteName}\n{writes}\n{description}\n"),
            .. parameters.Utf8.Span,
        ]);

    public abstract Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct);

    private static string NameOf(ToolServer server, string remoteName)
    {
        var name = new StringBuilder(server.Name).Append('_');
        foreach (var c in remoteName)
        {
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_');
        }

        return name.Length <= LongestName ? name.ToString() : name.ToString(0, LongestName);
    }
}
