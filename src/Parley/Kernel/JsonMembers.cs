using System.Text.Json;

namespace Parley.Kernel;

/// <summary>Reads members of JSON that others wrote: what is absent, null, of another type or in no object is not there.</summary>
internal static class JsonMembers
{
    public static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public static bool? Flag(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            }
            : null;

    public static double? Number(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : null;

    /// <summary>A whole number, also as 5.0 or 5e2: to JSON Schema they are integers.</summary>
    public static long? Long(JsonElement of, string name) =>
        Number(of, name) is { } number && double.IsInteger(number) && Math.Abs(number) < 9e15 ? (long)number : null;

    /// <inheritdoc cref="Long"/>
    public static int? Whole(JsonElement of, string name) =>
        Long(of, name) is >= int.MinValue and <= int.MaxValue and var number ? (int)number : null;
}
