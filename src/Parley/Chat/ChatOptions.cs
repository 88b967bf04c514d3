using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>
/// The <c>options</c> of a request: the names that models share are read here, so that every wire can spell them its
/// own way; what is left is the upstream's.
/// </summary>
internal static class ChatOptions
{
    private const int LargestBytes = 64 * 1024;
    private const int MostStops = 16;

    public static void Check(FieldChecks check, RawJson? options)
    {
        if (options is not { } given)
        {
            return;
        }

        if (given.Utf8.Span[0] != (byte)'{' || given.Utf8.Length > LargestBytes)
        {
            check.Add("options", $"must be an object of at most {LargestBytes / 1024} KiB");
            return;
        }

        using var document = JsonDocument.Parse(given.Utf8);
        foreach (var field in document.RootElement.EnumerateObject())
        {
            if (Fault(field) is { } fault)
            {
                check.Add("options." + field.Name, fault);
            }
        }
    }

    /// <param name="options">As <see cref="Check"/> let it pass.</param>
    public static ModelOptions Read(RawJson? options)
    {
        if (options is not { } given)
        {
            return new ModelOptions();
        }

        using var document = JsonDocument.Parse(given.Utf8);
        var root = document.RootElement;
        return new ModelOptions
        {
            Temperature = Number(root, "temperature"),
            TopP = Number(root, "top_p"),
            MaxTokens = (int?)Number(root, "max_tokens"),
            Seed = (long?)Number(root, "seed"),
            PresencePenalty = Number(root, "presence_penalty"),
            FrequencyPenalty = Number(root, "frequency_penalty"),
            Stop = Stops(root),
            ReasoningEffort = root.TryGetProperty("reasoning_effort", out var effort) ? effort.GetString() : null,
            ResponseFormat = root.TryGetProperty("response_format", out var format)
                ? RawJson.Of(JsonMarshal.GetRawUtf8Value(format))
                : null,
            Other = Others(root),
        };
    }

    private static string? Fault(JsonProperty field) =>
        field.Name switch
        {
            "temperature" => Within(field.Value, 0, 2),
            "top_p" => Within(field.Value, 0, 1),
            "presence_penalty" or "frequency_penalty" => Within(field.Value, -2, 2),
            "max_tokens" => Whole(field.Value, 1, 10_000_000),
            "seed" => Whole(field.Value, long.MinValue, long.MaxValue),
            "stop" => IsStop(field.Value) ? null : $"must be a text or at most {MostStops} texts",
            "reasoning_effort" => field.Value.ValueKind == JsonValueKind.String
            && field.Value.GetString() is "none" or "minimal" or "low" or "medium" or "high"
                ? null
                : "must be none, minimal, low, medium or high",
            "response_format" => field.Value.ValueKind == JsonValueKind.Object ? null : "must be an object",
            "model" or "messages" or "stream" or "tools" => "is not an option",
            _ => null,
        };

    private static string? Within(JsonElement value, double min, double max) =>
        value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number >= min && number <= max
            ? null
            : $"must be a number from {min} to {max}";

    private static string? Whole(JsonElement value, long min, long max) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max
            ? null
        : min == long.MinValue ? "must be a whole number"
        : $"must be a whole number from {min} to {max}";

    private static bool IsStop(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        || (
            value.ValueKind == JsonValueKind.Array
            && value.GetArrayLength() <= MostStops
            && value.EnumerateArray().All(s => s.ValueKind == JsonValueKind.String)
        );

    private static double? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static List<string>? Stops(JsonElement root) =>
        !root.TryGetProperty("stop", out var value) ? null
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : [.. value.EnumerateArray().Select(s => s.GetString()!)];

    private static RawJson? Others(JsonElement root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var any = false;
        using (var json = new Utf8JsonWriter(buffer, JsonOut.Options))
        {
            json.WriteStartObject();
            foreach (var field in root.EnumerateObject())
            {
                if (!IsShared(field.Name))
                {
                    any = true;
                    field.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return any ? RawJson.Of(buffer.WrittenSpan) : null;
    }

    private static bool IsShared(string name) =>
        name
            is "temperature"
                or "top_p"
                or "max_tokens"
                or "seed"
                or "presence_penalty"
                or "frequency_penalty"
                or "stop"
                or "reasoning_effort"
                or "response_format";
}
