namespace Parley.Kernel;

/// <summary>How a write is served.</summary>
internal enum WriteKind
{
    /// <summary>Shares its commit with others that wait.</summary>
    Small,

    /// <summary>Shares commits, and goes on while the disk is full.</summary>
    Essential,

    /// <summary>Has a transaction of its own, in turn with the small ones.</summary>
    Large,
}

/// <summary>A write on its way through the lane: waits, runs once on the writer's thread, is answered after the commit.</summary>
internal abstract class QueuedWrite
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Withdrawn = 2;
    private int _state;
    private CancellationTokenRegistration _registration;

    /// <summary>What the work wants told once it is committed.</summary>
    public List<Action>? News { get; private set; }

    public required WriteKind Kind { get; init; }

    /// <summary>It has been run twice: once before and once after the reserve was given up.</summary>
    public bool Retried { get; set; }

    /// <summary>Lets the caller withdraw while it waits. Once it runs, it runs to its end: a half-known outcome helps nobody.</summary>
    public void WithdrawOn(CancellationToken ct)
    {
        if (ct.CanBeCanceled)
        {
            _registration = ct.UnsafeRegister(
                static (state, token) =>
                {
                    var write = (QueuedWrite)state!;
                    if (Interlocked.CompareExchange(ref write._state, Withdrawn, Waiting) == Waiting)
                    {
                        write.Cancel(token);
                    }
                },
                this
            );
        }
    }

    /// <summary>Claims the write for running; false when its caller has withdrawn.</summary>
    public bool TryTake()
    {
        Unregister();
        return Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;
    }

    /// <summary>Lets go of the caller's token; for a write that was never queued.</summary>
    public void Unregister() => _registration.Unregister();

    /// <summary>Runs the work and keeps its result for <see cref="Answer"/>.</summary>
    public void Run(DbTransaction transaction)
    {
        try
        {
            Work(transaction);
            News = transaction.Committed;
        }
        finally
        {
            transaction.End();
        }
    }

    /// <summary>Tells the caller that the write is committed.</summary>
    public abstract void Answer();

    /// <summary>Tells the caller that nothing was kept.</summary>
    public abstract void Fail(Exception failure);

    protected abstract void Work(DbTransaction transaction);

    protected abstract void Cancel(CancellationToken token);
}

/// <inheritdoc/>
internal sealed class QueuedWrite<T>(Func<DbTransaction, T> work) : QueuedWrite
{
    // Continuations must not run on the writer's thread: they would hold up everyone behind them.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _answer.Task;

    public override void Answer() => _answer.TrySetResult(_result);

    public override void Fail(Exception failure) => _answer.TrySetException(failure);

    protected override void Work(DbTransaction transaction) => _result = work(transaction);

    protected override void Cancel(CancellationToken token) => _answer.TrySetCanceled(token);
}
