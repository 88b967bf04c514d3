namespace Parley.Kernel.Http;

/// <summary>Where one parameter of a route's handler comes from. Text that cannot be used is refused by name.</summary>
internal abstract class RouteArgument
{
    public delegate bool Parse<T>(string? text, IFormatProvider? provider, out T value);

    public static readonly RouteArgument HttpContext = new Taken(static http => http);
    public static readonly RouteArgument HttpRequest = new Taken(static http => http.Request);
    public static readonly RouteArgument CancellationToken = new Taken(static http => http.RequestAborted);

    /// <summary>Null only where the handler takes null.</summary>
    public abstract ValueTask<object?> BindAsync(HttpContext http);

    /// <summary>A type that reads itself from the request, or refuses it.</summary>
    public static RouteArgument Bound<T>(Func<HttpContext, ValueTask<T?>> bind)
        where T : class => new Self<T>(bind);

    /// <summary>An id of the path; the type decides what text that is none becomes.</summary>
    public static RouteArgument Parsed<T>(string name, Parse<T> parse)
        where T : struct =>
        new Taken(http =>
            parse(http.Request.RouteValues[name] as string, null, out var value)
                ? value
                : throw QueryReader.Invalid(name, "cannot be read")
        );

    /// <summary>A segment of the path, else a parameter of the query.</summary>
    public static RouteArgument Text(string name, bool optional) =>
        new Taken(http =>
            http.Request.RouteValues[name] as string
            ?? new QueryReader(http.Request.Query).Text(name)
            ?? (optional ? null : throw QueryReader.Invalid(name, "must be given"))
        );

    public static RouteArgument Int32(string name) =>
        new Taken(http => new QueryReader(http.Request.Query).Int(name, int.MinValue, int.MaxValue));

    public static RouteArgument Boolean(string name) =>
        new Taken(http => new QueryReader(http.Request.Query).Bool(name));

    public static RouteArgument Service(Type type) => new Taken(http => http.RequestServices.GetRequiredService(type));

    private sealed class Taken(Func<HttpContext, object?> take) : RouteArgument
    {
        public override ValueTask<object?> BindAsync(HttpContext http) => new(take(http));
    }

    private sealed class Self<T>(Func<HttpContext, ValueTask<T?>> bind) : RouteArgument
        where T : class
    {
        public override ValueTask<object?> BindAsync(HttpContext http)
        {
            var bound = bind(http);
            return bound.IsCompletedSuccessfully ? new(bound.Result) : WaitAsync(bound);
        }

        private static async ValueTask<object?> WaitAsync(ValueTask<T?> bound) => await bound;
    }
}
