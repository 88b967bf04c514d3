using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Memories;

/// <summary>A fact that answers may be told.</summary>
/// <param name="State">kept; or proposed: told to no model until it is agreed to.</param>
/// <param name="Space">Name of the space in whose conversations it is told; null: in all.</param>
/// <param name="MessageId">Where it was said; null where nobody said so or the message is gone.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="ValidFrom">It is told from then on.</param>
/// <param name="ValidUntil">And before then.</param>
/// <param name="Version">Rises with every change; the ETag.</param>
internal sealed record MemoryView(
    string Id,
    string Text,
    string State,
    string? Space,
    string? ConversationId,
    string? MessageId,
    double Confidence,
    string? ValidFrom,
    string? ValidUntil,
    string CreatedAt,
    string UpdatedAt,
    long Version
);

/// <summary>A fact to keep, or to change one to.</summary>
internal sealed record SaveMemory : IRequestBody<SaveMemory>
{
    public const int LongestText = 2_000;
    public static readonly string[] States = ["proposed", "kept"];

    /// <summary>The fact, in a sentence or two.</summary>
    public string? Text { get; init; }

    /// <summary>kept, where nothing is said; or proposed.</summary>
    public string? State { get; init; }

    /// <summary>Name of the space it holds in; empty: in all.</summary>
    public string? Space { get; init; }

    /// <summary>The message it was said in.</summary>
    public string? MessageId { get; init; }

    /// <summary>0 to 1; 1 where nothing is said.</summary>
    public double? Confidence { get; init; }

    /// <summary>From when on it is told; empty: always.</summary>
    public string? ValidFrom { get; init; }

    /// <summary>Until when it is told; empty: for good.</summary>
    public string? ValidUntil { get; init; }

    public static JsonTypeInfo<SaveMemory> Json => MemoriesJson.Default.SaveMemory;

    public void Check(FieldChecks check)
    {
        check.Text("text", Text, LongestText);
        if (State is not null && !States.Contains(State))
        {
            check.Add("state", $"must be one of {string.Join(", ", States)}");
        }

        if (Confidence is < 0 or > 1 or double.NaN)
        {
            check.Add("confidence", "must be from 0 to 1");
        }

        if (MessageId is not null && !Ids.TryParse(MessageId, IdKind.Message, out _))
        {
            check.Add("message_id", "is no id of a message");
        }

        var (from, until) = (Time(check, "valid_from", ValidFrom), Time(check, "valid_until", ValidUntil));
        if (from >= until)
        {
            check.Add("valid_until", "must come after valid_from");
        }
    }

    private static long? Time(FieldChecks check, string field, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (ApiTime.TryParse(text, out var micros))
        {
            return micros;
        }

        check.Add(field, "must be a time like 2026-01-31T08:00:00Z, or a day");
        return null;
    }
}

/// <summary>A memory named in a path.</summary>
internal readonly record struct MemoryId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out MemoryId id)
    {
        id = new MemoryId(Ids.TryParse(text, IdKind.Memory, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Memory);
}

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(SaveMemory), GenerationMode = Metadata)]
[JsonSerializable(typeof(MemoryView))]
[JsonSerializable(typeof(Page<MemoryView>))]
internal sealed partial class MemoriesJson : JsonSerializerContext;
