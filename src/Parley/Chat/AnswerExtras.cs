using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Retrieval;

namespace Parley.Chat;

/// <summary>
/// What a message keeps of how it was answered, among its extras. The cost and the context stand first: readers of messages
/// look for them there and no further (<c>MessageExtras</c>).
/// </summary>
/// <param name="Cost">Of all that was asked for this message; null where that is not known.</param>
/// <param name="Context">Null where all of the conversation was told.</param>
/// <param name="Turn">Null where a program asked, through the gateway.</param>
internal sealed record AnswerExtras(
    Cost? Cost,
    ToldContext? Context,
    string? Turn,
    UsageView? Usage,
    AnswerError? Error
)
{
    /// <summary>Where the answer was asked to rest on passages.</summary>
    public CitationCheck? Citations { get; init; }

    /// <summary>Ids of the memories the model was told; null where there were none.</summary>
    public IReadOnlyList<string>? Memories { get; init; }

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, ChatExtrasJson.Default.AnswerExtras);

    /// <summary>Null where they are not of this shape: another program's.</summary>
    public static AnswerExtras? Read(ReadOnlySpan<byte> extras)
    {
        try
        {
            return extras.IsEmpty ? null : JsonSerializer.Deserialize(extras, ChatExtrasJson.Default.AnswerExtras);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// The cost of an answer that goes on: with what it cost before, and unknown where that is. An imported one cost
    /// nothing here.
    /// </summary>
    public static Cost? Continued(AnswerExtras? before, Cost? now, bool usedNow) =>
        before is not { Turn: not null, Usage: not null } ? now
        : usedNow ? Cost.Sum(before.Cost, now)
        : before.Cost;
}

internal sealed record AnswerError(string Code, string? Message, string? Phase);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AnswerExtras))]
[JsonSerializable(typeof(TurnSpending))]
internal sealed partial class ChatExtrasJson : JsonSerializerContext;
