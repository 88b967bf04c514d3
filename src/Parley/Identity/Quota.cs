using System.Globalization;
using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>What is limited; the numbers are stored.</summary>
internal enum QuotaKind
{
    /// <summary>Messages that a user writes, in a day (UTC).</summary>
    Messages = 1,

    /// <summary>Tokens that models read and write for a user, in a calendar month (UTC).</summary>
    Tokens = 2,

    /// <summary>Bytes of a user's files; the same bytes twice count once.</summary>
    Bytes = 3,

    /// <summary>A user's files.</summary>
    Files = 4,
}

internal static class QuotaKinds
{
    public static readonly QuotaKind[] All = [QuotaKind.Messages, QuotaKind.Tokens, QuotaKind.Bytes, QuotaKind.Files];
    public static readonly string[] Names = ["messages_per_day", "tokens_per_month", "storage_bytes", "files"];

    public static string Name(this QuotaKind kind) => Names[(int)kind - 1];

    public static bool IsStorage(this QuotaKind kind) => kind is QuotaKind.Bytes or QuotaKind.Files;
}

/// <summary>How a user stands with one quota.</summary>
/// <param name="Limit">0: none.</param>
/// <param name="Reset">When it begins anew; null: only by removing something.</param>
internal readonly record struct QuotaState(QuotaKind Kind, long Limit, long Used, DateTimeOffset? Reset)
{
    public long Remaining => Limit == 0 ? long.MaxValue : Math.Max(0, Limit - Used);

    /// <summary>The answer to one too many.</summary>
    public ProblemException Refusal(TimeProvider time)
    {
        var words = Kind.Name().Replace('_', ' ');
        var detail = $"the quota of {words} is used up: {Used} of {Limit}";
        return new ProblemException(Kind.IsStorage() ? ProblemCodes.StorageQuota : ProblemCodes.QuotaUsedUp, detail)
        {
            RetryAfter = Reset is { } at ? at - time.GetUtcNow() : null,
            Headers = Headers(time),
        };
    }

    /// <summary>What answers say of it; nothing where there is no limit.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers(TimeProvider time)
    {
        if (Limit == 0)
        {
            return [];
        }

        var headers = new List<(string, string)>
        {
            ("Quota", Kind.Name()),
            ("Quota-Limit", Limit.ToString(CultureInfo.InvariantCulture)),
            ("Quota-Remaining", Remaining.ToString(CultureInfo.InvariantCulture)),
        };
        if (Reset is { } at)
        {
            var seconds = Math.Ceiling((at - time.GetUtcNow()).TotalSeconds);
            headers.Add(("Quota-Reset", seconds.ToString(CultureInfo.InvariantCulture)));
        }

        return headers;
    }
}

/// <summary>Counts what an owner keeps: asked of the room that keeps files.</summary>
internal interface IStorageMeter
{
    (long Files, long Bytes) Of(DbSession session, long ownerId);
}
