using System.Text;
using System.Text.Json;

namespace Parley.Tools.Mcp;

/// <summary>An argument that goes into a header too (MCP 2026-07-28, x-mcp-header).</summary>
/// <param name="Path">Names of properties that lead to it.</param>
internal sealed record McpHeader(string Name, IReadOnlyList<string> Path);

/// <summary>Values of arguments as headers, for what stands between and reads no bodies.</summary>
internal static class McpHeaders
{
    private const string Mark = "x-mcp-header";

    /// <summary>Those of a tool's schema.</summary>
    /// <exception cref="ToolException">A mark is not as it must be: such a tool is not offered.</exception>
    public static List<McpHeader> Of(JsonElement schema)
    {
        var found = new List<McpHeader>();
        Find(schema, [], found);
        if (Count(schema) != found.Count)
        {
            throw new ToolException($"{Mark} stands where no argument is");
        }

        return found;
    }

    /// <summary>What they are in one call.</summary>
    public static IEnumerable<(string Name, string Value)> Values(
        IReadOnlyList<McpHeader> headers,
        JsonElement arguments
    )
    {
        foreach (var header in headers)
        {
            var at = arguments;
            var there = true;
            foreach (var name in header.Path)
            {
                there = there && at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out at);
            }

            if (there && at.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array))
            {
                yield return (
                    "Mcp-Param-" + header.Name,
                    Encode(at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText())
                );
            }
        }
    }

    /// <summary>As it is where a header can hold it, else in base64 between marks.</summary>
    public static string Encode(string value) =>
        value.All(c => c is >= ' ' and <= '~' or '\t')
        && value.Trim(' ', '\t') == value
        && !(value.StartsWith("=?base64?", StringComparison.Ordinal) && value.EndsWith("?=", StringComparison.Ordinal))
            ? value
            : $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}?=";

    private static void Find(JsonElement schema, List<string> path, List<McpHeader> found)
    {
        if (
            schema.ValueKind != JsonValueKind.Object
            || !schema.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object
        )
        {
            return;
        }

        foreach (var property in properties.EnumerateObject())
        {
            List<string> here = [.. path, property.Name];
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty(Mark, out var mark))
            {
                Require(property.Value, mark, found);
                found.Add(new McpHeader(mark.GetString()!, here));
            }

            Find(property.Value, here, found);
        }
    }

    private static void Require(JsonElement schema, JsonElement mark, List<McpHeader> found)
    {
        var name = mark.ValueKind == JsonValueKind.String ? mark.GetString()! : "";
        var type =
            schema.TryGetProperty("type", out var of) && of.ValueKind == JsonValueKind.String ? of.GetString() : null;
        if (
            name.Length == 0
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
        )
        {
            throw new ToolException($"{Mark} is no name of a header");
        }

        if (type is not ("string" or "integer" or "boolean"))
        {
            throw new ToolException($"{Mark} stands at an argument that is no text, whole number or truth value");
        }

        if (found.Exists(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ToolException($"{Mark} names {name} twice");
        }
    }

    /// <summary>How often the mark stands anywhere.</summary>
    private static int Count(JsonElement element)
    {
        var count = 0;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                count +=
                    member.NameEquals(Mark) && member.Value.ValueKind == JsonValueKind.String ? 1 : Count(member.Value);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                count += Count(item);
            }
        }

        return count;
    }
}
