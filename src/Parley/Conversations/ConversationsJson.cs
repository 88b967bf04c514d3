using System.Text.Json.Serialization;
using Parley.Kernel.Http;

namespace Parley.Conversations;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(CreateConversation))]
[JsonSerializable(typeof(ChangeConversation))]
[JsonSerializable(typeof(ForkConversation))]
[JsonSerializable(typeof(ArchiveConversation))]
[JsonSerializable(typeof(CreateShare))]
[JsonSerializable(typeof(NewShareView))]
[JsonSerializable(typeof(Page<ShareView>))]
[JsonSerializable(typeof(SharedConversation))]
[JsonSerializable(typeof(AddMessage))]
[JsonSerializable(typeof(ChangeMessage))]
[JsonSerializable(typeof(CreateLabel))]
[JsonSerializable(typeof(ChangeLabel))]
[JsonSerializable(typeof(MergeLabel))]
[JsonSerializable(typeof(CreateFolder))]
[JsonSerializable(typeof(ChangeFolder))]
[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(Page<ConversationItem>))]
[JsonSerializable(typeof(Page<MessageView>))]
[JsonSerializable(typeof(Page<LabelView>))]
[JsonSerializable(typeof(Page<FolderView>))]
[JsonSerializable(typeof(ArchiveStats))]
[JsonSerializable(typeof(ProviderList))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class ConversationsJson : JsonSerializerContext;
