using Parley.Kernel;

namespace Parley.Tests;

internal static class QueryPlans
{
    /// <summary>How SQLite goes about a statement, a step a line.</summary>
    public static string PlanOf(this DbSession session, string sql)
    {
        using var explain = session.Query("EXPLAIN QUERY PLAN " + sql);
        var lines = new List<string>();
        while (explain.Step())
        {
            lines.Add(explain.Text(3)!);
        }

        return string.Join('\n', lines);
    }
}
