using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Chat;

/// <summary>Rows of turns and of what has come of those under way. Static SQL; transactions are the caller's.</summary>
internal static class TurnStore
{
    private const string Columns =
        "id, owner_id, conversation_id, message_id, continues, model, state, started_at, first_at, ended_at, finish, error, prompt_tokens, completion_tokens, events, estimated, cost_micros, currency, spending";

    private const string ListSql =
        $"SELECT {Columns} FROM turns WHERE owner_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
    private const string ListOfSql =
        $"SELECT {Columns} FROM turns WHERE owner_id = ?1 AND conversation_id = ?4 AND id < ?2 ORDER BY id DESC LIMIT ?3";

    /// <summary>The statements of lists, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, ListOfSql];

    public static void Insert(DbTransaction tx, long id, TurnPlace place, string model, string upstream, long now)
    {
        using var insert = tx.Query(
            "INSERT INTO turns (id, owner_id, conversation_id, message_id, continues, model, upstream, state, started_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        );
        insert
            .Bind(1, id)
            .Bind(2, place.OwnerId)
            .Bind(3, place.ConversationId)
            .Bind(4, place.MessageId)
            .Bind(5, place.Continues)
            .Bind(6, model)
            .Bind(7, upstream)
            .Bind(8, (long)MessageStatus.Pending)
            .Bind(9, now)
            .Run();
    }

    /// <summary>Keeps the next stretch of a log.</summary>
    public static void SavePiece(DbTransaction tx, long turnId, int position, ReadOnlySpan<byte> events)
    {
        using var insert = tx.Query(
            "INSERT OR REPLACE INTO turn_pieces (turn_id, position, events) VALUES (?1, ?2, ?3)"
        );
        insert.Bind(1, turnId).Bind(2, position).BindBlob(3, events).Run();
    }

    /// <summary>Keeps what it has used so far.</summary>
    public static void SaveSpending(DbTransaction tx, long turnId, TurnSpending spending)
    {
        using var update = tx.Query("UPDATE turns SET spending = ?2 WHERE id = ?1");
        update.Bind(1, turnId).BindText(2, spending.ToUtf8()).Run();
    }

    /// <summary>The first piece has come.</summary>
    public static void SayStreaming(DbTransaction tx, Turn turn)
    {
        using (var update = tx.Query("UPDATE turns SET state = ?2, first_at = ?3 WHERE id = ?1 AND state = ?4"))
        {
            update
                .Bind(1, turn.Id)
                .Bind(2, (long)MessageStatus.Streaming)
                .Bind(3, turn.FirstAt)
                .Bind(4, (long)MessageStatus.Pending)
                .Run();
        }

        using var message = tx.Query("UPDATE messages SET status = ?2 WHERE id = ?1 AND status = ?3");
        message
            .Bind(1, turn.Place.MessageId)
            .Bind(2, (long)MessageStatus.Streaming)
            .Bind(3, (long)MessageStatus.Pending)
            .Run();
    }

    public static void End(DbTransaction tx, Turn turn, TurnOutcome outcome, UsageView? usage, Cost? cost, long now)
    {
        using (
            var update = tx.Query(
                "UPDATE turns SET state = ?2, first_at = ?3, ended_at = ?4, finish = ?5, error = ?6, prompt_tokens = ?7, completion_tokens = ?8, events = ?9, estimated = ?10, cost_micros = ?11, currency = ?12, spending = NULL WHERE id = ?1"
            )
        )
        {
            update
                .Bind(1, turn.Id)
                .Bind(2, (long)outcome.Status)
                .Bind(3, turn.FirstAt)
                .Bind(4, now)
                .Bind(5, outcome.Finish)
                .Bind(6, outcome.Error)
                .Bind(7, usage?.PromptTokens)
                .Bind(8, usage?.CompletionTokens)
                .Bind(9, turn.Log.Count + 1L)
                .Bind(10, usage is { Estimated: true })
                .Bind(11, cost?.Micros)
                .Bind(12, cost?.Currency)
                .Run();
        }

        using var pieces = tx.Query("DELETE FROM turn_pieces WHERE turn_id = ?1");
        pieces.Bind(1, turn.Id).Run();
    }

    /// <summary>Turns that a run of the server before this one left under way.</summary>
    public static List<TurnRow> ListUnderWay(DbSession session)
    {
        using var rows = session.Query($"SELECT {Columns} FROM turns WHERE state IN (1, 2) ORDER BY id");
        var found = new List<TurnRow>();
        while (rows.Step())
        {
            found.Add(Read(rows));
        }

        return found;
    }

    /// <summary>What was saved of a log, from its beginning.</summary>
    public static byte[] Pieces(DbSession session, long turnId)
    {
        using var rows = session.Query("SELECT events FROM turn_pieces WHERE turn_id = ?1 ORDER BY position");
        rows.Bind(1, turnId);
        using var all = new MemoryStream();
        while (rows.Step())
        {
            all.Write(rows.Blob(0));
        }

        return all.ToArray();
    }

    public static TurnRow? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query($"SELECT {Columns} FROM turns WHERE id = ?1 AND owner_id = ?2");
        return row.Bind(1, id).Bind(2, ownerId).Step() ? Read(row) : null;
    }

    /// <summary>Newest first; of one conversation or of all.</summary>
    public static List<TurnRow> List(DbSession session, long ownerId, long? conversationId, long before, int limit)
    {
        using var rows = session.Query(conversationId is null ? ListSql : ListOfSql);
        rows.Bind(1, ownerId).Bind(2, before).Bind(3, limit);
        if (conversationId is { } id)
        {
            rows.Bind(4, id);
        }

        var found = new List<TurnRow>();
        while (rows.Step())
        {
            found.Add(Read(rows));
        }

        return found;
    }

    /// <summary>So many of an owner's rows to the heir, or away; the transaction's count of changes tells how many there were.</summary>
    public static void Leave(DbTransaction tx, long ownerId, long? heir, int rows)
    {
        using var move = tx.Query(
            heir is null
                ? "DELETE FROM turns WHERE id IN (SELECT id FROM turns WHERE owner_id = ?1 LIMIT ?3) AND ?2 IS NULL"
                : "UPDATE turns SET owner_id = ?2 WHERE id IN (SELECT id FROM turns WHERE owner_id = ?1 LIMIT ?3)"
        );
        move.Bind(1, ownerId).Bind(2, heir).Bind(3, rows).Run();
    }

    private static TurnRow Read(DbStatement row) =>
        new(
            row.Int64(0),
            new TurnPlace(row.Int64(1), row.Int64(2), QuestionId: null, row.Int64(3), row.Bool(4)),
            row.Text(5)!,
            (MessageStatus)row.Int64(6),
            row.Int64(7),
            row.Int64OrNull(8),
            row.Int64OrNull(9),
            row.Text(10),
            row.Text(11),
            row.Int64OrNull(12),
            row.Int64OrNull(13),
            row.Int64(14),
            row.Bool(15),
            row.IsNull(16) ? null : new Cost(row.Int64(16), row.Text(17)!, row.Bool(15)),
            row.IsNull(18) ? null : TurnSpending.Read(row.Utf8(18))
        );
}

/// <summary>A turn as its row has it; times are Unix microseconds.</summary>
internal sealed record TurnRow(
    long Id,
    TurnPlace Place,
    string Model,
    MessageStatus State,
    long StartedAt,
    long? FirstAt,
    long? EndedAt,
    string? Finish,
    string? Error,
    long? PromptTokens,
    long? CompletionTokens,
    long Events,
    bool Estimated,
    Cost? Cost,
    TurnSpending? Spending
)
{
    public TurnView View() =>
        new(
            TurnId.Format(Id),
            ConversationId.Format(Place.ConversationId),
            MessageId.Format(Place.MessageId),
            Model,
            Statuses.Name(State),
            ApiTime.Format(StartedAt)!,
            ApiTime.Format(FirstAt),
            ApiTime.Format(EndedAt),
            Finish,
            Error,
            PromptTokens is null && CompletionTokens is null
                ? null
                : new UsageView(PromptTokens, CompletionTokens, null, null, Estimated),
            Cost
        );
}

/// <summary>How an answer came to be.</summary>
/// <param name="Status">As of its message: pending, streaming, complete, interrupted, stopped, failed.</param>
/// <param name="Error">Code of what went wrong.</param>
/// <param name="Cost">At the prices of its end; null where none was known.</param>
internal sealed record TurnView(
    string Id,
    string ConversationId,
    string MessageId,
    string Model,
    string Status,
    string StartedAt,
    string? FirstTokenAt,
    string? EndedAt,
    string? FinishReason,
    string? Error,
    UsageView? Usage,
    Cost? Cost
);
