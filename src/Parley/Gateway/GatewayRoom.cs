using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Gateway;

/// <summary>The models for programs, in the words of Ollama and of OpenAI.</summary>
internal static class GatewayRoom
{
    /// <summary>Largest JSON body: pictures come inside it.</summary>
    private const long JsonBytes = 32 * 1024 * 1024;

    /// <summary>Largest form: audio and pictures.</summary>
    private const long FormBytes = 100 * 1024 * 1024;

    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddSingleton<PassThrough>();
        services.AddSingleton<Embeddings>();
        services.AddSingleton<ExchangeKeeper>();
        services.AddLog<ExchangeKeeper>();
        services.AddSingleton<Translation>();
        services.AddSingleton<GatewayCalls>();
        return services;
    }

    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
        MapOllama(routes.MapGroup("/ollama/api").WithMetadata(new GatewayShape(Dialect.Ollama)));
        MapOpenAi(routes.MapGroup("/openai").WithMetadata(new GatewayShape(Dialect.OpenAi)));
        MapOpenAi(routes.MapGroup("/openai/v1").WithMetadata(new GatewayShape(Dialect.OpenAi)));
    }

    private static void MapOllama(RouteGroupBuilder at)
    {
        at.MapGet("/tags", ModelLists.OllamaAsync).Open();
        at.MapGet("/version", (HttpContext h, Caller _) => ModelLists.Version(h)).Open();
        at.MapPost("/show", (HttpContext h, Caller c, GatewayCalls calls) => calls.OllamaAsync(h, c, "/api/show"))
            .Open(reads: true);
        foreach (var path in (ReadOnlySpan<string>)["chat", "generate", "embed", "embeddings"])
        {
            var there = "/api/" + path;
            var route = at.MapPost(
                "/" + path,
                (HttpContext h, Caller c, GatewayCalls calls) => calls.OllamaAsync(h, c, there)
            );
            Streams(route.Open(), path is "chat" or "generate", "application/x-ndjson");
        }

        // What changes an Ollama is for admins: it changes it for everybody.
        at.MapGet("/ps", (HttpContext h, Caller c, GatewayCalls calls) => calls.ManageAsync(h, c, "/api/ps")).Manage();
        foreach (var path in (ReadOnlySpan<string>)["pull", "push", "create", "copy"])
        {
            var there = "/api/" + path;
            at.MapPost("/" + path, (HttpContext h, Caller c, GatewayCalls calls) => calls.ManageAsync(h, c, there))
                .Manage();
        }

        at.MapDelete("/delete", (HttpContext h, Caller c, GatewayCalls calls) => calls.ManageAsync(h, c, "/api/delete"))
            .Manage();
    }

    private static void MapOpenAi(RouteGroupBuilder at)
    {
        at.MapGet("/models", ModelLists.OpenAiAsync).Open();
        at.MapGet("/models/{id}", ModelLists.OneAsync).Open();
        foreach (
            var path in (ReadOnlySpan<string>)
                [
                    "/chat/completions",
                    "/completions",
                    "/responses",
                    "/embeddings",
                    "/moderations",
                    "/audio/speech",
                    "/images/generations",
                ]
        )
        {
            var there = path;
            var route = at.MapPost(
                path,
                (HttpContext h, Caller c, GatewayCalls calls) => calls.OpenAiAsync(h, c, there)
            );
            Streams(
                route.Open(),
                path is "/chat/completions" or "/completions" or "/responses",
                "text/event-stream",
                "application/json"
            );
        }

        foreach (var path in (ReadOnlySpan<string>)["/audio/transcriptions", "/audio/translations", "/images/edits"])
        {
            var there = path;
            at.MapPost(path, (HttpContext h, Caller c, GatewayCalls calls) => calls.FormAsync(h, c, there))
                .Open()
                .TakesFiles()
                .WithBodyLimit(FormBytes);
        }
    }

    private static RouteHandlerBuilder Open(this RouteHandlerBuilder route, bool reads = false) =>
        route.ForUsers(KeyScopes.Models, reads).WithBodyLimit(JsonBytes).ExcludeFromDescription();

    private static void Manage(this RouteHandlerBuilder route) =>
        route.ForAdmins(KeyScopes.Upstreams).WithBodyLimit(JsonBytes).ExcludeFromDescription();

    /// <summary>Answers that go on for long are closed for who loses the right to them, and are counted (S12).</summary>
    private static void Streams(RouteHandlerBuilder route, bool does, params string[] types)
    {
        if (does)
        {
            route.WithMetadata(new EventStream(typeof(RawJson), types));
        }
    }
}
