using System.Collections.Concurrent;
using Parley.Kernel;

namespace Parley.Vectors.Sqlite;

/// <summary>
/// Codes of blocks that were searched lately. Blocks never change and ids are never given twice, so nothing here is ever wrong.
/// What nobody asked for in a while is let go, and what would be too much is not kept. Thread-safe.
/// </summary>
internal sealed class CodeCache(VectorOptions options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<long, Held> held = new();
    private readonly Lock gate = new();
    private ITimer? rounds;
    private long bytes;

    private sealed class Held(BlockCodes codes)
    {
        public readonly BlockCodes Codes = codes;
        public long UsedAt;
    }

    /// <summary>Bytes that are held.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    public BlockCodes Get(DbSession session, long block, int words)
    {
        if (held.TryGetValue(block, out var known))
        {
            Volatile.Write(ref known.UsedAt, time.GetTimestamp());
            return known.Codes;
        }

        var codes = StoredBlock.ReadCodes(session, block, words);
        if (Bytes + codes.Bytes <= options.KeptBytes)
        {
            Keep(block, codes);
        }

        return codes;
    }

    public void Dispose()
    {
        lock (gate)
        {
            rounds?.Dispose();
            rounds = null;
        }
    }

    private void Keep(long block, BlockCodes codes)
    {
        if (!held.TryAdd(block, new Held(codes) { UsedAt = time.GetTimestamp() }))
        {
            return;
        }

        Interlocked.Add(ref bytes, codes.Bytes);
        lock (gate)
        {
            rounds ??= time.CreateTimer(_ => LetGo(), null, options.KeptFor, options.KeptFor);
        }
    }

    private void LetGo()
    {
        var before = Bytes;
        foreach (var (block, codes) in held)
        {
            if (time.GetElapsedTime(Volatile.Read(ref codes.UsedAt)) >= options.KeptFor && held.TryRemove(block, out _))
            {
                Interlocked.Add(ref bytes, -codes.Codes.Bytes);
            }
        }

        lock (gate)
        {
            if (held.IsEmpty)
            {
                rounds?.Dispose();
                rounds = null;
            }
        }

        if (before - Bytes > 1 << 20)
        {
            SpareMemory.GiveBack();
        }
    }
}
