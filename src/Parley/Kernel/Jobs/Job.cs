namespace Parley.Kernel;

/// <summary>A claimed piece of durable work.</summary>
internal sealed record Job(long Id, string Kind, long OwnerId, long SubjectId, int Attempts);

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

    Task<JobOutcome> RunAsync(Job job, CancellationToken ct);
}
