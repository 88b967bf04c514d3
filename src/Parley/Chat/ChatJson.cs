using System.Text.Json.Serialization;
using Parley.Kernel.Http;

namespace Parley.Chat;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(AskRequest))]
[JsonSerializable(typeof(AgainRequest))]
[JsonSerializable(typeof(ChatAnswer))]
[JsonSerializable(typeof(TurnView))]
[JsonSerializable(typeof(Page<TurnView>))]
[JsonSerializable(typeof(TurnStarted))]
[JsonSerializable(typeof(TurnsStarted))]
[JsonSerializable(typeof(CompareRequest))]
[JsonSerializable(typeof(Comparison))]
[JsonSerializable(typeof(StoppedTurns))]
[JsonSerializable(typeof(ConversationCreatedEvent))]
[JsonSerializable(typeof(MessageCreatedEvent))]
[JsonSerializable(typeof(QueuedEvent))]
[JsonSerializable(typeof(ToolCallEvent))]
[JsonSerializable(typeof(ToolResultEvent))]
[JsonSerializable(typeof(TitleEvent))]
[JsonSerializable(typeof(ToolConsentEvent))]
[JsonSerializable(typeof(ToolConsentGivenEvent))]
[JsonSerializable(typeof(ContextEvent))]
[JsonSerializable(typeof(SourcesEvent))]
[JsonSerializable(typeof(MemoriesEvent))]
[JsonSerializable(typeof(ConsentRequest))]
[JsonSerializable(typeof(DoneEvent))]
[JsonSerializable(typeof(ErrorEvent))]
[JsonSerializable(typeof(string))]
internal sealed partial class ChatJson : JsonSerializerContext;
