using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>What is set for a user or for each member of a group. Absent or null: as the groups or the settings say; 0: no limit.</summary>
internal sealed record QuotaSet : IRequestBody<QuotaSet>
{
    /// <summary>Messages written in a day (UTC).</summary>
    public long? MessagesPerDay { get; init; }

    /// <summary>Tokens that models read and write in a calendar month (UTC).</summary>
    public long? TokensPerMonth { get; init; }

    /// <summary>Bytes of files; the same bytes twice count once.</summary>
    public long? StorageBytes { get; init; }

    /// <summary>Files.</summary>
    public long? Files { get; init; }

    public static JsonTypeInfo<QuotaSet> Json => IdentityJson.Default.QuotaSet;

    public static QuotaSet Of(ReadOnlySpan<long?> byKind) =>
        new()
        {
            MessagesPerDay = byKind[0],
            TokensPerMonth = byKind[1],
            StorageBytes = byKind[2],
            Files = byKind[3],
        };

    public long? Of(QuotaKind kind) =>
        kind switch
        {
            QuotaKind.Messages => MessagesPerDay,
            QuotaKind.Tokens => TokensPerMonth,
            QuotaKind.Bytes => StorageBytes,
            _ => Files,
        };

    /// <summary>For the audit.</summary>
    public string Words() =>
        string.Join(
            ' ',
            QuotaKinds.All.Where(kind => Of(kind) is not null).Select(kind => $"{kind.Name()}={Of(kind)}")
        );

    public void Check(FieldChecks check)
    {
        foreach (var kind in QuotaKinds.All)
        {
            if (Of(kind) < 0)
            {
                check.Add(kind.Name(), "must be 0 or more");
            }
        }
    }
}

/// <summary>How a user stands with one quota.</summary>
/// <param name="Limit">Null: there is none.</param>
/// <param name="Used">So far in its day or month; for storage, now.</param>
/// <param name="ResetAt">When it begins anew; null: only by removing something.</param>
internal sealed record QuotaView(string Kind, long? Limit, long Used, long? Remaining, string? ResetAt)
{
    public static QuotaView Of(QuotaState state) =>
        new(
            state.Kind.Name(),
            state.Limit == 0 ? null : state.Limit,
            state.Used,
            state.Limit == 0 ? null : state.Remaining,
            state.Reset is { } at ? ApiTime.Format(ApiTime.Micros(at)) : null
        );
}

/// <param name="Set">What is set for the user alone.</param>
/// <param name="Quotas">How they stand, with what their groups and the settings say.</param>
internal sealed record QuotaReport(QuotaSet Set, IReadOnlyList<QuotaView> Quotas);
