using System.Net;
using Parley.Chat;
using Parley.Embeddings;
using Parley.Identity;
using Parley.Import;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Search;
using Parley.Tools;
using Parley.Vectors;

namespace Parley;

/// <summary>How a server is started.</summary>
internal sealed class ServerOptions
{
    /// <summary>The one folder that holds everything.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where to listen: a loopback address and port, any address where there are accounts; port 0 takes any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 7447);

    public IdentityOptions Identity { get; init; } = new();

    /// <summary>Listens on this Unix socket instead of <see cref="Listen"/>: a command's own server.</summary>
    public string? Socket { get; init; }

    /// <summary>Opens the store for reading only.</summary>
    public bool ReadOnly { get; init; }

    public HttpOptions Http { get; init; } = new();

    public Files.FilesOptions Files { get; init; } = new();

    public ImportOptions Import { get; init; } = new();

    public ProviderOptions Providers { get; init; } = new();

    public SearchOptions Search { get; init; } = new();

    public EmbeddingOptions Embeddings { get; init; } = new();

    public VectorOptions Vectors { get; init; } = new();

    public ChatSettings Chat { get; init; } = new();

    public ToolOptions Tools { get; init; } = new();

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Where the lines of the log go; null: nowhere.</summary>
    public Stream? Log { get; init; }

    /// <summary>Last word on the services, for hosts that are not the command line: tests replace the clock here.</summary>
    public Action<IServiceCollection>? Services { get; init; }
}
