using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Providers;

/// <summary>The prices that admins set. Thread-safe.</summary>
internal sealed class PriceTable(Db db, UpstreamStore upstreams, AuditLog audit, IdSource ids, TimeProvider time)
{
    public const int Most = 1_000;

    private const string Columns = "id, upstream_id, model, currency, input, cached_input, output, changed_at";

    /// <summary>At most <see cref="Most"/>: those of any upstream first, then by upstream and model.</summary>
    public async Task<List<PriceView>> ListAsync(CancellationToken ct)
    {
        var names = await NamesAsync(ct);
        var prices = await db.ReadAsync(
            session =>
            {
                using var rows = session.Query(
                    $"SELECT {Columns} FROM model_prices ORDER BY upstream_id <> 0, upstream_id, model"
                );
                return Read(rows);
            },
            ct
        );
        return [.. prices.Select(price => PriceView.Of(price, names))];
    }

    /// <summary>Sets what a model costs, in place of what was set for just that model and upstream.</summary>
    /// <exception cref="ProblemException">There is no such upstream, or there are too many prices.</exception>
    public async Task<PriceView> SetAsync(RequestOrigin origin, SetPrice wanted, CancellationToken ct)
    {
        var names = await NamesAsync(ct);
        var upstream = 0L;
        if (wanted.Upstream is { } name)
        {
            upstream = Find(names, name) ?? throw QueryReader.Invalid("upstream", "there is no upstream of that name");
        }

        var now = time.GetUtcNow();
        var price = new ModelPrice(
            ids.Next(now.ToUnixTimeMilliseconds()),
            upstream,
            wanted.Model!.Trim(),
            wanted.Currency!,
            wanted.InputMicros!.Value,
            wanted.CachedInputMicros,
            wanted.OutputMicros!.Value,
            ApiTime.Micros(now)
        );
        return PriceView.Of(await db.WriteAsync(tx => Write(tx, origin, price), ct), names);
    }

    /// <summary>False where there is no such price.</summary>
    public Task<bool> RemoveAsync(RequestOrigin origin, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                using (var delete = tx.Query("DELETE FROM model_prices WHERE id = ?1"))
                {
                    delete.Bind(1, id).Run();
                }

                if (tx.Changes == 0)
                {
                    return false;
                }

                audit.AddAbout(tx, origin, AuditActions.PriceChange, PriceId.Format(id), detail: "removed");
                return true;
            },
            ct
        );

    /// <summary>The prices of an upstream that is removed go with it.</summary>
    public static void Leave(DbTransaction tx, long upstreamId)
    {
        using var delete = tx.Query("DELETE FROM model_prices WHERE upstream_id = ?1");
        delete.Bind(1, upstreamId).Run();
    }

    /// <summary>What it cost, at the prices of now; null where none is known.</summary>
    public static Cost? CostOf(DbSession session, SpentTokens spent) =>
        Find(session, spent.UpstreamId, spent.OwnModel)?.Of(spent.Usage);

    private static ModelPrice? Find(DbSession session, long upstreamId, string model)
    {
        using var rows = session.Query($"SELECT {Columns} FROM model_prices WHERE upstream_id IN (0, ?1)");
        rows.Bind(1, upstreamId);
        ModelPrice? best = null;
        foreach (var price in Read(rows))
        {
            if (UpstreamSetup.Matches(price.Model, model) && (best is null || price.GoesBefore(best)))
            {
                best = price;
            }
        }

        return best;
    }

    private ModelPrice Write(DbTransaction tx, RequestOrigin origin, ModelPrice price)
    {
        using (var count = tx.Query("SELECT count(*) FROM model_prices"))
        {
            if (count.Step() && count.Int64(0) >= Most)
            {
                throw new ProblemException(ProblemCodes.Conflict, $"there are {Most} prices: remove one first");
            }
        }

        using (
            var write = tx.Query(
                """
                INSERT INTO model_prices (id, upstream_id, model, currency, input, cached_input, output, changed_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                ON CONFLICT (upstream_id, model) DO UPDATE SET model = ?3, currency = ?4, input = ?5, cached_input = ?6, output = ?7, changed_at = ?8
                """
            )
        )
        {
            write
                .Bind(1, price.Id)
                .Bind(2, price.UpstreamId)
                .Bind(3, price.Model)
                .Bind(4, price.Currency)
                .Bind(5, price.Input)
                .Bind(6, price.CachedInput)
                .Bind(7, price.Output)
                .Bind(8, price.ChangedAt)
                .Run();
        }

        using var stored = tx.Query($"SELECT {Columns} FROM model_prices WHERE upstream_id = ?1 AND model = ?2");
        stored.Bind(1, price.UpstreamId).Bind(2, price.Model);
        var set = Read(stored)[0];
        audit.AddAbout(
            tx,
            origin,
            AuditActions.PriceChange,
            PriceId.Format(set.Id),
            detail: $"{set.Model}: {set.Currency} {set.Input}/{set.CachedInput}/{set.Output}"
        );
        return set;
    }

    private async Task<Dictionary<long, string>> NamesAsync(CancellationToken ct)
    {
        var names = new Dictionary<long, string>();
        foreach (var setup in await upstreams.AllAsync(ct))
        {
            names[setup.Upstream.Id] = setup.Upstream.Name;
        }

        return names;
    }

    private static long? Find(Dictionary<long, string> names, string wanted)
    {
        foreach (var (id, name) in names)
        {
            if (name.Equals(wanted.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return id;
            }
        }

        return null;
    }

    private static List<ModelPrice> Read(DbStatement rows)
    {
        var prices = new List<ModelPrice>();
        while (rows.Step())
        {
            prices.Add(
                new ModelPrice(
                    rows.Int64(0),
                    rows.Int64(1),
                    rows.Text(2)!,
                    rows.Text(3)!,
                    rows.Int64(4),
                    rows.Int64OrNull(5),
                    rows.Int64(6),
                    rows.Int64(7)
                )
            );
        }

        return prices;
    }
}

/// <summary>A price named in a path.</summary>
internal readonly record struct PriceId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out PriceId id)
    {
        id = new PriceId(Ids.TryParse(text, IdKind.Price, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Price);
}
