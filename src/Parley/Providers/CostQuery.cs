using System.Globalization;
using Parley.Kernel.Http;

namespace Parley.Providers;

/// <summary>Which sums are asked for.</summary>
/// <param name="From">Days since 1970-01-01, both included.</param>
/// <param name="Offset">Sums before the page.</param>
internal sealed record CostQuery(int From, int To, bool ByDay, bool ByModel, bool ByUser, int Limit, long Offset)
{
    /// <summary>Days that one question may be about.</summary>
    public const int MostDays = 366;

    public const char List = '$';

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    public static QueryParameter[] Parameters(string by, string words) =>
        [
            new("from", "string", "First day, as 2026-01-31 (UTC); without it the first of the month"),
            new("to", "string", $"Last day; without it today. At most {MostDays} days together"),
            new("by", "string", $"What sums are made by: {words}, or some of them with commas") { Default = by },
            new("limit", "integer", "Items at most")
            {
                Min = 1,
                Max = PageRequest.MaxLimit,
                Default = "50",
            },
            new("cursor", "string", "next_cursor of the page before"),
        ];

    /// <param name="users">Of everybody: sums may be by user.</param>
    /// <exception cref="Kernel.Problems.ProblemException">A parameter cannot be used.</exception>
    public static CostQuery Read(IQueryCollection parameters, bool users, DateTimeOffset now)
    {
        var query = new QueryReader(parameters);
        var today = DayOf(now);
        var to = Day(query, "to") ?? today;
        var from = Day(query, "from") ?? Math.Min(to, today - now.UtcDateTime.Day + 1);
        if (from > to || to - from >= MostDays)
        {
            throw QueryReader.Invalid("from", $"must be before to, and at most {MostDays} days");
        }

        bool day = false,
            model = false,
            user = false;
        foreach (var word in (query.Text("by") ?? (users ? "day,model,user" : "day,model")).Split(','))
        {
            switch (word.Trim())
            {
                case "day":
                    day = true;
                    break;
                case "model":
                    model = true;
                    break;
                case "user" when users:
                    user = true;
                    break;
                default:
                    throw QueryReader.Invalid("by", $"must be of day, model{(users ? ", user" : "")}, with commas");
            }
        }

        Span<long> offset = [0];
        if (query.Text("cursor") is { } cursor)
        {
            Cursor.Read(cursor, List, offset);
        }

        var limit = query.Int("limit", 1, PageRequest.MaxLimit) ?? PageRequest.DefaultLimit;
        return new CostQuery(from, to, day, model, user, limit, Math.Max(0, offset[0]));
    }

    public static int DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime).DayNumber - Epoch;

    public static string NameOf(long day) =>
        DateOnly.FromDayNumber((int)day + Epoch).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static int? Day(QueryReader query, string name)
    {
        if (query.Text(name) is not { } text)
        {
            return null;
        }

        return DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? day.DayNumber - Epoch
            : throw QueryReader.Invalid(name, "must be a day, as 2026-01-31");
    }
}

/// <summary>What calls of models used and cost; a field that sums were not asked by is null.</summary>
/// <param name="Day">As 2026-01-31, UTC.</param>
/// <param name="Calls">Requests to models: a turn with tools makes several.</param>
/// <param name="CachedTokens">Of the prompt, those read from the upstream's cache.</param>
/// <param name="EstimatedCalls">Those whose tokens the upstream did not count in full.</param>
/// <param name="Currency">Null: no price was known.</param>
/// <param name="CostMicros">Millionths of the currency; null where no price was known.</param>
internal sealed record CostTotal(
    string? Day,
    string? UserId,
    string? Model,
    long Calls,
    long PromptTokens,
    long CachedTokens,
    long CompletionTokens,
    long EstimatedCalls,
    string? Currency,
    long? CostMicros
);
