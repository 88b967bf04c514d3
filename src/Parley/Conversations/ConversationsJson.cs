using System.Text.Json.Serialization;
using Parley.Conversations.ChatDocuments;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Conversations;

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(CreateConversation), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeConversation), GenerationMode = Metadata)]
[JsonSerializable(typeof(ForkConversation), GenerationMode = Metadata)]
[JsonSerializable(typeof(ArchiveConversation), GenerationMode = Metadata)]
[JsonSerializable(typeof(CreateShare), GenerationMode = Metadata)]
[JsonSerializable(typeof(AddMessage), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeMessage), GenerationMode = Metadata)]
[JsonSerializable(typeof(CreateLabel), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeLabel), GenerationMode = Metadata)]
[JsonSerializable(typeof(MergeLabel), GenerationMode = Metadata)]
[JsonSerializable(typeof(CreateFolder), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeFolder), GenerationMode = Metadata)]
[JsonSerializable(typeof(CreateChat), GenerationMode = Metadata)]
[JsonSerializable(typeof(WriteChat), GenerationMode = Metadata)]
[JsonSerializable(typeof(AddChatMessage), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeChatMessage), GenerationMode = Metadata)]
[JsonSerializable(typeof(DeleteChats), GenerationMode = Metadata)]
[JsonSerializable(typeof(SharedConversation), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(RawJson), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(IReadOnlyList<string>), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(NewShareView))]
[JsonSerializable(typeof(Page<ShareView>))]
[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(Page<ConversationItem>))]
[JsonSerializable(typeof(Page<MessageView>))]
[JsonSerializable(typeof(BinEmptied))]
[JsonSerializable(typeof(StatsParts))]
[JsonSerializable(typeof(MessageOutline))]
[JsonSerializable(typeof(Page<LabelView>))]
[JsonSerializable(typeof(Page<FolderView>))]
[JsonSerializable(typeof(Page<FileView>))]
[JsonSerializable(typeof(ArchiveStats))]
[JsonSerializable(typeof(ProviderList))]
[JsonSerializable(typeof(ChatView))]
[JsonSerializable(typeof(Page<ChatItem>))]
[JsonSerializable(typeof(DeletedChats))]
[JsonSerializable(typeof(Page<RawJson>))]
internal sealed partial class ConversationsJson : JsonSerializerContext;
