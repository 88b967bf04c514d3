using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations.ChatDocuments;

/// <summary>What laying a document over a tree needs, at one moment.</summary>
/// <param name="Now">Unix microseconds.</param>
internal sealed record ChatTools(OwnMessages Own, MessageWriter Writer, Quotas Quotas, IdSource Ids, long Now);

/// <summary>Conversations read and written as chat documents. Each call is one snapshot or one transaction. Thread-safe.</summary>
internal sealed class ChatDocumentStore(
    Db db,
    IdempotentWrites writes,
    ConversationEdits edits,
    OwnMessages own,
    MessageWriter writer,
    Quotas quotas,
    IdSource ids,
    TimeProvider time
)
{
    private ChatTools Tools => new(own, writer, quotas, ids, ApiTime.Micros(time.GetUtcNow()));

    /// <summary>Null where the caller has none of that id.</summary>
    public Task<ChatView?> FindAsync(Caller caller, long id, CancellationToken ct) =>
        db.ReadAsync(
            session =>
                ConversationAccess.Read(session, caller.OwnerId, id) is { } conversation
                    ? ChatReads.Read(session, caller.OwnerId, conversation)
                    : null,
            ct
        );

    public Task<Page<RawJson>?> ListMessagesAsync(
        Caller caller,
        long id,
        MessageOrderOf order,
        PageRequest page,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
                ConversationAccess.Read(session, caller.OwnerId, id) is { } conversation
                    ? ChatReads.Messages(session, conversation, order, page)
                    : null,
            ct
        );

    public Task<StoredAnswer> CreateAsync(
        Caller caller,
        Body<CreateChat> body,
        IdempotencyKey key,
        CancellationToken ct
    ) => writes.RunAsync(caller.OwnerId, key, body.Utf8, tx => Create(tx, caller.OwnerId, body.Value), ct);

    public Task<StoredAnswer> WriteAsync(
        Caller caller,
        long id,
        Body<WriteChat> body,
        IfMatch match,
        IdempotencyKey key,
        CancellationToken ct
    ) => writes.RunAsync(caller.OwnerId, key, body.Utf8, tx => Write(tx, caller.OwnerId, id, body.Value, match), ct);

    public Task<StoredAnswer> AddAsync(
        Caller caller,
        long id,
        Body<AddChatMessage> body,
        IdempotencyKey key,
        CancellationToken ct
    ) => writes.RunAsync(caller.OwnerId, key, body.Utf8, tx => Add(tx, caller.OwnerId, id, body.Value.Given!), ct);

    public Task<RawJson> ChangeAsync(
        Caller caller,
        long id,
        string message,
        ChangeChatMessage change,
        IfMatch match,
        CancellationToken ct
    ) => db.WriteAsync(tx => Change(tx, caller.OwnerId, id, message, change, match), ct);

    /// <summary>What answers the message moves up to its parent, or goes too.</summary>
    public Task DeleteAsync(Caller caller, long id, string message, bool branch, IfMatch match, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                var head = ConversationAccess.GetOwn(tx, caller.OwnerId, id).RequireLive();
                match.Require(head.Version);
                var now = Tools.Now;
                new MessageRemoval(tx, head, writer, now).Run(Place(ChatTree.Load(tx, id), message).Id, branch);
                OwnMessages.Touch(tx, head, now);
            },
            ct
        );

    private StoredAnswer Create(DbTransaction tx, long ownerId, CreateChat request)
    {
        var given = request.Given;
        var id = edits.Create(
            tx,
            ownerId,
            new CreateConversation
            {
                Title = given.Title,
                Model = given.Members["models"] is { } models ? ChatHead.FirstModel(models) : null,
                SystemPrompt = given.Members["params"] is { } parameters ? ChatHead.Prompt(parameters) : null,
                Folder = request.FolderId,
            }
        );
        var warnings = new List<ChatWarning>();
        KeepBeside(tx, ConversationReads.Find(tx, ownerId, id)!, given);
        Merge(tx, ConversationHead.Get(tx, ownerId, id), given, Tools, warnings);
        return Answer(tx, ownerId, id, warnings, StatusCodes.Status201Created);
    }

    private StoredAnswer Write(DbTransaction tx, long callerId, long id, WriteChat request, IfMatch match)
    {
        var head = ConversationAccess.GetLive(tx, callerId, id, Rights.Write);
        match.Require(head.Version);
        if (request.Deleted is { Count: > 0 } deleted)
        {
            Delete(tx, callerId, id, deleted);
        }

        ChangeHead(tx, callerId, id, request);
        var warnings = new List<ChatWarning>();
        head = ConversationAccess.GetLive(tx, callerId, id, Rights.Write);
        Merge(tx, head, request.Given, Tools, warnings);
        return Answer(tx, callerId, id, warnings, StatusCodes.Status200OK);
    }

    /// <summary>Only its owner deletes. What is gone already is deleted.</summary>
    private void Delete(DbTransaction tx, long callerId, long id, IReadOnlyList<string> deleted)
    {
        var head = ConversationAccess.GetOwn(tx, callerId, id);
        var tree = ChatTree.Load(tx, id);
        long[] gone = [.. deleted.Select(tree.Find).OfType<ChatPlace>().Select(place => place.Id).Distinct()];
        if (gone.Length > 0)
        {
            var now = Tools.Now;
            new MessageRemoval(tx, head, writer, now).RunEach(gone);
            OwnMessages.Touch(tx, head, now);
        }
    }

    private void ChangeHead(DbTransaction tx, long callerId, long id, WriteChat request)
    {
        var head = ConversationAccess.GetLive(tx, callerId, id, Rights.Write);
        var conversation = ConversationReads.Find(tx, head.OwnerId, id)!;
        var change = ChatHead.Load(tx, conversation).Changes(request.Given, request.FolderId);
        if (head.ActorId != head.OwnerId)
        {
            change.RequireOfMany();
        }

        if ((change.Title ?? change.Model ?? change.SystemPrompt ?? change.Folder) is not null)
        {
            new ConversationChange(tx, head, change, writer, Tools.Now).Run();
        }

        if (KeepBeside(tx, conversation, request.Given))
        {
            OwnMessages.Touch(tx, head, Tools.Now);
        }
    }

    private static bool KeepBeside(DbTransaction tx, ConversationView conversation, GivenChat given)
    {
        if (ChatHead.Load(tx, conversation).Beside(given) is not { } beside)
        {
            return false;
        }

        using var update = tx.Query("UPDATE conversations SET extras = ?2 WHERE id = ?1");
        update.Bind(1, conversation.Key).BindText(2, beside.Span);
        update.Run();
        return true;
    }

    private StoredAnswer Add(DbTransaction tx, long callerId, long id, GivenNode node)
    {
        var head = ConversationAccess.GetLive(tx, callerId, id, Rights.Write);
        var tree = ChatTree.Load(tx, id);
        if (node.Id is not null && tree.Find(node.Id) is not null)
        {
            throw new ProblemException(ProblemCodes.Conflict, "the chat has a message of that id");
        }

        if (node.Parent is { } parent && tree.Find(parent) is null)
        {
            throw QueryReader.Invalid("message.parentId", "is no message of this chat");
        }

        var tools = Tools;
        var added = node.Below(tree.NameOf(head.Leaf), tools.Now);
        Merge(tx, head, GivenChat.Of(added), tools, []);
        var leaf = ConversationAccess.GetLive(tx, callerId, id, Rights.Write).Leaf!.Value;
        var after = ChatTree.Load(tx, id);
        return StoredAnswer.Of(
            ChatReads.Message(tx, head, after, after.NameOf(leaf)!)!.Value,
            ConversationsJson.Default.RawJson,
            StatusCodes.Status201Created,
            $"/api/chats/{ConversationId.Format(id)}/messages/{Uri.EscapeDataString(after.NameOf(leaf)!)}"
        );
    }

    private RawJson Change(
        DbTransaction tx,
        long callerId,
        long id,
        string message,
        ChangeChatMessage change,
        IfMatch match
    )
    {
        var head = ConversationAccess.GetLive(tx, callerId, id, Rights.Write);
        match.Require(head.Version);
        var tree = ChatTree.Load(tx, id);
        var place = Place(tree, message);
        var warnings = new List<ChatWarning>();
        var node = Changed(tx, head, tree, place, change.Message!.Value);
        Merge(tx, head, GivenChat.Of(node, tree.NameOf(head.Leaf)), Tools, warnings);
        if (warnings is [var refused, ..])
        {
            throw new ProblemException(ProblemCodes.Conflict, $"the message {refused.Detail}");
        }

        return ChatReads.Message(tx, head, ChatTree.Load(tx, id), place.DocumentId)!.Value;
    }

    /// <summary>The message as it is with these members over it.</summary>
    private static GivenNode Changed(
        DbTransaction tx,
        ConversationHead head,
        ChatTree tree,
        ChatPlace place,
        RawJson change
    )
    {
        using var arena = new Utf8Arena();
        var members = ChatRow.Get(tx, head.Provider, place.Id, arena).Placed(place, tree);
        members.Remove("childrenIds");
        var given = ChatMembers.Of(change.Utf8);
        foreach (var name in given.Names)
        {
            if (given[name]!.Value.Span.SequenceEqual("null"u8) && name != "parentId")
            {
                members.Remove(name);
            }
            else
            {
                members.Set(name, given[name]!.Value);
            }
        }

        using var document = JsonDocument.Parse(members.ToJson(), ChatJson.Reading);
        var check = new FieldChecks();
        var node = GivenNode.Read(place.DocumentId, document.RootElement, "message", check);
        check.Done();
        return node!;
    }

    private static void Merge(
        DbTransaction tx,
        ConversationHead head,
        GivenChat given,
        ChatTools tools,
        List<ChatWarning> warnings
    )
    {
        using var merge = new ChatMerge(tx, head, given, tools, warnings);
        merge.Run();
    }

    /// <summary>A slash in a path stays encoded: it would be another path.</summary>
    private static ChatPlace Place(ChatTree tree, string message) =>
        tree.Find(message)
        ?? tree.Find(message.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase))
        ?? throw new ProblemException(ProblemCodes.NotFound, "there is no such message");

    private static StoredAnswer Answer(DbTransaction tx, long callerId, long id, List<ChatWarning> warnings, int status)
    {
        var view = ChatReads.Read(tx, callerId, ConversationAccess.Read(tx, callerId, id)!);
        return StoredAnswer.Of(
            view with
            {
                Warnings = warnings.Count > 0 ? warnings : null,
            },
            ConversationsJson.Default.ChatView,
            status,
            status == StatusCodes.Status201Created ? "/api/chats/" + view.Id : null,
            ETags.Of(view.Version)
        );
    }
}
