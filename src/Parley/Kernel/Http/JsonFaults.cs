using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>
/// Says in our words why a body could not be bound. The serialiser's own texts name types, and are cut out of the native
/// executable; so the body is looked at once more, beside the shape it should have.
/// </summary>
internal static class JsonFaults
{
    public static ProblemException Explain(JsonException failure, ReadOnlySpan<byte> utf8, JsonTypeInfo type)
    {
        JsonDocument document;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = HttpOptions.JsonDepth });
            document = JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException malformed)
        {
            return Failures.Explain(malformed);
        }

        using (document)
        {
            if (FindUnknown(document.RootElement, type, "") is { } unknown)
            {
                return new ProblemException(
                    ProblemCodes.UnknownField,
                    $"{unknown} is no field of this request",
                    new FieldError(unknown, "is not known")
                );
            }
        }

        var field = failure.Path is { Length: > 2 } path ? path[2..] : null;
        return field is null
            ? new ProblemException(ProblemCodes.BadRequest, "the body is not the JSON object this address takes")
            : new ProblemException(
                ProblemCodes.Validation,
                $"{field} has a value that cannot be used",
                new FieldError(field, "has a value that cannot be used")
            );
    }

    private static string? FindUnknown(JsonElement element, JsonTypeInfo type, string at)
    {
        if (
            element.ValueKind == JsonValueKind.Array
            && type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } inner }
        )
        {
            var items = type.Options.GetTypeInfo(inner);
            return element
                .EnumerateArray()
                .Select((item, i) => FindUnknown(item, items, $"{at}[{i}]"))
                .FirstOrDefault(found => found is not null);
        }

        if (element.ValueKind != JsonValueKind.Object || type.Kind != JsonTypeInfoKind.Object)
        {
            return null;
        }

        foreach (var property in element.EnumerateObject())
        {
            var path = at.Length == 0 ? property.Name : $"{at}.{property.Name}";
            if (type.Properties.FirstOrDefault(p => p.Name == property.Name) is not { } known)
            {
                return path;
            }

            if (FindUnknown(property.Value, type.Options.GetTypeInfo(known.PropertyType), path) is { } deeper)
            {
                return deeper;
            }
        }

        return null;
    }
}
