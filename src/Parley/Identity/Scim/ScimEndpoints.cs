using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.Scim;

/// <summary>
/// SCIM 2.0 (RFC 7644) for directories that make, change and end accounts: by a key with the scope <c>scim</c> of an
/// admin's. Described by its own <c>/Schemas</c>, not by ours.
/// </summary>
internal static class ScimEndpoints
{
    public static void AddScim(this IServiceCollection services)
    {
        services.AddSingleton<ScimUsers>();
        services.AddSingleton<ScimGroups>();
    }

    public static void MapScimRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes
            .MapGroup("/scim/v2")
            .ForAdmins(KeyScopes.Scim)
            .WithMetadata(ScimProblemShape.Instance)
            .ExcludeFromDescription();
        at.MapResources<ScimUsers>("/Users");
        at.MapResources<ScimGroups>("/Groups");
        at.MapMethods("/Me", ["GET", "POST", "PUT", "PATCH", "DELETE"], NotBuilt("/Me"));
        at.MapMethods("/Bulk", ["POST"], NotBuilt("/Bulk"));
        at.MapGet("/ServiceProviderConfig", Show(ScimDescriptions.Config));
        at.MapGet("/ResourceTypes", Show(b => ScimDescriptions.List(ScimDescriptions.Types(b))));
        at.MapGet("/ResourceTypes/{id}", One(ScimDescriptions.Types));
        at.MapGet("/Schemas", Show(b => ScimDescriptions.List(ScimDescriptions.Schemas(b))));
        at.MapGet("/Schemas/{id}", One(ScimDescriptions.Schemas));
    }

    private static void MapResources<T>(this RouteGroupBuilder at, string path)
        where T : ScimResources
    {
        at.MapGet(
            path,
            Run(async http =>
            {
                var query = ScimQuery.Of(http.Request.Query);
                return new ScimAnswer(await Of<T>(http).ListAsync(query, Call(http), http.RequestAborted));
            })
        );
        at.MapPost(
            path + "/.search",
            Run(async http =>
            {
                var query = ScimQuery.Of(await BodyAsync(http));
                return new ScimAnswer(await Of<T>(http).ListAsync(query, Call(http), http.RequestAborted));
            })
        );
        at.MapPost(
            path,
            Run(async http =>
            {
                var wanted = ScimShape.Settle(await BodyAsync(http));
                var made = await Of<T>(http).CreateAsync(wanted, Call(http), http.RequestAborted);
                return new ScimAnswer(made, StatusCodes.Status201Created);
            })
        );
        var one = path + "/{id}";
        at.MapGet(one, Run(http => GetAsync<T>(http)));
        at.MapPut(
            one,
            Run(async http =>
            {
                var wanted = await BodyAsync(http);
                return await ChangeAsync<T>(http, _ => wanted);
            })
        );
        at.MapPatch(
            one,
            Run(async http =>
            {
                var request = await BodyAsync(http);
                return await ChangeAsync<T>(
                    http,
                    present =>
                    {
                        ScimPatch.Apply(present, request);
                        return present;
                    }
                );
            })
        );
        at.MapDelete(
            one,
            Run(async http =>
            {
                await Of<T>(http).DeleteAsync(Id(http), Call(http), http.RequestAborted);
                return null;
            })
        );
    }

    private static async Task<ScimAnswer?> GetAsync<T>(HttpContext http)
        where T : ScimResources
    {
        var projection = ScimQuery.Of(http.Request.Query).Projection;
        var found = await Of<T>(http).GetAsync(Id(http), Call(http), http.RequestAborted);
        var known = http.Request.Headers.IfNoneMatch.ToString();
        return known.Length > 0 && known.Split(',').Any(tag => tag.Trim() == found.Inner("meta")!.Text("version"))
            ? new ScimAnswer(found, StatusCodes.Status304NotModified)
            : new ScimAnswer(found) { Projection = projection };
    }

    private static async Task<ScimAnswer?> ChangeAsync<T>(HttpContext http, Func<ScimObject, ScimObject> change)
        where T : ScimResources =>
        new ScimAnswer(
            await Of<T>(http)
                .ChangeAsync(Id(http), present => ScimShape.Settle(change(present)), Call(http), http.RequestAborted)
        );

    private static RequestDelegate Show(Func<string, ScimObject> make) =>
        Run(http => Task.FromResult<ScimAnswer?>(new ScimAnswer(make(Call(http).Base))));

    private static RequestDelegate One(Func<string, List<object>> all) =>
        Run(http =>
        {
            var id = Id(http);
            var found = all(Call(http).Base).Cast<ScimObject>().FirstOrDefault(one => one.Text("id") == id);
            return Task.FromResult<ScimAnswer?>(new ScimAnswer(found ?? throw ScimException.NotFound(id)));
        });

    /// <summary>RFC 7644 asks for 501 where there is no /Me (3.11); /Bulk is said not to be there by the ServiceProviderConfig.</summary>
    private static RequestDelegate NotBuilt(string what) =>
        Run(_ => throw new ScimException(StatusCodes.Status501NotImplemented, null, $"there is no {what} here"));

    private static RequestDelegate Run(Func<HttpContext, Task<ScimAnswer?>> handler) =>
        async http =>
        {
            try
            {
                if (await handler(http) is { } answer)
                {
                    await answer.WriteAsync(http);
                    return;
                }

                http.Response.StatusCode = StatusCodes.Status204NoContent;
            }
            catch (ScimException failure)
            {
                await ScimProblemShape.WriteAsync(http, failure.Status, failure.ScimType, failure.Message);
            }
        };

    private static T Of<T>(HttpContext http)
        where T : ScimResources => http.RequestServices.GetRequiredService<T>();

    private static string Id(HttpContext http) => (string)http.Request.RouteValues["id"]!;

    private static ScimCall Call(HttpContext http)
    {
        var match = http.Request.Headers.IfMatch.ToString();
        return new ScimCall(
            RequestOrigin.Of(http),
            $"{http.Request.Scheme}://{http.Request.Host}/scim/v2",
            match.Length == 0 ? null : match
        );
    }

    private static async Task<ScimObject> BodyAsync(HttpContext http)
    {
        var utf8 = await JsonBodies.ReadAsync(http, ScimProblemShape.ContentType);
        return utf8.IsEmpty
            ? throw new ProblemException(ProblemCodes.BadRequest, "the body is empty: send a JSON object")
            : ScimObject.Parse(utf8);
    }
}

/// <summary>A resource, or a list of them, as the answer.</summary>
internal sealed record ScimAnswer(ScimObject Value, int Status = StatusCodes.Status200OK)
{
    public ScimProjection? Projection { get; init; }

    public async Task WriteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Status;
        if (Value.Inner("meta") is { } meta && meta.Text("version") is { } version)
        {
            response.Headers.ETag = version;
            if (Status == StatusCodes.Status201Created)
            {
                response.Headers.Location = meta.Text("location");
            }
        }

        if (Status == StatusCodes.Status304NotModified)
        {
            return;
        }

        var json = (Projection?.Apply(Value) ?? Value).ToJson();
        response.ContentType = ScimProblemShape.ContentType;
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json, http.RequestAborted);
    }
}
