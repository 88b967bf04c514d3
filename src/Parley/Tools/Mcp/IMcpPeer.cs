using System.Text.Json;

namespace Parley.Tools.Mcp;

/// <summary>An MCP server as it is spoken with, over whichever transport. Thread-safe.</summary>
internal interface IMcpPeer
{
    /// <summary>Asks, and gives the result.</summary>
    /// <param name="parameters">Writes the members of <c>params</c>.</param>
    /// <param name="name">What is called, where the method calls something by its name.</param>
    /// <param name="more">Headers that the protocol without sessions wants beside it, where there are headers.</param>
    /// <exception cref="ToolServerException">It cannot be reached, or refuses.</exception>
    Task<JsonDocument> AskAsync(
        string method,
        Action<Utf8JsonWriter> parameters,
        string? name,
        IEnumerable<(string Name, string Value)> more,
        CancellationToken ct
    );
}

/// <summary>The MCP servers of one transport. Thread-safe.</summary>
internal interface IMcpPeers
{
    /// <summary>The server, as that person speaks with it.</summary>
    IMcpPeer Of(ToolServer server, long userId);
}
