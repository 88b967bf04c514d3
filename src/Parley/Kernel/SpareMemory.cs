using System.Runtime;

namespace Parley.Kernel;

/// <summary>
/// Memory that work left behind, given back to the system. The collector keeps what it committed until the next full
/// collection, which an idle server never reaches: after the merges of an index of a million messages 83 MB stayed where
/// 37 are needed.
/// </summary>
internal static class SpareMemory
{
    /// <summary>Bytes allocated since the last time that make a collection worth its pause of some milliseconds.</summary>
    private const long Enough = 64 * 1024 * 1024;

    /// <summary>More than a start allocates.</summary>
    private const long StartBytes = 8 * 1024 * 1024;

    private static long _allocatedBefore;

    /// <summary>
    /// No collection while the process starts: in the middle of that nearly all there is is needed, so that one costs some
    /// 20 ms and gives nothing back. It ends with <see cref="GiveBack"/>, or by itself where more than that is allocated.
    /// </summary>
    public static void HoldOff() => GC.TryStartNoGCRegion(StartBytes);

    public static void GiveBack()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }

        Interlocked.Exchange(ref _allocatedBefore, GC.GetTotalAllocatedBytes());
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        MappedFile.LetGo();
    }

    /// <summary>For moments of rest, which come often: without much work before it only the C library's part is given back.</summary>
    public static void GiveBackAfterWork()
    {
        if (GC.GetTotalAllocatedBytes() - Interlocked.Read(ref _allocatedBefore) > Enough)
        {
            GiveBack();
        }
        else
        {
            NativeHeap.Trim();
        }
    }
}
