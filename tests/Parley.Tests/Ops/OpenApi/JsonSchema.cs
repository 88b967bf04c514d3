using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parley.Tests.Ops.OpenApi;

/// <summary>
/// Holds JSON to a schema of the description: the part of JSON Schema 2020-12 that the description uses, and nothing
/// unknown passes. A property that a schema does not name is a fault unless the schema leaves it open.
/// </summary>
internal sealed partial class JsonSchema(JsonElement document)
{
    /// <summary>What is wrong, each with its place; empty where all is well.</summary>
    public List<string> Faults(JsonElement schema, JsonElement value)
    {
        var faults = new List<string>();
        Check(schema, value, "$", faults);
        return faults;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> faults)
    {
        foreach (var rule in schema.EnumerateObject())
        {
            switch (rule.Name)
            {
                case "$ref":
                    Check(Resolve(rule.Value.GetString()!), value, at, faults);
                    break;
                case "type":
                    Require(Types(rule.Value).Any(t => Is(t, value)), $"{at} is {value.ValueKind}, not {rule.Value}");
                    break;
                case "enum":
                    Require(
                        rule.Value.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)),
                        $"{at} is {value.GetRawText()}, not one of {rule.Value.GetRawText()}"
                    );
                    break;
                case "anyOf":
                    CheckAny(rule.Value, value, at, faults);
                    break;
                case "required" when value.ValueKind == JsonValueKind.Object:
                    faults.AddRange(
                        rule.Value.EnumerateArray()
                            .Where(name => !value.TryGetProperty(name.GetString()!, out _))
                            .Select(name => $"{at}.{name} is missing")
                    );
                    break;
                case "properties" when value.ValueKind == JsonValueKind.Object:
                    CheckProperties(schema, rule.Value, value, at, faults);
                    break;
                case "additionalProperties" when rule.Value.ValueKind == JsonValueKind.Object:
                    CheckEach(rule.Value, value, at, faults);
                    break;
                case "items" when value.ValueKind == JsonValueKind.Array:
                    var i = 0;
                    foreach (var item in value.EnumerateArray())
                    {
                        Check(rule.Value, item, $"{at}[{i++}]", faults);
                    }

                    break;
                case "format" when value.ValueKind == JsonValueKind.String:
                    Require(
                        HasFormat(rule.Value.GetString()!, value.GetString()!),
                        $"{at} is no {rule.Value}: {value}"
                    );
                    break;
                case "pattern" when value.ValueKind == JsonValueKind.String:
                    Require(
                        Regex.IsMatch(value.GetString()!, rule.Value.GetString()!),
                        $"{at} is not {rule.Value}: {value}"
                    );
                    break;
                case "minimum" when value.ValueKind == JsonValueKind.Number:
                    Require(value.GetDouble() >= rule.Value.GetDouble(), $"{at} is less than {rule.Value}");
                    break;
                case "maximum" when value.ValueKind == JsonValueKind.Number:
                    Require(value.GetDouble() <= rule.Value.GetDouble(), $"{at} is more than {rule.Value}");
                    break;
                case "description" or "default" or "additionalProperties" or "items" or "properties" or "required":
                case "format" or "pattern" or "minimum" or "maximum" or "contentMediaType":
                    break;
                default:
                    faults.Add($"the schema of {at} uses {rule.Name}, which JsonSchema.cs does not know");
                    break;
            }
        }

        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }

    private void CheckAny(JsonElement schemas, JsonElement value, string at, List<string> faults)
    {
        var each = schemas.EnumerateArray().Select(s => Under(s, value, at)).ToList();
        if (each.TrueForAll(f => f.Count > 0))
        {
            faults.Add(
                $"{at} is none of its {each.Count} shapes; nearest: {string.Join("; ", each.MinBy(f => f.Count)!)}"
            );
        }
    }

    private List<string> Under(JsonElement schema, JsonElement value, string at)
    {
        var faults = new List<string>();
        Check(schema, value, at, faults);
        return faults;
    }

    private void CheckProperties(
        JsonElement schema,
        JsonElement properties,
        JsonElement value,
        string at,
        List<string> faults
    )
    {
        var open =
            schema.TryGetProperty("additionalProperties", out var further) && further.ValueKind == JsonValueKind.Object;
        foreach (var property in value.EnumerateObject())
        {
            if (properties.TryGetProperty(property.Name, out var known))
            {
                Check(known, property.Value, $"{at}.{property.Name}", faults);
            }
            else if (!open)
            {
                faults.Add($"{at}.{property.Name} is not described");
            }
        }
    }

    private void CheckEach(JsonElement schema, JsonElement value, string at, List<string> faults)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                Check(schema, property.Value, $"{at}.{property.Name}", faults);
            }
        }
    }

    private JsonElement Resolve(string reference) =>
        reference[2..].Split('/').Aggregate(document, (at, name) => at.GetProperty(name));

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];

    private static bool Is(string type, JsonElement value) =>
        type switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            _ => type == "null" && value.ValueKind == JsonValueKind.Null,
        };

    private static bool HasFormat(string format, string text) =>
        format switch
        {
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "date-time" => Time().IsMatch(text)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            _ => false,
        };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex Time();
}
