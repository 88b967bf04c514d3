namespace Parley.Kernel.Http;

/// <summary>
/// Maps a route to a handler: what <c>MapGet(pattern, handler)</c> and its kin become. Their calls are replaced while
/// compiling (src/Parley.Routes); one that is not would be an error of the native publish.
/// </summary>
internal static class RouteMapping
{
    /// <param name="call">Hands the arguments to the handler.</param>
    /// <param name="describe">What the types of the parameters say of the route.</param>
    public static RouteHandlerBuilder Map(
        IEndpointRouteBuilder routes,
        string verb,
        string pattern,
        Delegate handler,
        RouteArgument[] arguments,
        Func<Delegate, object?[], Task<IResult>> call,
        Action<EndpointBuilder>? describe
    )
    {
        var route = routes.MapMethods(pattern, [verb], new BoundHandler(handler, arguments, call).InvokeAsync);
        route.WithMetadata(new MappedHandler(handler));
        if (describe is not null)
        {
            route.Add(describe);
        }

        return new RouteHandlerBuilder([route]);
    }

    /// <summary>For a handler that writes its answer by itself.</summary>
    public static async Task<IResult> Answered(Task handled)
    {
        await handled;
        return Results.Empty;
    }

    private sealed class BoundHandler(
        Delegate handler,
        RouteArgument[] arguments,
        Func<Delegate, object?[], Task<IResult>> call
    )
    {
        public async Task InvokeAsync(HttpContext http)
        {
            var values = new object?[arguments.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = await arguments[i].BindAsync(http);
            }

            var result = await call(handler, values);
            await result.ExecuteAsync(http);
        }
    }
}

/// <summary>Route metadata: the handler, whose parameters the published description is made from.</summary>
internal sealed record MappedHandler(Delegate Handler);
