using System.Net;

namespace Parley.Kernel.Http;

/// <summary>Limits of the HTTP surface (security.md section 6); a request past one is refused while it is read.</summary>
internal sealed class HttpOptions
{
    /// <summary>Largest JSON body, in bytes, where a route states none of its own. Default 1 MiB.</summary>
    public long BodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Largest body of routes that take message text, in bytes. Default 4 MiB.</summary>
    public const long MessageBodyBytes = 4 * 1024 * 1024;

    /// <summary>Deepest nesting of a JSON body.</summary>
    public const int JsonDepth = 32;

    /// <summary>Names, besides the loopback ones, under which the server may be called (S25). Without port.</summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>Origins whose pages may call the API (S24), exactly as browsers state them: <c>https://app.example.org</c>.</summary>
    public IList<string> Origins { get; } = [];

    /// <summary>Proxies in front of the server: from them, and nobody else, <c>X-Forwarded-For</c> and <c>-Proto</c> are believed.</summary>
    public IList<IPNetwork> Proxies { get; } = [];

    /// <summary>How long running answers may go on after the signal to stop (R12).</summary>
    public TimeSpan DrainLimit { get; set; } = TimeSpan.FromSeconds(20);
}
