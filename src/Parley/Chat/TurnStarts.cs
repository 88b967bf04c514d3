using System.Text.Json;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>What a started turn is remembered by, for a request that comes again with its Idempotency-Key.</summary>
internal sealed record TurnStarted(string TurnId, string ConversationId, string MessageId);

/// <summary>
/// The write that begins a turn: the question and an empty answer are stored, whole or not at all, before any model is
/// asked (reliability.md section 3). Thread-safe.
/// </summary>
internal sealed partial class TurnStarts(
    ConversationEdits conversations,
    OwnMessages messages,
    Quotas quotas,
    IdempotentWrites writes,
    IdSource ids,
    TimeProvider time
)
{
    /// <summary>A question of a person's.</summary>
    public Task<StartedTurn> AskAsync(
        Caller caller,
        Body<AskRequest> body,
        PreparedQuestion question,
        ModelRoute route,
        IdempotencyKey key,
        CancellationToken ct
    ) => StartAsync(caller, key, body.Utf8, tx => Ask(tx, caller.OwnerId, question, route), ct);

    /// <summary>Another answer beside that one, or to that question.</summary>
    public Task<StartedTurn> AgainAsync(
        Caller caller,
        AnswerPlace place,
        OptionalBody<AgainRequest> body,
        ModelRoute route,
        IdempotencyKey key,
        CancellationToken ct
    ) => StartAsync(caller, key, body.Utf8, tx => Again(tx, caller.OwnerId, place, route), ct);

    /// <summary>The rest of an answer that was cut.</summary>
    public Task<StartedTurn> ContinueAsync(
        Caller caller,
        AnswerPlace place,
        OptionalBody<AgainRequest> body,
        ModelRoute route,
        IdempotencyKey key,
        CancellationToken ct
    ) => StartAsync(caller, key, body.Utf8, tx => Continue(tx, caller.OwnerId, place, route), ct);

    private async Task<StartedTurn> StartAsync(
        Caller caller,
        IdempotencyKey key,
        ReadOnlyMemory<byte> body,
        Func<DbTransaction, Turn> start,
        CancellationToken ct
    )
    {
        Turn? turn = null;
        var answer = await writes.RunAsync(caller.OwnerId, key, body, tx => Remember(turn = start(tx)), ct);
        return new StartedTurn(turn, JsonSerializer.Deserialize(answer.Json, ChatJson.Default.TurnStarted)!);
    }

    private Turn Ask(DbTransaction tx, long ownerId, PreparedQuestion question, ModelRoute route)
    {
        var asked = Question(tx, ownerId, question, route.Name);
        return Answer(tx, ownerId, asked, route, aside: false);
    }

    /// <summary>Stores the question, and before it the conversation where none is named.</summary>
    private AskedQuestion Question(DbTransaction tx, long ownerId, PreparedQuestion asked, string model)
    {
        if (asked.Refusal is { } refusal)
        {
            throw refusal;
        }

        var request = asked.Request;
        var made = request.ConversationId is null;
        var conversationId =
            made
                ? conversations.Create(
                    tx,
                    ownerId,
                    new CreateConversation
                    {
                        Space = request.Space,
                        Model = model,
                        SystemPrompt = asked.SystemPrompt,
                    }
                )
            : Ids.TryParse(request.ConversationId, IdKind.Conversation, out var known) ? known
            : 0;
        var head = ConversationHead.Get(tx, ownerId, conversationId).RequireLive();
        var parent = request.ParentId is null ? head.Leaf : Parent(tx, conversationId, request.ParentId);
        using var arena = new Utf8Arena();
        var question = new MessageDraft { Role = Role.User };
        // What is asked stands last, behind what may be long.
        for (var i = 0; i < asked.Files.Count; i++)
        {
            // Deleted since it was read: an attachment would be there without its bytes.
            if (AttachmentRows.Find(tx, ownerId, asked.Files[i].Id) is null)
            {
                throw QueryReader.Invalid($"files[{i}]", "there is no such file");
            }

            question.Add(asked.Files[i].Part(arena));
        }

        question.AddText(arena.Add(request.Message!));
        var id = messages.Add(tx, head, question, parent, arena, extraData: null);
        return new AskedQuestion(conversationId, id, parent, made);
    }

    /// <param name="aside">It is not the answer that the active path ends at.</param>
    private Turn Answer(DbTransaction tx, long ownerId, in AskedQuestion asked, ModelRoute route, bool aside)
    {
        var head = ConversationHead.Get(tx, ownerId, asked.ConversationId).RequireLive();
        var turn = Answer(tx, head, asked.Id, asked.Parent, route, aside);
        if (asked.Made)
        {
            turn.Log.Append(
                TurnEventKind.ConversationCreated,
                JsonSerializer.SerializeToUtf8Bytes(
                    new ConversationCreatedEvent(ConversationId.Format(asked.ConversationId)),
                    ChatJson.Default.ConversationCreatedEvent
                )
            );
        }

        return Created(turn);
    }

    private Turn Again(DbTransaction tx, long ownerId, AnswerPlace place, ModelRoute route)
    {
        var head = ConversationHead.Get(tx, ownerId, place.ConversationId).RequireLive();
        var found = Find(tx, head.Id, place.MessageId) ?? throw NoMessage();
        var question = found.Role == Role.User ? found.Id : found.ParentId;
        return Created(Answer(tx, head, question, afterId: null, route, aside: false));
    }

    private Turn Continue(DbTransaction tx, long ownerId, AnswerPlace place, ModelRoute route)
    {
        var head = ConversationHead.Get(tx, ownerId, place.ConversationId).RequireLive();
        var found = Find(tx, head.Id, place.MessageId) ?? throw NoMessage();
        if (found.Role != Role.Assistant)
        {
            throw new ProblemException(ProblemCodes.Conflict, "only an answer can be continued");
        }

        if (found.Status is MessageStatus.Pending or MessageStatus.Streaming)
        {
            throw new ProblemException(ProblemCodes.Conflict, "the answer is still being written");
        }

        using (var update = tx.Query("UPDATE messages SET status = ?2 WHERE id = ?1"))
        {
            update.Bind(1, found.Id).Bind(2, (long)MessageStatus.Pending).Run();
        }

        return Created(Begin(tx, new TurnPlace(ownerId, head.Id, found.ParentId, found.Id, Continues: true), route));
    }

    private Turn Answer(
        DbTransaction tx,
        ConversationHead head,
        long? questionId,
        long? afterId,
        ModelRoute route,
        bool aside
    )
    {
        using var arena = new Utf8Arena();
        var answer = new MessageDraft
        {
            Role = Role.Assistant,
            Model = route.Name,
            Status = MessageStatus.Pending,
        };
        answer.AddText(default);
        var id = messages.Add(tx, head, answer, questionId, arena, extraData: null, aside);
        return Begin(tx, new TurnPlace(head.OwnerId, head.Id, questionId, id) { AfterId = afterId }, route);
    }

    private Turn Begin(DbTransaction tx, TurnPlace place, ModelRoute route)
    {
        // In the write, so that a request that comes again with its key is told what it was told before (R4).
        quotas.Require(tx, place.OwnerId, QuotaKind.Tokens);
        var now = ApiTime.Micros(time.GetUtcNow());
        var id = ids.Next(MessageWriter.Milliseconds(now));
        TurnStore.Insert(tx, id, place, route.Name, route.Upstream.Name, now);
        return new Turn(id, place, route.Name);
    }

    private static Turn Created(Turn turn)
    {
        turn.Log.Append(
            TurnEventKind.MessageCreated,
            JsonSerializer.SerializeToUtf8Bytes(
                new MessageCreatedEvent(
                    TurnId.Format(turn.Id),
                    ConversationId.Format(turn.Place.ConversationId),
                    MessageId.Format(turn.Place.MessageId),
                    turn.Place.QuestionId is { } question ? MessageId.Format(question) : null,
                    turn.Model
                ),
                ChatJson.Default.MessageCreatedEvent
            )
        );
        return turn;
    }

    private static StoredAnswer Remember(Turn turn) =>
        StoredAnswer.Of(IdsOf(turn), ChatJson.Default.TurnStarted, StatusCodes.Status200OK);

    private static TurnStarted IdsOf(Turn turn) =>
        new(
            TurnId.Format(turn.Id),
            ConversationId.Format(turn.Place.ConversationId),
            MessageId.Format(turn.Place.MessageId)
        );

    private static long Parent(DbTransaction tx, long conversationId, string text) =>
        Ids.TryParse(text, IdKind.Message, out var id) && Find(tx, conversationId, id) is not null
            ? id
            : throw QueryReader.Invalid("parent_id", "is no message of this conversation");

    private static ProblemException NoMessage() => new(ProblemCodes.NotFound, "there is no such message");

    private static FoundMessage? Find(DbTransaction tx, long conversationId, long id)
    {
        using var find = tx.Query(
            "SELECT role, status, parent_id FROM messages WHERE id = ?1 AND conversation_id = ?2"
        );
        return find.Bind(1, id).Bind(2, conversationId).Step()
            ? new FoundMessage(id, (Role)find.Int64(0), (MessageStatus)find.Int64(1), find.Int64OrNull(2))
            : null;
    }

    /// <param name="Parent">The message before it.</param>
    /// <param name="Made">Its conversation was made for it.</param>
    private readonly record struct AskedQuestion(long ConversationId, long Id, long? Parent, bool Made);

    private sealed record FoundMessage(long Id, Role Role, MessageStatus Status, long? ParentId);
}

/// <summary>The message that is to be answered again, or to go on.</summary>
internal readonly record struct AnswerPlace(long ConversationId, long MessageId);

/// <param name="Turn">Null where the request came again with its key: then only its ids are known.</param>
internal readonly record struct StartedTurn(Turn? Turn, TurnStarted Ids);
