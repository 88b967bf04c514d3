using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using static Parley.Kernel.JsonMembers;

namespace Parley.Gateway;

/// <summary>Reads members of a client's body. What is absent, null or of another type is not there; what must be a list is one.</summary>
internal static class BodyFields
{
    public static JsonDocument Parse(GatewayBody body) =>
        JsonDocument.Parse(body.Utf8, new JsonDocumentOptions { MaxDepth = 256 });

    public static IEnumerable<JsonElement> Items(JsonElement of, string name)
    {
        if (
            of.ValueKind != JsonValueKind.Object
            || !of.TryGetProperty(name, out var list)
            || list.ValueKind == JsonValueKind.Null
        )
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Bad(name, "must be an array");
        }

        var items = new List<JsonElement>();
        foreach (var item in list.EnumerateArray())
        {
            items.Add(item.ValueKind == JsonValueKind.Object ? item : throw Bad(name, "must hold objects"));
        }

        return items;
    }

    public static List<string>? Texts(JsonElement of, string name)
    {
        if (Text(of, name) is { } one)
        {
            return [one];
        }

        if (
            of.ValueKind != JsonValueKind.Object
            || !of.TryGetProperty(name, out var list)
            || list.ValueKind != JsonValueKind.Array
        )
        {
            return null;
        }

        var texts = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                texts.Add(item.GetString()!);
            }
        }

        return texts;
    }

    public static RawJson? Raw(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? new RawJson(JsonMarshal.GetRawUtf8Value(value).ToArray())
            : null;

    public static ProblemException Bad(string field, string why) =>
        new(ProblemCodes.Validation, $"{field}: {why}", new FieldError(field, why));
}
