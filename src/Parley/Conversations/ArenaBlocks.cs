using System.Numerics;

namespace Parley.Conversations;

/// <summary>
/// Blocks of memory for arenas, kept for the next ones. An import has some thousand of them in use at once, more than the
/// shared pool keeps: new ones would live just long enough to be moved by the garbage collector twice. Thread-safe.
/// </summary>
internal sealed class ArenaBlocks
{
    /// <summary>4 KiB to 256 KiB, in powers of two; larger ones are not kept.</summary>
    public const int Smallest = 4 * 1024;
    public const int Largest = 256 * 1024;

    /// <summary>Texts of one batch of an import and more: what one that is written gives back, the one that is read takes.</summary>
    private const long MostBytes = 8 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Stack<byte[]>[] free = [.. Sizes().Select(_ => new Stack<byte[]>())];
    private long kept;

    public static ArenaBlocks Shared { get; } = new();

    /// <summary>Bytes that wait to be used.</summary>
    public long Kept => Interlocked.Read(ref kept);

    /// <summary>At least so many bytes, holding anything.</summary>
    public byte[] Rent(int bytes)
    {
        if (bytes > Largest)
        {
            return GC.AllocateUninitializedArray<byte>(bytes);
        }

        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(bytes, Smallest));
        lock (gate)
        {
            if (free[Place(size)].TryPop(out var block))
            {
                kept -= block.Length;
                return block;
            }
        }

        return GC.AllocateUninitializedArray<byte>(size);
    }

    public void Return(byte[] block)
    {
        if (block.Length > Largest)
        {
            return;
        }

        lock (gate)
        {
            if (kept + block.Length <= MostBytes)
            {
                free[Place(block.Length)].Push(block);
                kept += block.Length;
            }
        }
    }

    /// <summary>Gives up what is kept: after an import it would be memory for nothing.</summary>
    public void Clear()
    {
        lock (gate)
        {
            foreach (var blocks in free)
            {
                blocks.Clear();
                blocks.TrimExcess();
            }

            kept = 0;
        }
    }

    private static IEnumerable<int> Sizes()
    {
        for (var size = Smallest; size <= Largest; size *= 2)
        {
            yield return size;
        }
    }

    private static int Place(int size) => BitOperations.Log2((uint)(size / Smallest));
}
