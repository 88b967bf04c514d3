using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Tests.Ops.OpenApi;

/// <summary>One operation from what its endpoint says of itself.</summary>
internal sealed class Operations(Schemas schemas)
{
    private const string Json = "application/json";

    public JsonObject Make(RouteEndpoint endpoint, string method, string path)
    {
        var about = endpoint.Metadata;
        var operation = new JsonObject
        {
            ["operationId"] =
                about.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? throw Missing(method, path, ".Describe(…)"),
            ["tags"] = new JsonArray(
                about.GetMetadata<ITagsMetadata>()?.Tags[0] ?? throw Missing(method, path, ".WithTags(…)")
            ),
            ["summary"] = about.GetMetadata<IEndpointSummaryMetadata>()!.Summary,
        };
        if (about.GetMetadata<IEndpointDescriptionMetadata>() is { } details)
        {
            operation["description"] = details.Description;
        }

        var parameters = Parameters(endpoint);
        if (parameters.Count > 0)
        {
            operation["parameters"] = parameters;
        }

        var body = Body(about);
        if (body is not null)
        {
            operation["requestBody"] = body;
        }

        var policy = about.GetMetadata<AccessPolicy>()!;
        operation["security"] = policy.Level == AccessLevel.Anyone ? [] : Security(policy.Scope);
        operation["responses"] = Responses(about, method, path, parameters, body is not null);
        return operation;
    }

    /// <summary>A token or a key, which must have the scope where there is one; or, for pages of ours, the cookie.</summary>
    public static JsonArray Security(string? scope) =>
        new(
            new JsonObject { ["bearer"] = string.IsNullOrEmpty(scope) ? [] : new JsonArray(scope) },
            new JsonObject { ["cookie"] = new JsonArray() }
        );

    public static JsonObject SecuritySchemes() =>
        new()
        {
            ["bearer"] = new JsonObject
            {
                ["type"] = "http",
                ["scheme"] = "bearer",
                ["description"] = "An access token, or an API key (pk_…) with the scope that the route names.",
            },
            ["cookie"] = new JsonObject
            {
                ["type"] = "apiKey",
                ["in"] = "cookie",
                ["name"] = Credential.AccessCookie,
                ["description"] =
                    "Set by a sign-in that asked for cookies; what changes something must come from a page of the same origin.",
            },
        };

    /// <summary>One for each status a problem can have.</summary>
    public static JsonObject ProblemResponses()
    {
        var responses = new JsonObject();
        foreach (var codes in ProblemCodes.All.GroupBy(c => c.Status).OrderBy(g => g.Key))
        {
            responses[$"Problem{codes.Key}"] = Problem(
                string.Join(" ", codes.Select(c => $"{c.Title} (`{c.Code}`).")),
                new JsonObject { ["$ref"] = "#/components/schemas/Problem" }
            );
        }

        responses["Problem"] = Problem(
            "Any other failure.",
            new JsonObject { ["$ref"] = "#/components/schemas/Problem" }
        );
        return responses;
    }

    private static JsonObject Problem(string description, JsonObject schema) =>
        new()
        {
            ["description"] = description,
            ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = schema } },
        };

    private static InvalidOperationException Missing(string method, string path, string what) =>
        new($"{method} {path} says nothing of itself: give it {what} where it is mapped");

    private static JsonArray Parameters(RouteEndpoint endpoint)
    {
        var parameters = new JsonArray();
        foreach (var part in endpoint.RoutePattern.Parameters)
        {
            parameters.Add(Segment(endpoint, part));
        }

        foreach (var query in endpoint.Metadata.GetOrderedMetadata<QueryParameter>())
        {
            parameters.Add(Query(query));
        }

        foreach (var header in endpoint.Metadata.GetOrderedMetadata<HeaderParameter>())
        {
            parameters.Add(Header(header.Name, header.Description));
        }

        if (endpoint.Metadata.GetMetadata<AnswersETag>() is { Known: true })
        {
            parameters.Add(Header("If-None-Match", "The ETag that is known; answers 304 where it is still the same"));
        }

        return parameters;
    }

    private static JsonObject Header(string name, string description) =>
        new()
        {
            ["name"] = name,
            ["in"] = "header",
            ["description"] = description,
            ["schema"] = new JsonObject { ["type"] = "string" },
        };

    /// <summary>What the segment is: the route says, or the id type the handler takes.</summary>
    private static JsonObject Segment(RouteEndpoint endpoint, RoutePatternParameterPart part)
    {
        var stated = endpoint.Metadata.GetOrderedMetadata<PathParameter>().FirstOrDefault(p => p.Name == part.Name);
        if (stated is null)
        {
            var type = endpoint
                .Metadata.GetMetadata<MappedHandler>()!
                .Handler.Method.GetParameters()
                .Single(p => p.Name == part.Name)
                .ParameterType.Name;
            Assert.True(
                type.EndsWith("Id", StringComparison.Ordinal),
                $"{endpoint.RoutePattern.RawText}: {{{part.Name}}} needs a PathParameter that says what it is"
            );
            stated = new PathParameter(part.Name, $"Id of the {type[..^2].ToLowerInvariant()}") { Format = "uuid" };
        }

        return new JsonObject
        {
            ["name"] = stated.Name,
            ["in"] = "path",
            ["required"] = true,
            ["description"] = stated.Description,
            ["schema"] = Schemas.Text(stated.Values, stated.Format),
        };
    }

    private static JsonObject Query(QueryParameter query) =>
        new()
        {
            ["name"] = query.Name,
            ["in"] = "query",
            ["description"] = query.Description,
            ["schema"] = Schemas.Of(query),
        };

    private JsonObject? Body(EndpointMetadataCollection about)
    {
        if (about.GetMetadata<TakesFiles>() is { } files)
        {
            var content = Vocabulary.Files();
            if (files.Json is { } shape)
            {
                var json = Body(schemas.Of(shape), required: true, shape.Name)["content"]!.AsObject()[Json]!;
                content[Json] = json.DeepClone();
            }

            return new JsonObject { ["required"] = true, ["content"] = content };
        }

        if (about.GetMetadata<JsonFields>() is { } fields)
        {
            return Body(schemas.Of(fields), required: true, fields.Name);
        }

        return about.GetMetadata<IAcceptsMetadata>() is { RequestType: { } type } accepts
            ? Body(schemas.Of(type), !accepts.IsOptional, type.Name)
            : null;
    }

    private static JsonObject Body(JsonObject schema, bool required, string name) =>
        new()
        {
            ["required"] = required,
            ["content"] = new JsonObject
            {
                [Json] = new JsonObject { ["schema"] = schema, ["example"] = Vocabulary.Example(name) },
            },
        };

    private JsonObject Responses(
        EndpointMetadataCollection about,
        string method,
        string path,
        JsonArray parameters,
        bool takesBody
    )
    {
        var answers = about.GetOrderedMetadata<IProducesResponseTypeMetadata>().GroupBy(p => p.StatusCode).ToList();
        var events = about.GetMetadata<EventStream>();
        if (answers.Count == 0 && events is null)
        {
            throw Missing(method, path, ".Returns<…>(), .ReturnsNothing() or .ReturnsFile(…)");
        }

        var responses = new JsonObject();
        foreach (var answer in answers)
        {
            responses[$"{answer.Key}"] = Answer(answer.Key, [.. answer], about);
        }

        if (events is not null)
        {
            Add(responses, events);
        }

        if (about.GetMetadata<AnswersETag>() is { Known: true })
        {
            responses["304"] = new JsonObject { ["description"] = "It is still the version of If-None-Match." };
        }

        foreach (var status in Failures(about, method, parameters, takesBody))
        {
            responses[$"{status}"] ??= new JsonObject { ["$ref"] = $"#/components/responses/Problem{status}" };
        }

        responses["default"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" };
        return responses;
    }

    private JsonObject Answer(int status, List<IProducesResponseTypeMetadata> shapes, EndpointMetadataCollection about)
    {
        var response = new JsonObject { ["description"] = Meaning(status) };
        var headers = new JsonObject();
        if (about.GetMetadata<AnswersETag>() is not null)
        {
            headers["ETag"] = ResponseHeader("Names this version; for If-Match and If-None-Match");
        }

        if (status == StatusCodes.Status201Created)
        {
            headers["Location"] = ResponseHeader("Address of what was made");
        }

        if (headers.Count > 0)
        {
            response["headers"] = headers;
        }

        var content = new JsonObject();
        // A file without a type may be of any.
        var media =
            from shape in shapes
            where shape.Type is not null
            from type in shape.ContentTypes.DefaultIfEmpty("*/*")
            group shape.Type! by type;
        foreach (var of in media)
        {
            var known = of.Where(t => t != typeof(Stream)).Select(t => (JsonNode)schemas.Of(t)).ToArray();
            content[of.Key] = known.Length switch
            {
                0 => new JsonObject(), // bytes: OpenAPI 3.1 says so by saying nothing
                1 => new JsonObject { ["schema"] = known[0] },
                _ => new JsonObject { ["schema"] = new JsonObject { ["anyOf"] = new JsonArray(known) } },
            };
        }

        if (content.Count > 0)
        {
            response["content"] = content;
        }

        return response;
    }

    /// <summary>OpenAPI 3.1 has no word for the items of a stream; 3.2 calls it itemSchema.</summary>
    private void Add(JsonObject responses, EventStream events)
    {
        responses["200"] ??= new JsonObject { ["description"] = Meaning(200) };
        var response = responses["200"]!.AsObject();
        var content = response["content"] as JsonObject ?? new JsonObject();
        foreach (var type in events.MediaTypes)
        {
            content[type] = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["type"] = "string",
                    ["description"] = type.EndsWith("event-stream", StringComparison.Ordinal)
                        ? $"Server-sent events, named as the event field of their data, which is an {events.Event.Name}; comments keep the connection alive."
                        : $"A line of JSON for each event, an {events.Event.Name}.",
                },
                ["x-item-schema"] = schemas.Of(events.Event),
            };
        }

        response["content"] ??= content;
    }

    private static JsonObject ResponseHeader(string description) =>
        new()
        {
            ["description"] = description,
            ["schema"] = new JsonObject { ["type"] = "string" },
        };

    private static SortedSet<int> Failures(
        EndpointMetadataCollection about,
        string method,
        JsonArray parameters,
        bool takesBody
    )
    {
        bool Has(string place, string? name = null) =>
            parameters.Any(p =>
                p!["in"]!.GetValue<string>() == place && (name is null || p["name"]!.GetValue<string>() == name)
            );
        var statuses = new SortedSet<int>(
            about.GetOrderedMetadata<FailsWith>().SelectMany(f => f.Codes).Select(c => c.Status)
        );
        void When(bool condition, params int[] codes) => statuses.UnionWith(condition ? codes : []);
        When(takesBody || Has("query") || Has("header", "Idempotency-Key"), 400);
        When(about.GetMetadata<AccessPolicy>() is { Level: not AccessLevel.Anyone }, 401, 403, 429);
        When(Has("path"), 404);
        When(Has("header", "If-Match"), 412);
        When(takesBody, 413, 415);
        When(Has("header", "Idempotency-Key"), 422);
        When(method != "GET" && about.GetMetadata<JsonFields>() is null, 507);
        return statuses;
    }

    private static string Meaning(int status) =>
        status switch
        {
            101 => "From here on it is another protocol.",
            200 => "Done.",
            201 => "Made.",
            202 => "Begun; it goes on by itself.",
            204 => "Done; there is nothing to say.",
            206 => "The part that was asked for.",
            303 => "Go on at the address in Location.",
            503 => "Not now.",
            _ => throw new InvalidOperationException($"say here what {status} means"),
        };
}
