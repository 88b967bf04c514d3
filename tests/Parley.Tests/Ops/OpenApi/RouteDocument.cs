using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Parley.Kernel;

namespace Parley.Tests.Ops.OpenApi;

/// <summary>
/// The description that is published, made from the running server's routes and the JSON contracts of its wire records.
/// It is made here and committed, so that the executable carries the text and not the machinery.
/// </summary>
internal static class RouteDocument
{
    private const string About = """
        JSON in and out, UTF-8, snake_case. Ids are opaque UUIDs; times are ISO 8601 in UTC with Z, and null where unknown. In requests absent and null
        mean the same, and a field that does not exist is refused. Lists take limit and cursor, or page and page_size; total comes from a maintained
        counter or is null. Every error is a problem (RFC 9457) with a stable code. Every answer carries Server-Timing. /api/v1/… is the same as /api/…,
        and a trailing slash is accepted. Send an access token or an
        API key as Authorization: Bearer; a key needs the scope that the route names. A server for a single user takes every request for its owner's.
        """;

    /// <summary>In the order people read them; a tag that is not here comes last and says nothing.</summary>
    private static readonly (string Name, string About)[] Tags =
    [
        ("conversations", "Every conversation, its own or brought from elsewhere, and the bin."),
        ("messages", "The messages of a conversation: a tree, of which the active path is shown."),
        ("search", "Any sentence of any branch."),
        ("import", "Exports of other programs: sent, watched, undone."),
        ("export", "Conversations as files, and back."),
        ("tags", "Names that any number of conversations carry."),
        ("spaces", "Where a conversation lives: one space each."),
        ("folders", "Folders inside folders."),
        ("files", "Files that are kept here, and the bytes of attachments."),
        ("documents", "Documents beside conversations: read, cut into pieces, found."),
        ("archive", "The archive in numbers."),
        ("models", "Model servers, and the models they offer."),
        ("identity", "Accounts: coming in, one's own, everybody's, and what was done with them."),
        ("system", "Health, version, and these pages."),
    ];

    private static readonly JsonSerializerOptions Compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonObject Make(IServiceProvider services)
    {
        var schemas = new Schemas();
        var operations = new Operations(schemas);
        var made =
            from route in Endpoints(services)
            let path = "/" + route.Endpoint.RoutePattern.RawText!.Trim('/')
            let operation = operations.Make(route.Endpoint, route.Method, path)
            let tag = operation["tags"]![0]!.GetValue<string>()
            select (path, method: route.Method.ToLowerInvariant(), operation, tag, place: Place(tag));
        var ordered = made.OrderBy(o => o.place).ThenBy(o => o.path, StringComparer.Ordinal).ToList();
        var paths = new JsonObject();
        foreach (var (path, method, operation, _, _) in ordered)
        {
            var item = (JsonObject)(paths[path] ??= new JsonObject());
            item[method] = operation;
        }

        var components = new JsonObject
        {
            ["schemas"] = schemas.All(),
            ["responses"] = Operations.ProblemResponses(),
            ["securitySchemes"] = Operations.SecuritySchemes(),
        };
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Parley",
                ["version"] = ParleyVersion.Text,
                ["description"] = About.ReplaceLineEndings(" "),
                ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = Operations.Security(scope: null),
            ["tags"] = new JsonArray([.. ordered.Select(o => o.tag).Distinct().Select(Tag)]),
            ["paths"] = paths,
            ["components"] = components,
        };
    }

    private static int Place(string tag)
    {
        var i = Array.FindIndex(Tags, t => t.Name == tag);
        return i < 0 ? Tags.Length : i;
    }

    private static JsonNode Tag(string name)
    {
        var tag = new JsonObject { ["name"] = name };
        if (Tags.FirstOrDefault(t => t.Name == name).About is { } about)
        {
            tag["description"] = about;
        }

        return tag;
    }

    /// <summary>Every route there is.</summary>
    public static IEnumerable<(RouteEndpoint Endpoint, string Method)> Endpoints(IServiceProvider services) =>
        from endpoint in services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        // SCIM describes itself; the gateway's routes are Ollama's and OpenAI's.
        where endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select (endpoint, method);

    /// <summary>A line an operation and a schema: small enough to carry, and changes read as changes of lines.</summary>
    public static string Write(JsonObject document)
    {
        var text = new StringBuilder();
        Write(text, document, "", depth: 0);
        return text.Append('\n').ToString();
    }

    private static void Write(StringBuilder text, JsonObject node, string at, int depth)
    {
        text.Append('{');
        var first = true;
        foreach (var (name, value) in node)
        {
            text.Append(first ? "\n" : ",\n").Append(' ', depth + 1).Append(Json(name)).Append(": ");
            first = false;
            var path = $"{at}/{name}";
            var opens = path is "/paths" or "/components" || at is "/paths" or "/components";
            if (opens && value is JsonObject inner)
            {
                Write(text, inner, path, depth + 1);
            }
            else
            {
                text.Append(Json(value));
            }
        }

        text.Append('\n').Append(' ', depth).Append('}');
    }

    private static string Json(JsonNode? node) => node?.ToJsonString(Compact) ?? "null";
}
