using System.Text.Json.Serialization;
using Parley.Conversations.ChatDocuments;
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
[JsonSerializable(typeof(BinEmptied))]
[JsonSerializable(typeof(StatsParts))]
[JsonSerializable(typeof(MessageOutline))]
[JsonSerializable(typeof(Page<LabelView>))]
[JsonSerializable(typeof(Page<FolderView>))]
[JsonSerializable(typeof(Page<FileView>))]
[JsonSerializable(typeof(ArchiveStats))]
[JsonSerializable(typeof(ProviderList))]
[JsonSerializable(typeof(CreateChat))]
[JsonSerializable(typeof(WriteChat))]
[JsonSerializable(typeof(AddChatMessage))]
[JsonSerializable(typeof(ChangeChatMessage))]
[JsonSerializable(typeof(DeleteChats))]
[JsonSerializable(typeof(ChatView))]
[JsonSerializable(typeof(Page<ChatItem>))]
[JsonSerializable(typeof(DeletedChats))]
[JsonSerializable(typeof(Page<RawJson>))]
[JsonSerializable(typeof(RawJson))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class ConversationsJson : JsonSerializerContext;
