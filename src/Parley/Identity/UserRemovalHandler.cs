using Parley.Kernel;

namespace Parley.Identity;

/// <summary>The durable job that removes, or hands over, what a removed account owned: room by room, the highest first.</summary>
internal sealed class UserRemovalHandler(Db db, UserRemoval removal, IEnumerable<IAccountWitness> witnesses)
    : IJobHandler
{
    public string Kind => UserRemoval.JobKind;

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken ct)
    {
        try
        {
            return await db.ReadAsync(session => UserRemoval.Find(session, job.SubjectId), ct) is { } account
                ? await RunAsync(account, ct)
                : JobOutcome.Done;
        }
        catch (StoreFullException)
        {
            return JobOutcome.Later;
        }
    }

    private async Task<JobOutcome> RunAsync(RemovedAccount account, CancellationToken ct)
    {
        foreach (var witness in witnesses.Reverse())
        {
            LeaveStep step;
            do
            {
                step = await db.WriteLargeAsync(tx => witness.Leave(tx, account), ct);
            } while (step == LeaveStep.More);

            if (step == LeaveStep.Later)
            {
                return JobOutcome.Later;
            }
        }

        await db.WriteAsync(tx => removal.Finish(tx, account.Id), ct);
        return JobOutcome.Done;
    }
}
