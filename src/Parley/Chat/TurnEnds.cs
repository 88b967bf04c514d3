using System.Text.Json;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Chat;

/// <summary>
/// The write that ends a turn: what its log says becomes the message, found by search from then on, and its row says how
/// it ended; only then do readers hear the end (R1). Thread-safe.
/// </summary>
internal sealed class TurnEnds(
    Db db,
    OwnMessages messages,
    Quotas quotas,
    JobQueue jobs,
    EventBus events,
    TimeProvider time,
    ILogger<TurnEnds> log
)
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);
    private const int MostAttempts = 30;

    public async Task EndAsync(Turn turn, UsageView? usage, TurnOutcome outcome)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await db.WriteEssentialAsync(tx => End(tx, turn, usage, outcome), CancellationToken.None);
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

        Say(turn, usage, outcome);
        turn.End(time.GetUtcNow());
        events.Publish(TurnChanged.Of(turn, outcome.Status));
    }

    private void End(DbTransaction tx, Turn turn, UsageView? usage, TurnOutcome outcome)
    {
        turn.IsEnding = true;
        TurnStore.End(tx, turn, outcome, usage, ApiTime.Micros(time.GetUtcNow()));
        var place = turn.Place;
        quotas.Count(tx, place.OwnerId, QuotaKind.Tokens, (usage?.PromptTokens ?? 0) + (usage?.CompletionTokens ?? 0));
        if (
            ConversationHead.Find(tx, place.OwnerId, place.ConversationId) is not { } head
            || Read(tx, place.MessageId) is not { } before
        )
        {
            return; // deleted while it was written
        }

        using var arena = new Utf8Arena();
        var draft = new MessageDraft
        {
            Role = Role.Assistant,
            Model = turn.Model,
            Status = outcome.Status,
            CreatedAt = before.CreatedAt,
            Finish = outcome.Finish,
            Extras = Extras(turn, usage, outcome),
        };
        if (place.Continues)
        {
            draft.Parts.AddRange(Parts(tx, place.MessageId, arena));
        }

        TurnParts.Add(turn.Log.Since(0).Span, draft, arena);
        messages.Settle(tx, head, place.MessageId, draft, arena);
        if (outcome.Status == MessageStatus.Complete && string.IsNullOrEmpty(head.Title))
        {
            jobs.Enqueue(tx, TitleWriter.JobKind, place.OwnerId, place.ConversationId);
        }
    }

    private static MessageTime? Read(DbTransaction tx, long id)
    {
        using var row = tx.Query("SELECT created_at FROM messages WHERE id = ?1");
        return row.Bind(1, id).Step() ? new MessageTime(row.Int64OrNull(0)) : null;
    }

    private static List<PartDraft> Parts(DbTransaction tx, long id, Utf8Arena arena)
    {
        using var row = tx.Query($"SELECT {MessageRows.DraftColumns} FROM messages m WHERE m.id = ?1");
        row.Bind(1, id).Step();
        var parts = MessageRows.ReadDraft(row, arena).Draft.Parts;
        return parts is [{ Kind: PartKind.Text, Text.IsEmpty: true }] ? [] : parts;
    }

    private static byte[] Extras(Turn turn, UsageView? usage, TurnOutcome outcome) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new AnswerExtras(
                TurnId.Format(turn.Id),
                usage,
                outcome.Error is { } code ? new AnswerError(code, outcome.Detail, outcome.Phase) : null
            ),
            ChatExtrasJson.Default.AnswerExtras
        );

    private static void Say(Turn turn, UsageView? usage, TurnOutcome outcome)
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
                    new DoneEvent(id, status, outcome.Finish, usage),
                    ChatJson.Default.DoneEvent
                )
            );
        }
    }

    private readonly record struct MessageTime(long? CreatedAt);
}

/// <summary>What the message keeps of its turn.</summary>
internal sealed record AnswerExtras(string Turn, UsageView? Usage, AnswerError? Error);

internal sealed record AnswerError(string Code, string? Message, string? Phase);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull
)]
[System.Text.Json.Serialization.JsonSerializable(typeof(AnswerExtras))]
internal sealed partial class ChatExtrasJson : System.Text.Json.Serialization.JsonSerializerContext;

/// <summary>News: a turn began, or ended.</summary>
internal sealed record TurnChanged(long OwnerId, long TurnId, long ConversationId, long MessageId, MessageStatus Status)
{
    public static TurnChanged Of(Turn turn, MessageStatus status) =>
        new(turn.Place.OwnerId, turn.Id, turn.Place.ConversationId, turn.Place.MessageId, status);
}
