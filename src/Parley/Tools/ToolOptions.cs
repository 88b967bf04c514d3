using Parley.Kernel.Outbound;

namespace Parley.Tools;

/// <summary>How tool servers are spoken to.</summary>
internal sealed class ToolOptions
{
    /// <summary>Addresses that a tool server may have although they are not public, or not on port 80 or 443.</summary>
    public IList<LocalAddress> Local { get; } = [];

    /// <summary>A list of tools older than this is read again, and served meanwhile.</summary>
    public TimeSpan ListAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a list of tools may take.</summary>
    public TimeSpan ListLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Failures in a row after which a server is left alone for <see cref="CircuitPause"/>.</summary>
    public int CircuitFailures { get; set; } = 3;

    /// <inheritdoc cref="CircuitFailures"/>
    public TimeSpan CircuitPause { get; set; } = TimeSpan.FromSeconds(60);
}
