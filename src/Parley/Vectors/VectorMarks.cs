using Parley.Kernel;

namespace Parley.Vectors;

/// <summary>
/// How rooms that own texts say, inside the transaction that changes them, which groups are to be embedded anew and which
/// vectors leave. One row a group however many texts change. Thread-safe; calls come from the writer's thread.
/// </summary>
internal sealed class VectorMarks(VectorSignal signal)
{
    // Marks differ within a process; work that was begun does not outlive it.
    private static long last = Environment.TickCount64 << 20;

    public const string ChangeSql = """
        INSERT INTO vector_pending (kind, group_id, mark) VALUES (?1, ?2, ?3)
        ON CONFLICT (kind, group_id) DO UPDATE SET mark = excluded.mark
        """;

    /// <summary>Texts of this group are new, others, or fewer.</summary>
    public void Changed(DbTransaction tx, TextKind kind, long groupId)
    {
        Mark(tx, kind, groupId);
        tx.OnCommitted(signal.Set);
    }

    /// <summary>These texts are no more: their vectors leave with this write.</summary>
    public void Removed(DbTransaction tx, TextKind kind, IReadOnlyCollection<long> ids)
    {
        if (ids.Count > 0)
        {
            Sqlite.VectorRemoval.Remove(tx, kind, ids);
        }
    }

    public static void Mark(DbTransaction tx, TextKind kind, long groupId)
    {
        using var mark = tx.Query(ChangeSql);
        mark.Bind(1, (long)kind).Bind(2, groupId).Bind(3, Interlocked.Increment(ref last)).Run();
    }
}
