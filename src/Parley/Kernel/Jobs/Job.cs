namespace Parley.Kernel;

/// <summary>A claimed piece of durable work.</summary>
internal sealed record Job(long Id, string Kind, long OwnerId, long SubjectId, int Attempts);

/// <summary>A job that waits, as the runner weighs it.</summary>
/// <param name="IsLong">Expected to take more than some seconds.</param>
internal readonly record struct DueJob(long Id, string Kind, long SubjectId, bool IsLong);

/// <summary>What a handler says of a run that did not throw.</summary>
internal enum JobOutcome
{
    /// <summary>Finished, well or badly: the subject's own row says which. The job goes.</summary>
    Done,

    /// <summary>Cannot go on now (disk full, store busy): tried again later from where it stands.</summary>
    Later,
}

/// <summary>
/// Does one kind of work. May be called again for work it began before: effects are idempotent and progress is kept
/// with them. On cancellation (the server stops) it throws <see cref="OperationCanceledException"/> and is claimed anew.
/// </summary>
internal interface IJobHandler
{
    string Kind { get; }

    /// <summary>How many of this kind may run side by side. Jobs of one subject never do, whatever their kinds.</summary>
    int AtOnce => 1;

    Task<JobOutcome> RunAsync(Job job, CancellationToken ct);
}
