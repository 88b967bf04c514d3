namespace Parley.Vectors;

/// <summary>How far the worker is with what it found to do. Thread-safe.</summary>
internal sealed class VectorProgress
{
    private readonly Lock gate = new();
    private int left;
    private int total;

    /// <summary>Whether all of the store was marked for the present model.</summary>
    private bool seeded = true;

    public VectorState Of(string? model)
    {
        lock (gate)
        {
            // While groups are still being marked there is always one more.
            var more = seeded ? 0 : 1;
            return new VectorState(model, total - left, total + more);
        }
    }

    /// <summary>So many groups are left, of a stretch of work that ends when none is.</summary>
    public void Left(int groups, bool isSeeded)
    {
        lock (gate)
        {
            total = groups == 0 && isSeeded ? 0 : total + Math.Max(0, groups - left);
            (left, seeded) = (groups, isSeeded);
        }
    }
}
