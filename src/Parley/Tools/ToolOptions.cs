using Parley.Kernel;
using Parley.Kernel.Outbound;

namespace Parley.Tools;

/// <summary>How tool servers are spoken to.</summary>
internal sealed class ToolOptions
{
    /// <summary>Addresses that a tool server may have although they are not public, or not on port 80 or 443.</summary>
    public IList<LocalAddress> Local { get; } = [];

    /// <summary>Programs of the settings file that offer tools.</summary>
    public IList<StdioServer> Stdio { get; } = [];

    /// <summary>How long a program may take from its start until it says what it can do; its first start may have to load much.</summary>
    public TimeSpan StartLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a program may take to answer a question of the modern protocol; an older one may not answer it at all.</summary>
    public TimeSpan ProbeLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a program may take to end by itself before SIGTERM, and after that before SIGKILL.</summary>
    public TimeSpan Farewell { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A list of tools older than this is read again, and served meanwhile.</summary>
    public TimeSpan ListAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a list of tools may take.</summary>
    public TimeSpan ListLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Failures in a row after which a server is left alone for <see cref="CircuitPause"/>.</summary>
    public int CircuitFailures { get; set; } = 3;

    /// <inheritdoc cref="CircuitFailures"/>
    public TimeSpan CircuitPause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a program that failed is left alone at first; each further failure doubles it, up to <see cref="CircuitPause"/>.</summary>
    public TimeSpan ProgramPause { get; set; } = TimeSpan.FromSeconds(1);
}
