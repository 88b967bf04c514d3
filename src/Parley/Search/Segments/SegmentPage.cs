using System.Diagnostics;

namespace Parley.Search.Segments;

/// <summary>
/// A page in memory. Pages never change, so many may hold one; whoever holds it last gives its bytes back to be filled
/// anew. One that is not given back is left to the garbage collector. Thread-safe.
/// </summary>
/// <param name="bytes">Longer than the page by <see cref="BitPack.Slack"/> at least; what stands there may be anything.</param>
/// <param name="length">Bytes of the page.</param>
/// <param name="pool">Where its bytes go; <see langword="null"/> for nowhere.</param>
internal sealed class SegmentPage(byte[] bytes, int length, PagePool? pool)
{
    private int _holders = 1;

    /// <summary>Nobody writes to them.</summary>
    public byte[] Bytes => bytes;

    public int Length => length;

    /// <summary>Holds it once more; only who knows that somebody holds it may do so.</summary>
    public SegmentPage Hold()
    {
        Interlocked.Increment(ref _holders);
        return this;
    }

    public void Release()
    {
        var left = Interlocked.Decrement(ref _holders);
        Debug.Assert(left >= 0, "a page is released more often than held");
        if (left == 0)
            pool?.Return(bytes);
    }
}

/// <summary>Bytes for pages, used again and again: a heavy search reads hundreds of pages. Thread-safe.</summary>
internal sealed class PagePool
{
    /// <summary>2 MB: what one search has at hand and a merge writes at once.</summary>
    private const int Most = 64;

    private readonly Lock _gate = new();
    private readonly Stack<byte[]> _free = new(Most);

    /// <summary>Bytes of at least a page and <see cref="BitPack.Slack"/>, holding anything.</summary>
    public byte[] Rent()
    {
        lock (_gate)
        {
            if (_free.TryPop(out var bytes))
                return bytes;
        }

        return GC.AllocateUninitializedArray<byte>(SegmentLayout.PageSize + BitPack.Slack);
    }

    /// <param name="bytes">Nobody reads them any more.</param>
    public void Return(byte[] bytes)
    {
        Spoil(bytes);
        lock (_gate)
        {
            if (_free.Count < Most)
                _free.Push(bytes);
        }
    }

    /// <summary>So that tests see who reads on.</summary>
    [Conditional("DEBUG")]
    private static void Spoil(byte[] bytes) => Array.Fill(bytes, (byte)0xDB);
}
