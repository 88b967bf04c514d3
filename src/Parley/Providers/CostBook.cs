using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Providers;

/// <summary>
/// Where every call of a model is paid: its tokens are charged to whom it was for, it is priced, and it is added to the
/// sums. In the caller's transaction, so that an end is stored with what it cost or not at all. Thread-safe.
/// </summary>
internal sealed class CostBook(Db db, Quotas quotas, TimeProvider time)
{
    private const string SumSql = """
        SELECT CASE WHEN ?4 THEN day END, CASE WHEN ?5 THEN user_id END, CASE WHEN ?6 THEN model END, currency, sum(calls),
            sum(prompt_tokens), sum(cached_tokens), sum(completion_tokens), sum(estimated), sum(micros)
        FROM model_costs WHERE {0} AND day BETWEEN ?2 AND ?3 GROUP BY 1, 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4 LIMIT ?7 OFFSET ?8
        """;

    private static readonly string OwnSql = SumSql.Replace("{0}", "user_id = ?1", StringComparison.Ordinal);
    private static readonly string AllSql = SumSql.Replace("{0}", "?1 IS NULL", StringComparison.Ordinal);

    /// <summary>The statements of sums, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [OwnSql, AllSql];

    /// <summary>Gives what it cost; null where no price is known.</summary>
    public Cost? Charge(DbTransaction tx, long userId, SpentTokens spent)
    {
        quotas.Count(tx, userId, QuotaKind.Tokens, spent.Usage.Total);
        var cost = PriceTable.CostOf(tx, spent);
        Add(tx, userId, spent, cost);
        return cost;
    }

    /// <summary>All calls of one answer. Gives what they cost together; null where that of any is not known.</summary>
    public Cost? Charge(DbTransaction tx, long userId, IReadOnlyList<SpentTokens> spent)
    {
        Cost? sum = null;
        for (var i = 0; i < spent.Count; i++)
        {
            var one = Charge(tx, userId, spent[i]);
            sum = i == 0 ? one : Cost.Sum(sum, one);
        }

        return sum;
    }

    public CostQuery Read(HttpRequest request, bool users) => CostQuery.Read(request.Query, users, time.GetUtcNow());

    /// <param name="userId">Null: everybody's.</param>
    public async Task<Page<CostTotal>> TotalsAsync(long? userId, CostQuery query, CancellationToken ct)
    {
        var found = await db.ReadAsync(session => Totals(session, userId, query), ct);
        var more = found.Count > query.Limit;
        return new Page<CostTotal>(
            more ? found[..query.Limit] : found,
            null,
            more ? Cursor.Write(CostQuery.List, query.Offset + query.Limit) : null
        );
    }

    private void Add(DbTransaction tx, long userId, SpentTokens spent, Cost? cost)
    {
        using var add = tx.Query(
            """
            INSERT INTO model_costs (user_id, day, model, currency, calls, prompt_tokens, cached_tokens, completion_tokens, micros, estimated)
            VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT DO UPDATE SET calls = calls + 1, prompt_tokens = prompt_tokens + ?5, cached_tokens = cached_tokens + ?6,
                completion_tokens = completion_tokens + ?7, micros = micros + ?8, estimated = estimated + ?9
            """
        );
        add.Bind(1, userId)
            .Bind(2, CostQuery.DayOf(time.GetUtcNow()))
            .Bind(3, spent.Model)
            .Bind(4, cost?.Currency ?? "")
            .Bind(5, spent.Usage.PromptTokens ?? 0)
            .Bind(6, spent.Usage.CachedTokens ?? 0)
            .Bind(7, spent.Usage.CompletionTokens ?? 0)
            .Bind(8, cost?.Micros ?? 0)
            .Bind(9, spent.Usage.Estimated)
            .Run();
    }

    private static List<CostTotal> Totals(DbSession session, long? userId, CostQuery query)
    {
        using var rows = session.Query(userId is null ? AllSql : OwnSql);
        rows.Bind(1, userId)
            .Bind(2, query.From)
            .Bind(3, query.To)
            .Bind(4, query.ByDay)
            .Bind(5, query.ByUser)
            .Bind(6, query.ByModel)
            .Bind(7, query.Limit + 1L)
            .Bind(8, query.Offset);
        var found = new List<CostTotal>();
        while (rows.Step())
        {
            var currency = rows.Text(3) is { Length: > 0 } known ? known : null;
            found.Add(
                new CostTotal(
                    rows.Int64OrNull(0) is { } day ? CostQuery.NameOf(day) : null,
                    rows.Int64OrNull(1) is { } user ? UserId.Format(user) : null,
                    rows.Text(2),
                    rows.Int64(4),
                    rows.Int64(5),
                    rows.Int64(6),
                    rows.Int64(7),
                    rows.Int64(8),
                    currency,
                    currency is null ? null : rows.Int64(9)
                )
            );
        }

        return found;
    }
}
