using System.Net;
using Parley.Chat;
using Parley.Conversations;
using Parley.Documents;
using Parley.Embeddings;
using Parley.Files;
using Parley.Gateway;
using Parley.Identity;
using Parley.Import;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Mcp;
using Parley.Memories;
using Parley.Ops;
using Parley.Providers;
using Parley.Realtime;
using Parley.Requirements;
using Parley.Retrieval;
using Parley.Search;
using Parley.Tools;
using Parley.Vectors;
using Parley.Web;

namespace Parley;

/// <summary>Puts the rooms together: one line each for what it brings and for what it answers.</summary>
internal static class ParleyServer
{
    /// <summary>The server, its store open; <c>RunAsync</c> serves until a signal, disposing it closes the store.</summary>
    /// <exception cref="StoreException">The store cannot be opened; the message says why and what to do.</exception>
    public static WebApplication Build(ServerOptions options)
    {
        if (options.Identity.SingleUser && !IPAddress.IsLoopback(options.Listen.Address))
        {
            throw new ArgumentException(
                "without accounts (single-user) the server listens on loopback addresses only",
                nameof(options)
            );
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "parley" });
        builder.Services.AddLogs(options.Log ?? Stream.Null, options.LogLevel);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (options.Socket is { } socket)
            {
                kestrel.ListenUnixSocket(socket);
            }
            else
            {
                kestrel.Listen(options.Listen);
            }
        });
        builder.AddHttp(options.Http);
        builder.Services.AddKernel(options.DataDirectory, options.ReadOnly);
        builder.Services.AddSingleton(options);
        builder.Services.AddFiles(options.Files);
        builder.Services.AddIdentity(options.Identity);
        builder.Services.AddConversations();
        builder.Services.AddProviders(options.Providers);
        builder.Services.AddEmbeddings(options.Embeddings);
        builder.Services.AddSearch(options.Search);
        builder.Services.AddVectors(options.Vectors);
        builder.Services.AddImport(options.Import);
        builder.Services.AddTools(options.Tools);
        builder.Services.AddDocuments();
        builder.Services.AddMemories();
        builder.Services.AddRetrieval();
        builder.Services.AddRequirements();
        builder.Services.AddGateway();
        builder.Services.AddChat(options.Chat);
        builder.Services.AddMcp();
        builder.Services.AddRealtime();
        builder.Services.AddOps(options.Identity.SingleUser);
        builder.Services.AddHostedService<JobRunner>();
        builder.Services.AddHostedService<StartGarbage>();
        options.Services?.Invoke(builder.Services);

        var app = builder.Build();
        try
        {
            app.Services.GetRequiredService<Db>();
            app.Services.RequireIdentity();
        }
        catch
        {
            ((IDisposable)app).Dispose();
            throw;
        }

        app.UseParleyHttp();
        app.UseIdentity();
        app.MapIdentity();
        app.MapConversations();
        app.MapProviders();
        app.MapSearch();
        app.MapImport();
        app.MapTools();
        app.MapDocuments();
        app.MapMemories();
        app.MapRetrieval();
        app.MapRequirements();
        app.MapGateway();
        app.MapChat();
        app.MapMcp();
        app.MapRealtime();
        app.MapOps();
        app.MapWeb();
        AccessPolicies.RequireOnEveryRoute(((IEndpointRouteBuilder)app).DataSources);
        return app;
    }
}
