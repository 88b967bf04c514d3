using System.Text.Json.Serialization;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Chat;

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(AskRequest), GenerationMode = Metadata)]
[JsonSerializable(typeof(AgainRequest), GenerationMode = Metadata)]
[JsonSerializable(typeof(CompareRequest), GenerationMode = Metadata)]
[JsonSerializable(typeof(ConsentRequest), GenerationMode = Metadata)]
[JsonSerializable(typeof(TurnStarted), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(TurnsStarted), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(ToolCallEvent), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(ToolResultEvent), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(ContextEvent), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(SourcesEvent), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(ErrorEvent), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(string), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(ChatAnswer))]
[JsonSerializable(typeof(TurnView))]
[JsonSerializable(typeof(Page<TurnView>))]
[JsonSerializable(typeof(Comparison))]
[JsonSerializable(typeof(StoppedTurns))]
[JsonSerializable(typeof(ConversationCreatedEvent))]
[JsonSerializable(typeof(MessageCreatedEvent))]
[JsonSerializable(typeof(QueuedEvent))]
[JsonSerializable(typeof(TitleEvent))]
[JsonSerializable(typeof(ToolConsentEvent))]
[JsonSerializable(typeof(ToolConsentGivenEvent))]
[JsonSerializable(typeof(MemoriesEvent), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(DoneEvent))]
internal sealed partial class ChatJson : JsonSerializerContext;
