using System.Text;
using System.Text.Json;

namespace Parley.Ops;

/// <summary>Schemas of the description in words.</summary>
internal static class DocsSchema
{
    public static string Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var text) ? text.GetString()! : "";

    public static void Write(HtmlPage page, string name, JsonElement schema)
    {
        page.Markup($"<section id=\"{HtmlPage.Encode(name)}\">").Element("h3", name);
        if (Text(schema, "description") is { Length: > 0 } about)
        {
            page.Element("p", about);
        }

        if (schema.TryGetProperty("properties", out var properties))
        {
            page.Markup("<dl>");
            foreach (var property in properties.EnumerateObject())
            {
                var absent = IsRequired(schema, property.Name) ? "" : ", may be absent";
                page.Markup(
                    $"<dt><code>{HtmlPage.Encode(property.Name)}</code> <small>{Type(property.Value)}{absent}</small></dt>"
                        + $"<dd>{HtmlPage.Encode(Text(property.Value, "description"))}</dd>"
                );
            }

            page.Markup("</dl>");
        }

        page.Markup("</section>");
    }

    /// <summary>As HTML: a link where the schema has a name, else its type with what bounds it.</summary>
    public static string Type(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var name = HtmlPage.Encode(reference.GetString()!.Split('/')[^1]);
            return $"<a href=\"#{name}\">{name}</a>";
        }

        if (schema.TryGetProperty("anyOf", out var shapes) && !schema.TryGetProperty("type", out _))
        {
            return Join(shapes);
        }

        var type = schema.TryGetProperty("enum", out var words) ? Words(words) : Base(schema);
        return type + Bounds(schema);
    }

    private static string Join(JsonElement shapes)
    {
        var text = new StringBuilder();
        foreach (var shape in shapes.EnumerateArray())
        {
            text.Append(text.Length > 0 ? " or " : "").Append(Type(shape));
        }

        return text.ToString();
    }

    private static string Words(JsonElement words)
    {
        var text = new StringBuilder();
        foreach (var word in words.EnumerateArray())
        {
            text.Append(text.Length > 0 ? " | " : "");
            text.Append(
                word.ValueKind == JsonValueKind.Null ? "null" : $"<code>{HtmlPage.Encode(word.GetString()!)}</code>"
            );
        }

        return text.ToString();
    }

    private static string Base(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return "anything";
        }

        if (type.ValueKind == JsonValueKind.Array)
        {
            return One(schema, type[0].GetString()!) + " or null";
        }

        return One(schema, type.GetString()!);
    }

    private static string One(JsonElement schema, string type) =>
        type switch
        {
            "array" => "list of " + Type(schema.GetProperty("items")),
            "object"
                when schema.TryGetProperty("additionalProperties", out var each)
                    && each.ValueKind == JsonValueKind.Object => "object of " + Type(each),
            "string" => Text(schema, "format") switch
            {
                "uuid" => "id",
                "date-time" => "time",
                _ => "text",
            },
            "integer" => "whole number",
            _ => type,
        };

    private static string Bounds(JsonElement schema)
    {
        var text = "";
        if (schema.TryGetProperty("minimum", out var min) && schema.TryGetProperty("maximum", out var max))
        {
            text = $", {min} to {max}";
        }

        return schema.TryGetProperty("default", out var value)
            ? $"{text}, <code>{HtmlPage.Encode(value.ToString())}</code> unless said"
            : text;
    }

    private static bool IsRequired(JsonElement schema, string name)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var one in required.EnumerateArray())
            {
                if (one.ValueEquals(name))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
