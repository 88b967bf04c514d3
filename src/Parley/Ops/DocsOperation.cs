using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Kernel;

namespace Parley.Ops;

/// <summary>One route on the page of the API.</summary>
internal static class DocsOperation
{
    public static void Write(HtmlPage page, JsonElement root, DocsRoute route)
    {
        page.Markup(
            $"<section id=\"{HtmlPage.Encode(route.Id)}\">\n<h3><code>{route.Method} {HtmlPage.Encode(route.Path)}</code></h3>"
        );
        page.Element("p", DocsSchema.Text(route.About, "summary") + ".");
        if (DocsSchema.Text(route.About, "description") is { Length: > 0 } details)
        {
            page.Element("p", details);
        }

        WriteParameters(page, route.About);
        if (route.About.TryGetProperty("requestBody", out var body))
        {
            var need = body.GetProperty("required").GetBoolean() ? "" : ", which may be left out";
            page.Markup($"<p>Takes{need}: {Contents(body)}</p>");
        }

        WriteAnswers(page, route.About);
        page.Markup($"<pre><code>{HtmlPage.Encode(Curl(route))}</code></pre>\n</section>");
    }

    private static void WriteParameters(HtmlPage page, JsonElement about)
    {
        if (!about.TryGetProperty("parameters", out var parameters))
        {
            return;
        }

        page.Markup("<dl>");
        foreach (var parameter in parameters.EnumerateArray())
        {
            page.Markup(
                $"<dt><code>{HtmlPage.Encode(DocsSchema.Text(parameter, "name"))}</code> <small>{DocsSchema.Text(parameter, "in")}, "
                    + $"{DocsSchema.Type(parameter.GetProperty("schema"))}</small></dt>"
                    + $"<dd>{HtmlPage.Encode(DocsSchema.Text(parameter, "description"))}</dd>"
            );
        }

        page.Markup("</dl>");
    }

    /// <summary>What succeeds in full; what fails is a problem everywhere, so its statuses stand in one line.</summary>
    private static void WriteAnswers(HtmlPage page, JsonElement about)
    {
        var problems = new StringBuilder();
        page.Markup("<dl>");
        foreach (var answer in about.GetProperty("responses").EnumerateObject())
        {
            if (answer.Value.TryGetProperty("$ref", out _))
            {
                problems.Append(answer.Name == "default" ? "" : (problems.Length > 0 ? ", " : "") + answer.Name);
                continue;
            }

            var headers = answer.Value.TryGetProperty("headers", out var named) ? Names(named) : "";
            page.Markup(
                $"<dt>Answers {answer.Name}{headers}</dt><dd>{HtmlPage.Encode(DocsSchema.Text(answer.Value, "description"))} {Contents(answer.Value)}</dd>"
            );
        }

        page.Markup("</dl>");
        if (problems.Length > 0)
        {
            page.Markup($"<p><a href=\"/docs/problems\">Problems</a> of its own: {problems}.</p>");
        }
    }

    private static string Names(JsonElement headers)
    {
        var names = new StringBuilder();
        foreach (var header in headers.EnumerateObject())
        {
            names.Append(names.Length == 0 ? " with " : ", ").Append("<code>").Append(header.Name).Append("</code>");
        }

        return names.ToString();
    }

    /// <summary>Media types with their schemas.</summary>
    private static string Contents(JsonElement of)
    {
        if (!of.TryGetProperty("content", out var content))
        {
            return "";
        }

        var types = new StringBuilder();
        foreach (var media in content.EnumerateObject())
        {
            types
                .Append(types.Length > 0 ? "; " : "")
                .Append(media.Name == "*/*" ? "bytes of any type" : $"<code>{HtmlPage.Encode(media.Name)}</code>");
            if (media.Value.TryGetProperty("x-item-schema", out var item))
            {
                types.Append(" of ").Append(DocsSchema.Type(item));
            }
            else if (media.Value.TryGetProperty("schema", out var schema))
            {
                types.Append(' ').Append(DocsSchema.Type(schema));
            }
        }

        return types.ToString();
    }

    /// <summary>A call to paste into a shell; ids are its variables.</summary>
    private static string Curl(DocsRoute route)
    {
        var line = new StringBuilder("curl");
        if (route.Method is not ("GET" or "POST"))
        {
            line.Append(" -X ").Append(route.Method);
        }

        var answers = route.About.GetProperty("responses");
        if (answers.TryGetProperty("200", out var done) && done.TryGetProperty("content", out var content))
        {
            line.Append(
                content.TryGetProperty("*/*", out _) || content.TryGetProperty("application/zip", out _) ? " -OJ"
                : content.TryGetProperty("text/event-stream", out _)
                && !content.TryGetProperty("application/json", out _)
                    ? " -N"
                : ""
            );
        }

        var path = route
            .Path.Replace("{id}", "$ID", StringComparison.Ordinal)
            .Replace("{mid}", "$MESSAGE", StringComparison.Ordinal)
            .Replace("{format}", "markdown", StringComparison.Ordinal);
        var asks = route.Method == "GET" && Takes(route.About, "q") ? "?q=tea" : "";
        line.Append($" \"{Settings.DefaultListen}{path}{asks}\"");
        if (!route.About.TryGetProperty("requestBody", out var body))
        {
            return line.Append(route.Method == "POST" ? " -X POST" : "").ToString();
        }

        return body.GetProperty("content").TryGetProperty("application/json", out var json)
            ? line.Append($" --json '{Compact(json.GetProperty("example"))}'").ToString()
            : line.Append(" -F file=@export.zip").ToString();
    }

    private static bool Takes(JsonElement about, string name)
    {
        if (about.TryGetProperty("parameters", out var parameters))
        {
            foreach (var parameter in parameters.EnumerateArray())
            {
                if (parameter.GetProperty("name").ValueEquals(name))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string Compact(JsonElement example)
    {
        using var text = new MemoryStream();
        using (
            var json = new Utf8JsonWriter(
                text,
                new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            example.WriteTo(json);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
