using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Providers;

/// <summary>Rows of calls of models. Transactions are the caller's.</summary>
internal static class UsageRows
{
    /// <summary>Being answered; nobody is answered so.</summary>
    private const int Open = 0;

    /// <summary>The server was killed in the middle of the answer.</summary>
    private const int Killed = 500;

    /// <summary>What has come of calls under way.</summary>
    public static void Save(DbTransaction tx, List<(OpenCall Call, SpentTokens Spent)> grown)
    {
        foreach (var (call, spent) in grown)
        {
            if (call.HasEnded)
            {
                continue; // its end is in the lane, or on its way there
            }

            using var write = tx.Query(
                """
                INSERT OR REPLACE INTO model_usage (id, at, user_id, upstream_id, model, own_model, prompt_tokens, completion_tokens, total_ms, status, estimated)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, 1)
                """
            );
            write
                .Bind(1, call.Id)
                .Bind(2, ApiTime.Micros(call.At))
                .Bind(3, call.UserId)
                .Bind(4, spent.UpstreamId)
                .Bind(5, spent.Model)
                .Bind(6, spent.OwnModel)
                .Bind(7, spent.Usage.PromptTokens)
                .Bind(8, spent.Usage.CompletionTokens)
                .Bind(9, Open)
                .Run();
        }
    }

    /// <summary>How a call ended, in place of what was written of it while it went on.</summary>
    public static void End(DbTransaction tx, long id, ModelCall call, Cost? cost)
    {
        var used = call.Spent?.Usage;
        using var write = tx.Query(
            """
            INSERT OR REPLACE INTO model_usage (id, at, user_id, upstream_id, model, prompt_tokens, completion_tokens, first_byte_ms, total_ms, status, estimated, cost_micros, currency)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """
        );
        write
            .Bind(1, id)
            .Bind(2, ApiTime.Micros(call.At))
            .Bind(3, call.UserId)
            .Bind(4, call.UpstreamId)
            .Bind(5, call.Model)
            .Bind(6, used?.PromptTokens)
            .Bind(7, used?.CompletionTokens)
            .Bind(8, (long?)call.FirstByte?.TotalMilliseconds)
            .Bind(9, (long)call.Total.TotalMilliseconds)
            .Bind(10, call.Status)
            .Bind(11, used is { Estimated: true })
            .Bind(12, cost?.Micros)
            .Bind(13, cost?.Currency)
            .Run();
    }

    /// <summary>Calls that a run of the server before this one left under way.</summary>
    public static List<(long Id, long UserId, SpentTokens Spent)> ListLeft(DbSession session)
    {
        using var rows = session.Query(
            "SELECT id, user_id, upstream_id, model, own_model, prompt_tokens, completion_tokens FROM model_usage WHERE status = 0"
        );
        var left = new List<(long, long, SpentTokens)>();
        while (rows.Step())
        {
            var usage = new ModelUsage(rows.Int64OrNull(5), rows.Int64OrNull(6)) { Estimated = true };
            var model = rows.Text(3)!;
            left.Add(
                (rows.Int64(0), rows.Int64(1), new SpentTokens(rows.Int64(2), model, rows.Text(4) ?? model, usage))
            );
        }

        return left;
    }

    /// <summary>It is charged: not again at the start after this.</summary>
    public static void EndLeft(DbTransaction tx, long id, Cost? cost)
    {
        using var update = tx.Query(
            "UPDATE model_usage SET status = ?2, cost_micros = ?3, currency = ?4 WHERE id = ?1"
        );
        update.Bind(1, id).Bind(2, Killed).Bind(3, cost?.Micros).Bind(4, cost?.Currency).Run();
    }
}
