using Parley.Kernel;
using Parley.Vectors.Sqlite;

namespace Parley.Vectors;

/// <summary>A group whose texts changed since they were embedded.</summary>
internal readonly record struct PendingGroup(TextKind Kind, long GroupId, long Mark);

/// <summary>What is to be embedded. Static SQL; transactions are the caller's.</summary>
internal static class PendingGroups
{
    private const int SeedStep = 500;

    /// <summary>Newest first: that is what people ask for.</summary>
    private const string NextSql =
        "SELECT kind, group_id, mark FROM vector_pending WHERE (kind, group_id) < (?1, ?2) ORDER BY kind DESC, group_id DESC LIMIT ?3";

    /// <summary>For the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [NextSql, VectorMarks.ChangeSql];

    public static List<PendingGroup> Next(DbSession session, int limit)
    {
        var groups = new List<PendingGroup>();
        using var rows = session.Query(NextSql);
        rows.Bind(1, byte.MaxValue).Bind(2, 0).Bind(3, limit);
        while (rows.Step())
        {
            groups.Add(new PendingGroup((TextKind)rows.Int32(0), rows.Int64(1), rows.Int64(2)));
        }

        return groups;
    }

    public static int Count(DbSession session)
    {
        using var row = session.Query("SELECT count(*) FROM vector_pending");
        return row.Step() ? row.Int32(0) : 0;
    }

    /// <summary>Marks the next groups of a store that is to be embedded anew.</summary>
    /// <returns>False where all are.</returns>
    public static bool Seed(DbTransaction tx, IReadOnlyList<ITextSource> sources)
    {
        if (VectorModels.ReadPlace(tx) is not { SeedKind: { } kind, SeedAfter: var after })
        {
            return false;
        }

        var source = Find(sources, kind);
        var groups = source?.ListGroups(tx, after, SeedStep) ?? [];
        foreach (var group in groups)
        {
            VectorMarks.Mark(tx, kind, group);
        }

        if (groups.Count > 0)
        {
            VectorModels.SetSeed(tx, kind, groups[^1]);
        }
        else
        {
            VectorModels.SetSeed(tx, After(sources, kind), 0);
        }

        return true;
    }

    public static ITextSource? Find(IReadOnlyList<ITextSource> sources, TextKind kind)
    {
        foreach (var source in sources)
        {
            if (source.Kind == kind)
            {
                return source;
            }
        }

        return null;
    }

    /// <summary>The next kind that has a source.</summary>
    private static TextKind? After(IReadOnlyList<ITextSource> sources, TextKind kind)
    {
        TextKind? next = null;
        foreach (var source in sources)
        {
            if (source.Kind > kind && (next is null || source.Kind < next))
            {
                next = source.Kind;
            }
        }

        return next;
    }
}
