using System.Security.Cryptography;
using System.Text;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>
/// Failed sign-ins and how long the next one has to wait (S7). Every try is counted as failed before its password is
/// looked at, and taken back where it succeeds: a thousand tries at once are a thousand. Counts outlive a restart.
/// </summary>
internal sealed class SignInDelays(Db db, TimeProvider time)
{
    private const int OfAccountAndAddress = 1;
    private const int OfAddress = 2;
    private const int OfAll = 3;

    private const int FreeTries = 5;
    private const int MostOfAddress = 50;
    private const int MostOfAll = 1000;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan WindowOfAll = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Counts a try, and takes it back where the server is too busy to look at it: who is sent away in a crowd has not
    /// failed.
    /// </summary>
    /// <exception cref="ProblemException">It has to wait, and was not counted; or what <paramref name="look"/> throws.</exception>
    public async Task<T> TryAsync<T>(string account, string? address, Func<Task<T>> look, CancellationToken ct)
    {
        await BeginAsync(account, address, ct);
        try
        {
            return await look();
        }
        catch (ProblemException busy) when (busy.Code == ProblemCodes.Busy)
        {
            await db.WriteEssentialAsync(
                tx =>
                    TakeBack(
                        tx,
                        (OfAccountAndAddress, Subject(account, address)),
                        (OfAddress, Subject(address)),
                        (OfAll, Subject(""))
                    ),
                CancellationToken.None
            );
            throw;
        }
    }

    /// <summary>Counts a try.</summary>
    /// <exception cref="ProblemException">It has to wait; it was not counted.</exception>
    public Task BeginAsync(string account, string? address, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                var now = ApiTime.Micros(time.GetUtcNow());
                Forget(tx, now);
                RequireTurn(Find(tx, OfAll, Subject("")), MostOfAll, WindowOfAll, now);
                RequireTurn(Find(tx, OfAddress, Subject(address)), MostOfAddress, Window, now);
                var own = Find(tx, OfAccountAndAddress, Subject(account, address));
                RequireWait(own, now);
                Count(
                    tx,
                    OfAccountAndAddress,
                    Subject(account, address),
                    now,
                    now - own.Last > (long)Window.TotalMicroseconds
                );
                CountInWindow(tx, OfAddress, Subject(address), Window, now);
                CountInWindow(tx, OfAll, Subject(""), WindowOfAll, now);
            },
            ct
        );

    /// <summary>Takes a try back that went well, inside the transaction that let the person in.</summary>
    public static void Succeed(DbTransaction tx, string account, string? address)
    {
        using (var delete = tx.Query("DELETE FROM sign_in_failures WHERE kind = ?1 AND subject = ?2"))
        {
            delete.Bind(1, OfAccountAndAddress).BindBlob(2, Subject(account, address)).Run();
        }

        TakeBack(tx, (OfAddress, Subject(address)), (OfAll, Subject("")));
    }

    private static void TakeBack(DbTransaction tx, params ReadOnlySpan<(int Kind, byte[] Subject)> counts)
    {
        using var update = tx.Query(
            "UPDATE sign_in_failures SET failures = max(failures - 1, 0) WHERE kind = ?1 AND subject = ?2"
        );
        foreach (var (kind, subject) in counts)
        {
            update.Bind(1, kind).BindBlob(2, subject).Run();
        }
    }

    private static void RequireTurn((int Failures, long Since, long Last) known, int most, TimeSpan window, long now)
    {
        var ends = known.Since + (long)window.TotalMicroseconds;
        if (known.Failures >= most && now < ends)
        {
            throw Wait(ends - now);
        }
    }

    private static void RequireWait((int Failures, long Since, long Last) known, long now)
    {
        if (known.Failures < FreeTries)
        {
            return;
        }

        var doubled = FirstWait * Math.Pow(2, Math.Min(known.Failures - FreeTries, 10));
        var ends = known.Last + (long)(doubled < LongestWait ? doubled : LongestWait).TotalMicroseconds;
        if (now < ends)
        {
            throw Wait(ends - now);
        }
    }

    private static ProblemException Wait(long micros) =>
        new(ProblemCodes.TooManyRequests, "too many tries: wait before the next one")
        {
            RetryAfter = TimeSpan.FromMicroseconds(micros),
        };

    private static (int Failures, long Since, long Last) Find(DbSession session, int kind, byte[] subject)
    {
        using var find = session.Query(
            "SELECT failures, since, last FROM sign_in_failures WHERE kind = ?1 AND subject = ?2"
        );
        find.Bind(1, kind).BindBlob(2, subject);
        return find.Step() ? (find.Int32(0), find.Int64(1), find.Int64(2)) : default;
    }

    private static void CountInWindow(DbTransaction tx, int kind, byte[] subject, TimeSpan window, long now) =>
        Count(tx, kind, subject, now, now - Find(tx, kind, subject).Since > (long)window.TotalMicroseconds);

    private static void Count(DbTransaction tx, int kind, byte[] subject, long now, bool anew)
    {
        using var count = tx.Query(
            """
            INSERT INTO sign_in_failures (kind, subject, failures, since, last) VALUES (?1, ?2, 1, ?3, ?3)
            ON CONFLICT DO UPDATE SET failures = iif(?4, 1, failures + 1), since = iif(?4, ?3, since), last = ?3
            """
        );
        count.Bind(1, kind).BindBlob(2, subject).Bind(3, now).Bind(4, anew).Run();
    }

    private static void Forget(DbTransaction tx, long now)
    {
        using var delete = tx.Query("DELETE FROM sign_in_failures WHERE last < ?1");
        delete.Bind(1, now - (2 * (long)Window.TotalMicroseconds)).Run();
    }

    private static byte[] Subject(params ReadOnlySpan<string?> parts) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
}
