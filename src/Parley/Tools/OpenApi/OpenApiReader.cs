using System.Buffers;
using System.Text;
using System.Text.Json;
using Parley.Kernel.Http;
using static Parley.Kernel.JsonMembers;

namespace Parley.Tools.OpenApi;

/// <summary>Where an argument of an operation goes.</summary>
internal enum ArgumentPlace
{
    Path,
    Query,
    Header,
    Body,
}

/// <param name="Argument">As the model names it.</param>
/// <param name="Name">As the server names it.</param>
/// <param name="Joined">A list is one value with commas, not the parameter several times.</param>
internal sealed record OpenApiArgument(string Argument, string Name, ArgumentPlace Place, bool Joined);

/// <summary>One operation that can be called.</summary>
internal sealed record OpenApiOperation(
    string Name,
    string Method,
    Uri Base,
    string Path,
    string Description,
    RawJson Parameters,
    IReadOnlyList<OpenApiArgument> Arguments
);

/// <summary>
/// Reads operations out of an OpenAPI 3.0 or 3.1 document. What cannot be called as JSON over HTTP (forms, cookies that
/// are required, references to other documents) is left out with its reason.
/// </summary>
internal sealed class OpenApiReader(ToolServer server, JsonElement root)
{
    private const int LongestDescription = 1_000;
    private static readonly string[] Methods = ["get", "head", "put", "post", "delete", "patch"];

    /// <summary>Headers that carry the call itself, or credentials: a model does not write them.</summary>
    private static readonly HashSet<string> NotTheirs = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept",
        "Authorization",
        "Connection",
        "Content-Length",
        "Content-Type",
        "Cookie",
        "Expect",
        "Host",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "User-Agent",
    };

    private readonly SchemaCopy schemas = new(root);

    /// <exception cref="ToolServerException">It is no such document, or its calls would go to a host that was not set up.</exception>
    public List<OpenApiOperation> Read(Action<string> left)
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || Text(root, "openapi") is not { } version
            || !version.StartsWith("3.", StringComparison.Ordinal)
        )
        {
            throw new ToolServerException($"what {server.Name} gives is no OpenAPI 3 document");
        }

        var at = Base();
        var operations = new List<OpenApiOperation>();
        foreach (var path in Members(root, "paths"))
        {
            foreach (var method in Methods)
            {
                if (
                    !path.Value.TryGetProperty(method, out var operation)
                    || operation.ValueKind != JsonValueKind.Object
                )
                {
                    continue;
                }

                try
                {
                    operations.Add(Operation(at, path.Name, method, path.Value, operation));
                }
                catch (ToolException reason)
                {
                    left($"{method} {path.Name}: {reason.Message}");
                }
            }
        }

        return operations;
    }

    /// <summary>What was set up, else the document's first server, which must be on the document's own host: the key goes there.</summary>
    private Uri Base()
    {
        if (server.BaseUrl is { } given)
        {
            return given;
        }

        var named =
            root.TryGetProperty("servers", out var servers)
            && servers.ValueKind == JsonValueKind.Array
            && servers.GetArrayLength() > 0
                ? Text(servers[0], "url")
                : null;
        if (!Uri.TryCreate(server.Url, named ?? "/", out var at) || at.Scheme is not ("http" or "https"))
        {
            throw new ToolServerException(
                $"the document of {server.Name} names no address that can be called: set base_url"
            );
        }

        return at.GetLeftPart(UriPartial.Authority) == server.Url.GetLeftPart(UriPartial.Authority)
            ? at
            : throw new ToolServerException(
                $"the document of {server.Name} names another host, {at.Host}: set base_url if calls may go there"
            );
    }

    private OpenApiOperation Operation(Uri at, string path, string method, JsonElement item, JsonElement operation)
    {
        var arguments = new List<OpenApiArgument>();
        var required = new List<string>();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonOut.Options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "object"u8);
            json.WriteStartObject("properties"u8);
            foreach (var parameter in Parameters(item, operation))
            {
                Parameter(json, parameter, arguments, required);
            }

            Body(json, operation, arguments, required);
            json.WriteEndObject();
            json.WriteStartArray("required"u8);
            required.ForEach(json.WriteStringValue);
            json.WriteEndArray();
            json.WriteBoolean("additionalProperties"u8, false);
            json.WriteEndObject();
        }

        RequirePath(path, arguments);
        var description = string.Join(
            "\n",
            new[] { Text(operation, "summary"), Text(operation, "description") }.Where(t =>
                !string.IsNullOrWhiteSpace(t)
            )
        );
        return new OpenApiOperation(
            Text(operation, "operationId") ?? $"{method}{path}".Trim('/'),
            method.ToUpperInvariant(),
            at,
            path,
            description.Length switch
            {
                0 => $"{method.ToUpperInvariant()} {path} of {server.Name}",
                > LongestDescription => description[..LongestDescription],
                _ => description,
            },
            new RawJson(buffer.WrittenMemory),
            arguments
        );
    }

    /// <summary>Those of the operation go before those of its path; the same name in the same place is one.</summary>
    private List<JsonElement> Parameters(JsonElement item, JsonElement operation)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var of in (ReadOnlySpan<JsonElement>)[item, operation])
        {
            if (of.TryGetProperty("parameters", out var list) && list.ValueKind == JsonValueKind.Array)
            {
                foreach (var one in list.EnumerateArray())
                {
                    var parameter = schemas.Resolve(one);
                    found[$"{Text(parameter, "in")} {Text(parameter, "name")}"] = parameter;
                }
            }
        }

        return [.. found.Values];
    }

    private void Parameter(
        Utf8JsonWriter json,
        JsonElement parameter,
        List<OpenApiArgument> arguments,
        List<string> required
    )
    {
        var name = Text(parameter, "name") ?? throw new ToolException("a parameter has no name");
        var needed = Flag(parameter, "required") == true;
        ArgumentPlace? place = Text(parameter, "in") switch
        {
            "path" => ArgumentPlace.Path,
            "query" => ArgumentPlace.Query,
            "header" when !NotTheirs.Contains(name) => ArgumentPlace.Header,
            _ => null,
        };
        if (place is not { } known)
        {
            if (needed && Text(parameter, "in") == "cookie")
            {
                throw new ToolException($"it needs the cookie {name}");
            }

            return;
        }

        var argument = arguments.Exists(a => a.Argument == name) ? $"{Text(parameter, "in")}_{name}" : name;
        if (needed || known == ArgumentPlace.Path)
        {
            required.Add(argument);
        }

        var explodes = Flag(parameter, "explode") ?? (Text(parameter, "style") ?? "form") == "form";
        arguments.Add(new OpenApiArgument(argument, name, known, known != ArgumentPlace.Query || !explodes));
        json.WritePropertyName(argument);
        schemas.Write(
            json,
            parameter.TryGetProperty("schema", out var schema) ? schema : default,
            Text(parameter, "description")
        );
    }

    private void Body(
        Utf8JsonWriter json,
        JsonElement operation,
        List<OpenApiArgument> arguments,
        List<string> required
    )
    {
        if (!operation.TryGetProperty("requestBody", out var given))
        {
            return;
        }

        var body = schemas.Resolve(given);
        foreach (var content in Members(body, "content"))
        {
            var type = content.Name.Split(';')[0].Trim();
            if (
                !type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                && !type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            )
            {
                continue;
            }

            var argument = arguments.Exists(a => a.Argument == "body") ? "request_body" : "body";
            arguments.Add(new OpenApiArgument(argument, type, ArgumentPlace.Body, Joined: false));
            if (Flag(body, "required") == true)
            {
                required.Add(argument);
            }

            json.WritePropertyName(argument);
            schemas.Write(
                json,
                content.Value.TryGetProperty("schema", out var schema) ? schema : default,
                Text(body, "description")
            );
            return;
        }

        if (Flag(body, "required") == true)
        {
            throw new ToolException("it takes no JSON");
        }
    }

    /// <summary>Every <c>{name}</c> of the path is an argument.</summary>
    private static void RequirePath(string path, List<OpenApiArgument> arguments)
    {
        for (var open = path.IndexOf('{', StringComparison.Ordinal); open >= 0; open = path.IndexOf('{', open + 1))
        {
            var close = path.IndexOf('}', open);
            var name = close < 0 ? path[open..] : path[(open + 1)..close];
            if (!arguments.Exists(a => a.Place == ArgumentPlace.Path && a.Name == name))
            {
                throw new ToolException($"its path has a place for {name}, and no parameter");
            }
        }
    }

    private static IEnumerable<JsonProperty> Members(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var members)
        && members.ValueKind == JsonValueKind.Object
            ? members.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Object)
            : [];
}
