using System.Text.Json;

namespace Parley.Tools;

/// <summary>
/// Holds a call's arguments to the tool's JSON Schema (2020-12): type, enum, const, required, properties,
/// additionalProperties, items, and the bounds of numbers, texts and lists. Other keywords are not looked at; the tool
/// itself has the last word.
/// </summary>
internal static class SchemaCheck
{
    private const int Deepest = 16;

    /// <summary>What is wrong with the value, in a sentence that names the place; null where it fits.</summary>
    public static string? Fault(JsonElement schema, JsonElement value, string at = "arguments", int depth = 0)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
        {
            return null;
        }

        if (schema.TryGetProperty("type", out var type) && !IsOfType(type, value))
        {
            return $"{at} must be {TypeName(type)}";
        }

        if (schema.TryGetProperty("enum", out var allowed) && !IsOneOf(allowed, value))
        {
            return $"{at} must be one of {allowed.GetRawText()}";
        }

        if (schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value))
        {
            return $"{at} must be {only.GetRawText()}";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => ObjectFault(schema, value, at, depth),
            JsonValueKind.Array => ArrayFault(schema, value, at, depth),
            JsonValueKind.Number => NumberFault(schema, value, at),
            JsonValueKind.String => TextFault(schema, value, at),
            _ => null,
        };
    }

    private static string? ObjectFault(JsonElement schema, JsonElement value, string at, int depth)
    {
        if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array)
        {
            foreach (var name in required.EnumerateArray())
            {
                if (name.GetString() is { } needed && !value.TryGetProperty(needed, out _))
                {
                    return $"{at}.{needed} is required";
                }
            }
        }

        var known = schema.TryGetProperty("properties", out var properties) ? properties : default;
        var more = schema.TryGetProperty("additionalProperties", out var additional) ? additional : default;
        foreach (var field in value.EnumerateObject())
        {
            var place = $"{at}.{field.Name}";
            var fault =
                known.ValueKind == JsonValueKind.Object && known.TryGetProperty(field.Name, out var own)
                    ? Fault(own, field.Value, place, depth + 1)
                : more.ValueKind == JsonValueKind.False ? $"{place} is not known"
                : Fault(more, field.Value, place, depth + 1);
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? ArrayFault(JsonElement schema, JsonElement value, string at, int depth)
    {
        var length = value.GetArrayLength();
        if (Bound(schema, "minItems") is { } least && length < least)
        {
            return $"{at} must have at least {least} items";
        }

        if (Bound(schema, "maxItems") is { } most && length > most)
        {
            return $"{at} must have at most {most} items";
        }

        if (!schema.TryGetProperty("items", out var items))
        {
            return null;
        }

        for (var i = 0; i < length; i++)
        {
            if (Fault(items, value[i], $"{at}[{i}]", depth + 1) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? NumberFault(JsonElement schema, JsonElement value, string at)
    {
        var number = value.GetDouble();
        return Bound(schema, "minimum") is { } least && number < least ? $"{at} must be at least {least}"
            : Bound(schema, "maximum") is { } most && number > most ? $"{at} must be at most {most}"
            : Bound(schema, "exclusiveMinimum") is { } above && number <= above ? $"{at} must be more than {above}"
            : Bound(schema, "exclusiveMaximum") is { } below && number >= below ? $"{at} must be less than {below}"
            : null;
    }

    private static string? TextFault(JsonElement schema, JsonElement value, string at)
    {
        var length = value.GetString()!.EnumerateRunes().Count();
        return Bound(schema, "minLength") is { } least && length < least ? $"{at} must have at least {least} characters"
            : Bound(schema, "maxLength") is { } most && length > most ? $"{at} must have at most {most} characters"
            : null;
    }

    private static double? Bound(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var bound) && bound.ValueKind == JsonValueKind.Number
            ? bound.GetDouble()
            : null;

    private static bool IsOneOf(JsonElement allowed, JsonElement value) =>
        allowed.ValueKind != JsonValueKind.Array
        || allowed.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value));

    private static bool IsOfType(JsonElement type, JsonElement value) =>
        type.ValueKind == JsonValueKind.Array
            ? type.EnumerateArray().Any(one => IsOfType(one, value))
            : type.GetString() switch
            {
                "object" => value.ValueKind == JsonValueKind.Object,
                "array" => value.ValueKind == JsonValueKind.Array,
                "string" => value.ValueKind == JsonValueKind.String,
                "number" => value.ValueKind == JsonValueKind.Number,
                "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
                "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "null" => value.ValueKind == JsonValueKind.Null,
                _ => true,
            };

    private static string TypeName(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? "one of " + type.GetRawText()
        : type.GetString() is "array" or "object" or "integer" ? "an " + type.GetString()
        : "a " + type.GetString();
}
