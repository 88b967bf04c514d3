using System.Text.Json;

namespace Parley.Tools.OpenApi;

/// <summary>
/// Copies schemas out of a document with what they refer to put in place, for models know no other place. Deeper than
/// <see cref="Deepest"/>, where a schema that holds itself would never end, anything goes: the server has the last word.
/// </summary>
internal sealed class SchemaCopy(JsonElement root)
{
    private const int Deepest = 12;
    private const int MostNodes = 5_000;

    private int nodes;

    /// <param name="description">Stands in where the schema has none.</param>
    /// <exception cref="ToolException">It refers to another document, to nothing, or is too large.</exception>
    public void Write(Utf8JsonWriter json, JsonElement schema, string? description)
    {
        nodes = 0;
        Copy(json, schema, description, 0);
    }

    /// <summary>What a reference stands for; anything else is itself.</summary>
    /// <exception cref="ToolException">It refers to another document, to nothing, or to itself.</exception>
    public JsonElement Resolve(JsonElement of)
    {
        for (var hops = 0; hops < Deepest; hops++)
        {
            if (
                of.ValueKind != JsonValueKind.Object
                || !of.TryGetProperty("$ref", out var reference)
                || reference.ValueKind != JsonValueKind.String
            )
            {
                return of;
            }

            of = Find(reference.GetString()!);
        }

        throw new ToolException("a reference leads in a circle");
    }

    private JsonElement Find(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            throw new ToolException($"it refers to another document, {reference}");
        }

        var at = root;
        foreach (var step in reference[2..].Split('/'))
        {
            var name = Uri.UnescapeDataString(step)
                .Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                throw new ToolException($"it refers to {reference}, which is not there");
            }
        }

        return at;
    }

    private void Copy(Utf8JsonWriter json, JsonElement schema, string? description, int depth)
    {
        if (++nodes > MostNodes)
        {
            throw new ToolException("its schema is too large");
        }

        schema = Resolve(schema);
        if (
            depth > Deepest
            || schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False)
        )
        {
            json.WriteStartObject();
            json.WriteEndObject();
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            Member(json, schema, member, depth);
        }

        if (description is not null && !schema.TryGetProperty("description", out _))
        {
            json.WriteString("description"u8, description);
        }

        json.WriteEndObject();
    }

    private void Member(Utf8JsonWriter json, JsonElement schema, JsonProperty member, int depth)
    {
        switch (member.Name)
        {
            case "nullable" or "example" or "examples" or "xml" or "externalDocs" or "discriminator":
                break; // 3.0's own words, and what no model needs
            case "type" when member.Value.ValueKind == JsonValueKind.String && IsNullable(schema):
                json.WriteStartArray("type"u8);
                member.Value.WriteTo(json);
                json.WriteStringValue("null"u8);
                json.WriteEndArray();
                break;
            case "properties" or "patternProperties" when member.Value.ValueKind == JsonValueKind.Object:
                json.WriteStartObject(member.Name);
                foreach (var property in member.Value.EnumerateObject())
                {
                    json.WritePropertyName(property.Name);
                    Copy(json, property.Value, null, depth + 1);
                }

                json.WriteEndObject();
                break;
            case "items" or "additionalProperties" or "not":
                json.WritePropertyName(member.Name);
                Copy(json, member.Value, null, depth + 1);
                break;
            case "allOf" or "anyOf" or "oneOf" or "prefixItems" when member.Value.ValueKind == JsonValueKind.Array:
                json.WriteStartArray(member.Name);
                foreach (var one in member.Value.EnumerateArray())
                {
                    Copy(json, one, null, depth + 1);
                }

                json.WriteEndArray();
                break;
            default:
                member.WriteTo(json);
                break;
        }
    }

    private static bool IsNullable(JsonElement schema) =>
        schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True;
}
