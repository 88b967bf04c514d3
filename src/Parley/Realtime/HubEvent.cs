using System.Text.Json.Serialization;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Realtime;

/// <summary>One thing that happened. Ids and states; words only in turn_event, for who asked for them.</summary>
/// <param name="Type">turn, conversation, resync or turn_event.</param>
/// <param name="Status">Of a turn: as of its message.</param>
/// <param name="Deleted">Of a conversation: it is in the bin, or gone.</param>
/// <param name="Reason">Of a resync: <c>new</c>, no event was named to go on from; <c>gap</c>, what followed that event is no longer kept.</param>
/// <param name="Turns">Of a resync: the turns under way.</param>
/// <param name="Number">Of a turn_event: its number in the turn, as at <c>/api/chat/turns/{id}/events</c>.</param>
/// <param name="Event">Of a turn_event: its name there.</param>
/// <param name="Data">Of a turn_event: its data there.</param>
internal sealed record HubEvent(
    string Type,
    string? TurnId = null,
    string? ConversationId = null,
    string? MessageId = null,
    string? Status = null,
    string? Title = null,
    bool? Deleted = null,
    string? Reason = null,
    IReadOnlyList<HubEvent>? Turns = null,
    int? Number = null,
    string? Event = null,
    RawJson? Data = null
);

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(HubEvent))]
internal sealed partial class HubJson : JsonSerializerContext;
