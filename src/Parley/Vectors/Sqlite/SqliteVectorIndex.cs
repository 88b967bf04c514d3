using Parley.Kernel;

namespace Parley.Vectors.Sqlite;

/// <summary>
/// The index in the store itself: immutable blocks of one owner, kind and model, so that a search reads nothing of anybody else.
/// Thread-safe.
/// </summary>
internal sealed class SqliteVectorIndex(Db db, CodeCache cache, VectorProgress progress, VectorOptions options)
    : IVectorIndex
{
    // Named: without statistics the planner thinks a kind as rare as a group, and walks all items of the kind.
    private const string HeldSql =
        "SELECT item_id, hash FROM vector_items INDEXED BY vector_items_of_group WHERE group_id = ?1 AND kind = ?2 AND model_id = ?3";
    private const string MarkSql = "SELECT mark FROM vector_pending WHERE kind = ?1 AND group_id = ?2";

    /// <summary>For the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [HeldSql, MarkSql, PageReader.Sql];

    public Task<VectorState> StateAsync(CancellationToken ct) => db.ReadAsync(State, ct);

    public Task<VectorAnswer> NearestAsync(VectorQuery query, CancellationToken ct)
    {
        Check(query);
        return db.ReadAsync(session => Search(session, query, ct), options.TimeLimit, ct);
    }

    public Task<IReadOnlyDictionary<long, long>> HeldAsync(
        string model,
        TextKind kind,
        long groupId,
        CancellationToken ct
    ) => db.ReadAsync<IReadOnlyDictionary<long, long>>(session => Held(session, model, kind, groupId), ct);

    public Task<int> WriteAsync(string model, IReadOnlyList<GroupWrite> groups, CancellationToken ct) =>
        db.WriteLargeAsync(tx => Write(tx, model, groups), ct);

    private static void Check(VectorQuery query)
    {
        if (query.Limit is < 1 or > VectorQuery.MostHits)
        {
            throw new ArgumentOutOfRangeException(
                nameof(query),
                query.Limit,
                $"the limit is 1 to {VectorQuery.MostHits}"
            );
        }

        var copy = query.Vector.ToArray();
        if (!VectorMath.TryMakeUnit(copy))
        {
            throw new ArgumentException("the vector has no length, or numbers that are none", nameof(query));
        }
    }

    private VectorState State(DbSession session) =>
        progress.Of(options.Enabled ? VectorModels.ReadPlace(session).Serving?.Name : null);

    private VectorAnswer Search(DbSession session, VectorQuery query, CancellationToken ct)
    {
        var state = State(session);
        var models = options.Enabled ? VectorModels.Find(session, query.Model) : [];
        if (models.Count == 0)
        {
            return new VectorAnswer([], state);
        }

        var dims = query.Vector.Length;
        if (models.Find(m => m.Dims == dims) is not { } model)
        {
            throw new ArgumentException(
                $"the vector has {dims} numbers, those of {query.Model} have {models[0].Dims}",
                nameof(query)
            );
        }

        var scan = new BlockScan(session, cache, dims, ct)
        {
            Groups = query.Groups is { } groups ? [.. groups] : null,
            NotGroups = query.NotGroups is { } not ? [.. not] : null,
        };
        foreach (var kind in query.Kinds)
        {
            foreach (var block in StoredBlock.List(session, query.OwnerId, kind, model.Id))
            {
                scan.Add(block);
            }
        }

        return new VectorAnswer(scan.Find(query.Vector.Span, query.Limit, query.Exact), state);
    }

    private static Dictionary<long, long> Held(DbSession session, string model, TextKind kind, long groupId)
    {
        var held = new Dictionary<long, long>();
        foreach (var row in VectorModels.Find(session, model))
        {
            using var items = session.Query(HeldSql);
            items.Bind(1, groupId).Bind(2, (long)kind).Bind(3, row.Id);
            while (items.Step())
            {
                held[items.Int64(0)] = items.Int64(1);
            }
        }

        return held;
    }

    private static int Write(DbTransaction tx, string model, IReadOnlyList<GroupWrite> groups)
    {
        var builders = new Dictionary<BlockSet, BlockBuilder>();
        var written = 0;
        foreach (var group in groups)
        {
            if (!IsMarked(tx, group))
            {
                continue;
            }

            written++;
            Remove(tx, model, group);
            if (group.Vectors.Count > 0)
            {
                var dims = group.Vectors[0].Vector.Length;
                var set = new BlockSet(VectorModels.GetOrAdd(tx, model, dims), dims, group.OwnerId, group.Kind);
                if (!builders.TryGetValue(set, out var builder))
                {
                    builders[set] = builder = new BlockBuilder(set);
                }

                foreach (var vector in group.Vectors)
                {
                    builder.Add(group.GroupId, vector);
                }
            }

            if (group.IsLast)
            {
                using var settle = tx.Query("DELETE FROM vector_pending WHERE kind = ?1 AND group_id = ?2");
                settle.Bind(1, (long)group.Kind).Bind(2, group.GroupId).Run();
            }
        }

        foreach (var builder in builders.Values)
        {
            builder.Write(tx);
        }

        return written;
    }

    private static bool IsMarked(DbTransaction tx, GroupWrite group)
    {
        using var mark = tx.Query(MarkSql);
        return mark.Bind(1, (long)group.Kind).Bind(2, group.GroupId).Step() && mark.Int64(0) == group.Mark;
    }

    /// <summary>What is gone, and what is written anew.</summary>
    private static void Remove(DbTransaction tx, string model, GroupWrite group)
    {
        var gone = new HashSet<long>(group.Gone);
        foreach (var vector in group.Vectors)
        {
            gone.Add(vector.Id);
        }

        foreach (var row in VectorModels.Find(tx, model))
        {
            VectorRemoval.Remove(tx, group.Kind, gone, row.Id);
        }
    }
}
