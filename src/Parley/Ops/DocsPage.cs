using System.Text;
using System.Text.Json;

namespace Parley.Ops;

/// <summary>The API's description as a page to read, made from the document itself: plain HTML that needs no script.</summary>
internal static class DocsPage
{
    public static StaticFile Make(ReadOnlyMemory<byte> openApi)
    {
        using var document = JsonDocument.Parse(openApi);
        var root = document.RootElement;
        var page = new HtmlPage("Parley API")
            .Element("p", root.GetProperty("info").GetProperty("description").GetString()!)
            .Markup(
                "<p><a href=\"/openapi.json\">OpenAPI document</a> · <a href=\"/docs/problems\">Problem codes</a> · <a href=\"#schemas\">Schemas</a></p>"
            );
        var tags = Tags(root);
        WriteContents(page, tags);
        foreach (var tag in tags)
        {
            page.Element("h2", tag.Name, "tag-" + tag.Name).Element("p", tag.About);
            foreach (var operation in tag.Operations)
            {
                DocsOperation.Write(page, root, operation);
            }
        }

        page.Element("h2", "Schemas", "schemas");
        foreach (var schema in root.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            DocsSchema.Write(page, schema.Name, schema.Value);
        }

        return page.ToFile();
    }

    private static List<DocsTag> Tags(JsonElement root)
    {
        var tags = new List<DocsTag>();
        foreach (var tag in root.GetProperty("tags").EnumerateArray())
        {
            tags.Add(
                new DocsTag(
                    tag.GetProperty("name").GetString()!,
                    DocsSchema.Text(tag, "description"),
                    new List<DocsRoute>()
                )
            );
        }

        foreach (var path in root.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var name = operation.Value.GetProperty("tags")[0].GetString();
                tags.Find(t => t.Name == name)!
                    .Operations.Add(new DocsRoute(operation.Name.ToUpperInvariant(), path.Name, operation.Value));
            }
        }

        return tags;
    }

    private static void WriteContents(HtmlPage page, List<DocsTag> tags)
    {
        var list = new StringBuilder("<nav aria-label=\"Routes\">\n");
        foreach (var tag in tags)
        {
            list.Append("<details><summary>").Append(HtmlPage.Encode(tag.Name)).Append("</summary>\n<ul>\n");
            foreach (var route in tag.Operations)
            {
                list.Append(
                    $"<li><a href=\"#{HtmlPage.Encode(route.Id)}\"><code>{route.Method} {HtmlPage.Encode(route.Path)}</code></a></li>\n"
                );
            }

            list.Append("</ul></details>\n");
        }

        page.Markup(list.Append("</nav>").ToString());
    }
}

internal sealed record DocsTag(string Name, string About, List<DocsRoute> Operations);

internal sealed record DocsRoute(string Method, string Path, JsonElement About)
{
    public string Id => About.GetProperty("operationId").GetString()!;
}
