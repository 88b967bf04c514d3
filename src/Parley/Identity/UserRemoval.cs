using System.Collections.Concurrent;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>What is to become of what a removed account owned; neither: it must not own anything.</summary>
/// <param name="Heir">The account that gets it.</param>
/// <param name="RemoveContent">It is removed too.</param>
internal sealed record ContentChoice(long? Heir, bool RemoveContent);

/// <summary>
/// Takes accounts away. The account itself goes at once, with its sessions and keys; what it owned follows in a durable
/// job, part by part. Thread-safe.
/// </summary>
internal sealed class UserRemoval(Db db, Accounts accounts, JobQueue jobs, IEnumerable<IAccountWitness> witnesses)
{
    public const string JobKind = "user-removal";

    /// <summary>With more things than this it is a long job: some seconds of work.</summary>
    private const long LongFrom = 5_000;

    private readonly ConcurrentDictionary<long, TaskCompletionSource> waiting = new();

    /// <summary>False where there is no such account.</summary>
    /// <exception cref="ProblemException">It must not go, or nothing was said of what it owns.</exception>
    public Task<bool> BeginAsync(long id, ContentChoice choice, RequestOrigin origin, CancellationToken ct) =>
        db.WriteEssentialAsync(tx => Begin(tx, id, choice, origin), ct);

    /// <summary>True when what the account owned is gone or handed over; false when the time ran out first.</summary>
    public async Task<bool> WaitAsync(long id, CancellationToken ct)
    {
        var end = waiting.GetOrAdd(
            id,
            _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        try
        {
            if (await db.ReadAsync(session => Find(session, id), ct) is not null)
            {
                await end.Task.WaitAsync(ct);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    public static RemovedAccount? Find(DbSession session, long id)
    {
        using var row = session.Query("SELECT name, give_to FROM user_removals WHERE user_id = ?1");
        return row.Bind(1, id).Step() ? new RemovedAccount(id, row.Text(0)!, row.Int64OrNull(1)) : null;
    }

    /// <summary>Nothing of it is left here.</summary>
    public void Finish(DbTransaction tx, long id)
    {
        IdempotentWrites.Forget(tx, id);
        Run(tx, "DELETE FROM user_removals WHERE user_id = ?1", id);
        tx.OnCommitted(() =>
        {
            if (waiting.TryGetValue(id, out var end))
            {
                end.TrySetResult();
            }
        });
    }

    private bool Begin(DbTransaction tx, long id, ContentChoice choice, RequestOrigin origin)
    {
        if (Accounts.Find(tx, id) is not { } user)
        {
            return false;
        }

        if (origin.Caller is { Door: not CallerDoor.Local } caller && caller.OwnerId == id)
        {
            throw new ProblemException(ProblemCodes.Conflict, "nobody removes their own account: ask another admin");
        }

        var things = witnesses.Sum(witness => witness.Count(tx, id));
        Require(tx, user, choice, things);
        using (var insert = tx.Query("INSERT INTO user_removals (user_id, name, give_to) VALUES (?1, ?2, ?3)"))
        {
            insert.Bind(1, id).Bind(2, user.Name).Bind(3, choice.Heir).Run();
        }

        var fate = choice.Heir is { } heir ? "given to " + UserId.Format(heir) : "removed";
        accounts.Remove(tx, user, origin, things == 0 ? "owned nothing" : fate);
        jobs.Enqueue(tx, JobKind, id, id, isLong: things > LongFrom);
        return true;
    }

    private static void Require(DbTransaction tx, User user, ContentChoice choice, long things)
    {
        if (choice.Heir is { } heir)
        {
            if (heir == user.Id || Accounts.Find(tx, heir) is null)
            {
                throw QueryReader.Invalid("give_to", "must be the id of another account");
            }
        }
        else if (things > 0 && !choice.RemoveContent)
        {
            throw new ProblemException(
                ProblemCodes.Conflict,
                "the account owns conversations or other things: say give_to=<id of an account> to hand them over, or remove_content=true"
            );
        }

        using var heirOf = tx.Query("SELECT 1 FROM user_removals WHERE give_to = ?1 LIMIT 1");
        if (heirOf.Bind(1, user.Id).Step())
        {
            throw new ProblemException(
                ProblemCodes.Conflict,
                "the account is just being given what another one owned: try again when that is done"
            );
        }
    }

    private static void Run(DbTransaction tx, string sql, long id)
    {
        using var statement = tx.Query(sql);
        statement.Bind(1, id).Run();
    }
}
