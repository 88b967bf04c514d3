using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Chat;

/// <summary>Why a turn was told to end before its model had.</summary>
internal enum StopCause
{
    None = 0,

    /// <summary>Its owner said stop: what came is the answer.</summary>
    Owner,

    /// <summary>The server stops: what came is kept as interrupted.</summary>
    Shutdown,

    /// <summary>The answer has grown past what a message may hold.</summary>
    TooLong,
}

/// <summary>
/// One answer under way, or just ended. It belongs to the server, not to the request that began it: readers come and go.
/// Thread-safe.
/// </summary>
internal sealed class Turn(long id, TurnPlace place, string model) : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int cause;
    private TurnSpending? spending;

    public long Id { get; } = id;
    public TurnPlace Place { get; } = place;

    /// <summary>As it was asked for.</summary>
    public string Model { get; } = model;
    public TurnLog Log { get; } = new();

    /// <summary>Bytes of the log that are committed. The saver's own.</summary>
    public int Saved { get; set; }

    /// <summary>What it has used so far; null until something has come.</summary>
    public TurnSpending? Spending
    {
        get => Volatile.Read(ref spending);
        set => Volatile.Write(ref spending, value);
    }

    /// <summary>The one that is committed. The saver's own.</summary>
    public TurnSpending? SavedSpending { get; set; }

    /// <summary>Its row says that pieces have come.</summary>
    public bool SaidStreaming { get; set; }

    /// <summary>The write that ends it has run: no piece of it is saved after.</summary>
    public bool IsEnding { get; set; }

    /// <summary>What its person is asked, and has not answered.</summary>
    public TurnConsents Consents { get; } = new();

    /// <summary>When the first piece came; Unix microseconds.</summary>
    public long? FirstAt { get; set; }

    /// <summary>When it ended, for whoever forgets ended turns.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    public StopCause Cause => (StopCause)Volatile.Read(ref cause);

    public CancellationToken Stopping => stop.Token;

    /// <summary>Ends when the answer is stored and the last event is in the log.</summary>
    public Task Ended => ended.Task;

    /// <summary>The first cause holds.</summary>
    public void Stop(StopCause why)
    {
        if (Interlocked.CompareExchange(ref cause, (int)why, (int)StopCause.None) == (int)StopCause.None)
        {
            stop.Cancel();
        }
    }

    public void End(DateTimeOffset now)
    {
        EndedAt = now;
        ended.TrySetResult();
    }

    public void Dispose() => stop.Dispose();
}

/// <summary>Where the answer goes.</summary>
/// <param name="QuestionId">The message it answers; null for one at the root.</param>
/// <param name="MessageId">The answer itself, stored empty before the model is asked.</param>
/// <param name="Continues">It goes on where that message was cut.</param>
internal sealed record TurnPlace(
    long OwnerId,
    long ConversationId,
    long? QuestionId,
    long MessageId,
    bool Continues = false
)
{
    /// <summary>The message before the question: if it is still being written, the turn waits.</summary>
    public long? AfterId { get; init; }
}

/// <summary>A turn named in a path.</summary>
internal readonly record struct TurnId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out TurnId id)
    {
        id = new TurnId(Ids.TryParse(text, IdKind.Turn, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Turn);
}

/// <summary>How a turn ended.</summary>
/// <param name="Finish">stop, length, tool_calls, …: the upstream's word.</param>
/// <param name="Error">Code of what went wrong.</param>
internal sealed record TurnOutcome(
    MessageStatus Status,
    string? Finish,
    string? Error = null,
    string? Detail = null,
    string? Phase = null
);
