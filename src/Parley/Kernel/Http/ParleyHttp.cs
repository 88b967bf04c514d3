using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Parley.Kernel.Http;

/// <summary>The pipeline every route stands behind.</summary>
internal static class ParleyHttp
{
    public static void AddHttp(this WebApplicationBuilder builder, HttpOptions options)
    {
        builder.Services.AddLog<RequestGate>();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, options));
        builder.WebHost.UseSockets(sockets =>
        {
            // A few kilobytes an idle connection against a system call a request.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
            sockets.UnsafePreferInlineScheduling = true; // SocketThreads says what keeps it safe
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddLog<Draining>();
        builder.Services.AddSingleton<IdempotentWrites>();
        builder.Services.AddSingleton<HttpMetrics>();
        builder.Services.AddSingleton<IHostLifetime, StopSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
    }

    /// <summary>Call before any route is mapped.</summary>
    public static void UseParleyHttp(this WebApplication app)
    {
        app.UseMiddleware<RequestGate>();
        app.UseRouting();
    }

    /// <summary>Lets a route take a larger or smaller body than <see cref="HttpOptions.BodyBytes"/>; null: any.</summary>
    public static RouteHandlerBuilder WithBodyLimit(this RouteHandlerBuilder route, long? bytes) =>
        route.WithMetadata(new BodyLimit(bytes));

    private static void Limit(KestrelServerOptions kestrel, HttpOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowResponseHeaderCompression = false;
        kestrel.Limits.MaxRequestBodySize = options.BodyBytes;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestLineSize = 8 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(120);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(
            bytesPerSecond: 240,
            gracePeriod: TimeSpan.FromSeconds(5)
        );
    }

    private sealed record BodyLimit(long? Bytes) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Bytes;
    }
}
