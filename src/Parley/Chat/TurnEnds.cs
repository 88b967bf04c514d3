using System.Text;
using System.Text.Json;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Retrieval;

namespace Parley.Chat;

/// <summary>
/// The write that ends a turn: what its log says becomes the message, found by search from then on, and its row says how
/// it ended; only then do readers hear the end (R1). Thread-safe.
/// </summary>
internal sealed class TurnEnds(
    Db db,
    OwnMessages messages,
    CostBook book,
    JobQueue jobs,
    EventBus events,
    TimeProvider time,
    ILogger<TurnEnds> log
)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);
    private const int MostAttempts = 30;

    /// <param name="spent">What each request to a model used.</param>
    public async Task EndAsync(Turn turn, IReadOnlyList<SpentTokens> spent, TurnOutcome outcome)
    {
        var usage = UsageView.Of(spent);
        Cost? cost = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                cost = await db.WriteEssentialAsync(tx => End(tx, turn, spent, outcome), CancellationToken.None);
                break;
            }
            catch (StoreException failure) when (attempt < MostAttempts && turn.Cause != StopCause.Shutdown)
            {
                turn.IsEnding = false;
                // A full disk or a busy lane: the pieces that are saved stay, and the words are in memory.
                ChatLog.EndPutOff(log, turn.Id, failure.Message);
                await Task.Delay(Again, time, CancellationToken.None);
            }
            catch (Exception failure)
            {
                // What is saved of it is found again at the next start.
                ChatLog.EndLost(log, turn.Id, failure);
                outcome = outcome with
                {
                    Status = MessageStatus.Interrupted,
                    Error = "storage",
                    Detail = "the end of the answer could not be stored",
                    Phase = "parley",
                };
                break;
            }
        }

        Say(turn, usage, cost, outcome);
        turn.End(time.GetUtcNow());
        events.Publish(TurnChanged.Of(turn, outcome.Status));
    }

    /// <summary>Gives what the turn cost.</summary>
    private Cost? End(DbTransaction tx, Turn turn, IReadOnlyList<SpentTokens> spent, TurnOutcome outcome)
    {
        turn.IsEnding = true;
        var place = turn.Place;
        var usage = UsageView.Of(spent);
        var cost = book.Charge(tx, place.OwnerId, spent);
        TurnStore.End(tx, turn, outcome, usage, cost, ApiTime.Micros(time.GetUtcNow()));
        if (
            ConversationHead.Find(tx, place.OwnerId, place.ConversationId) is not { } head
            || Read(tx, place.MessageId) is not { } before
        )
        {
            return cost; // deleted while it was written
        }

        using var arena = new Utf8Arena();
        var draft = new MessageDraft
        {
            Role = Role.Assistant,
            Model = turn.Model,
            Status = outcome.Status,
            CreatedAt = before.CreatedAt,
            Finish = outcome.Finish,
        };
        if (place.Continues)
        {
            draft.Parts.AddRange(Parts(tx, place.MessageId, arena));
        }

        TurnParts.Add(turn.Log.Whole().Span, draft, arena);
        var citations = CitationsOf(turn, draft);
        draft.Extras = Extras(turn, usage, before.Cost(place, cost, usage), before.Told(turn), outcome, citations);
        messages.Settle(tx, head, place.MessageId, draft, arena);
        if (outcome.Status == MessageStatus.Complete && string.IsNullOrEmpty(head.Title))
        {
            jobs.Enqueue(tx, TitleWriter.JobKind, place.OwnerId, place.ConversationId);
        }

        return cost;
    }

    private static MessageBefore? Read(DbTransaction tx, long id)
    {
        using var row = tx.Query("SELECT created_at, extras FROM messages WHERE id = ?1");
        return row.Bind(1, id).Step()
            ? new MessageBefore(
                row.Int64OrNull(0),
                row.IsNull(1) ? null : AnswerExtras.Read(MessageExtras.Source(row.Utf8(1)))
            )
            : null;
    }

    private static List<PartDraft> Parts(DbTransaction tx, long id, Utf8Arena arena)
    {
        using var row = tx.Query($"SELECT {MessageRows.DraftColumns} FROM messages m WHERE m.id = ?1");
        row.Bind(1, id).Step();
        var parts = MessageRows.ReadDraft(row, arena).Draft.Parts;
        return parts is [{ Kind: PartKind.Text, Text.IsEmpty: true }] ? [] : parts;
    }

    /// <summary>Null where the answer was not asked to rest on anything.</summary>
    private static CitationCheck? CitationsOf(Turn turn, MessageDraft draft)
    {
        if (AnswerSources.Of(turn.Log.Whole().Span) is not { } said)
        {
            return null;
        }

        var text = string.Concat(
            draft
                .Parts.Where(part => part.Kind == PartKind.Text)
                .Select(part => Encoding.UTF8.GetString(part.Text.Span))
        );
        return Citations.Check(text, said.Sources);
    }

    private static byte[] Extras(
        Turn turn,
        UsageView? usage,
        Cost? cost,
        ToldContext? context,
        TurnOutcome outcome,
        CitationCheck? citations
    ) =>
        new AnswerExtras(
            cost,
            context,
            TurnId.Format(turn.Id),
            usage,
            outcome.Error is { } code ? new AnswerError(code, outcome.Detail, outcome.Phase) : null
        )
        {
            Citations = citations,
            Memories = TurnMemories.Of(turn.Log.Whole().Span),
        }.ToUtf8();

    private static void Say(Turn turn, UsageView? usage, Cost? cost, TurnOutcome outcome)
    {
        var id = MessageId.Format(turn.Place.MessageId);
        var status = Statuses.Name(outcome.Status);
        if (outcome.Error is { } code)
        {
            turn.Log.Append(
                TurnEventKind.Error,
                JsonSerializer.SerializeToUtf8Bytes(
                    new ErrorEvent(code, outcome.Detail ?? "", outcome.Phase ?? "parley", id, status),
                    ChatJson.Default.ErrorEvent
                )
            );
        }
        else
        {
            turn.Log.Append(
                TurnEventKind.Done,
                JsonSerializer.SerializeToUtf8Bytes(
                    new DoneEvent(id, status, outcome.Finish, usage, cost),
                    ChatJson.Default.DoneEvent
                )
            );
        }
    }

    /// <summary>The message as it was before this turn.</summary>
    private readonly record struct MessageBefore(long? CreatedAt, AnswerExtras? Extras)
    {
        public Cost? Cost(TurnPlace place, Cost? now, UsageView? usage) =>
            place.Continues ? AnswerExtras.Continued(Extras, now, usage is not null) : now;

        /// <summary>What was told last, where an answer goes on.</summary>
        public ToldContext? Told(Turn turn) =>
            TurnParts.Told(turn.Log.Whole().Span) ?? (turn.Place.Continues ? Extras?.Context : null);
    }
}

/// <summary>News: a turn began, or ended.</summary>
internal sealed record TurnChanged(long OwnerId, long TurnId, long ConversationId, long MessageId, MessageStatus Status)
{
    public static TurnChanged Of(Turn turn, MessageStatus status) =>
        new(turn.Place.OwnerId, turn.Id, turn.Place.ConversationId, turn.Place.MessageId, status);
}
