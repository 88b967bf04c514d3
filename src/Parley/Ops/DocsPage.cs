using System.Text;
using System.Text.Json;

namespace Parley.Ops;

/// <summary>The API's description as a page to read, made from the document itself.</summary>
internal static class DocsPage
{
    public static StaticFile Make(ReadOnlyMemory<byte> openApi)
    {
        using var document = JsonDocument.Parse(openApi);
        var page = new HtmlPage("Parley API")
            .Element(
                "p",
                "JSON in and out. Lists take limit and cursor. A body with an unknown field is refused. /api/v1/… is the same as /api/…."
            )
            .Markup(
                "<p><a href=\"/openapi.json\">OpenAPI document</a> · <a href=\"/docs/problems\">Problem codes</a></p>"
            );
        foreach (var group in Operations(document.RootElement).GroupBy(o => o.Tag))
        {
            page.Element("h2", group.Key, "tag-" + group.Key);
            foreach (var operation in group)
            {
                Write(page, operation);
            }
        }

        return page.ToFile();
    }

    private sealed record Operation(string Tag, string Method, string Path, JsonElement Body);

    private static IEnumerable<Operation> Operations(JsonElement root) =>
        from path in root.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where operation.Value.ValueKind == JsonValueKind.Object
        let tag = operation.Value.TryGetProperty("tags", out var tags) && tags.GetArrayLength() > 0
            ? tags[0].GetString()!
            : "other"
        select new Operation(tag, operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    private static void Write(HtmlPage page, Operation operation)
    {
        var summary = operation.Body.TryGetProperty("summary", out var text) ? text.GetString()! : "";
        page.Markup(
            $"<section>\n<h3><code>{operation.Method} {HtmlPage.Encode(operation.Path)}</code></h3>\n<p>{HtmlPage.Encode(summary)}</p>"
        );
        if (operation.Body.TryGetProperty("parameters", out var parameters) && parameters.GetArrayLength() > 0)
        {
            page.Markup("<dl>" + string.Concat(parameters.EnumerateArray().Select(Parameter)) + "</dl>");
        }

        if (operation.Body.TryGetProperty("requestBody", out var body))
        {
            page.Markup($"<p>Body: {Types(body.GetProperty("content"))}</p>");
        }

        page.Markup("</section>");
    }

    private static string Parameter(JsonElement parameter)
    {
        var about = parameter.TryGetProperty("description", out var text)
            ? text.GetString()!
            : parameter.GetProperty("in").GetString()!;
        return $"<dt><code>{HtmlPage.Encode(parameter.GetProperty("name").GetString()!)}</code></dt><dd>{HtmlPage.Encode(about)}</dd>";
    }

    /// <summary>The schema's name where it has one, else the media types.</summary>
    private static string Types(JsonElement content)
    {
        var names = new StringBuilder();
        foreach (var type in content.EnumerateObject())
        {
            var name =
                type.Value.TryGetProperty("schema", out var schema) && schema.TryGetProperty("$ref", out var reference)
                    ? reference.GetString()!.Split('/')[^1]
                    : type.Name;
            names.Append(names.Length > 0 ? ", " : "").Append("<code>").Append(HtmlPage.Encode(name)).Append("</code>");
        }

        return names.ToString();
    }
}
