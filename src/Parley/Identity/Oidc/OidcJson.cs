using System.Text.Json;

namespace Parley.Identity.Oidc;

/// <summary>Reads what others wrote: a field of another type counts as absent.</summary>
internal static class OidcJson
{
    public static string? Text(JsonElement from, string name) =>
        Find(from, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static long? Number(JsonElement from, string name) =>
        Find(from, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number)
            ? (long)Math.Clamp(number, 0, 1e15)
            : null;

    /// <summary>Some providers write their truths as texts.</summary>
    public static bool? Bool(JsonElement from, string name) =>
        Find(from, name) switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            { ValueKind: JsonValueKind.String } text => text.GetString() == "true",
            _ => null,
        };

    /// <summary>A list of texts, or one text alone; empty where there is none.</summary>
    public static IReadOnlyList<string> Texts(JsonElement from, string name) =>
        Find(from, name) switch
        {
            { ValueKind: JsonValueKind.String } one => [one.GetString()!],
            { ValueKind: JsonValueKind.Array } many =>
            [
                .. many.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!),
            ],
            _ => [],
        };

    /// <summary>By its name, or by the path to it: <c>realm_access.roles</c>.</summary>
    public static JsonElement? Find(JsonElement from, string name)
    {
        if (from.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (from.TryGetProperty(name, out var whole))
        {
            return whole.ValueKind == JsonValueKind.Null ? null : whole;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && from.TryGetProperty(name[..dot], out var outer) ? Find(outer, name[(dot + 1)..]) : null;
    }
}
