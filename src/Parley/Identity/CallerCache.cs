using System.Buffers.Binary;
using System.Collections.Concurrent;
using Parley.Kernel;

namespace Parley.Identity;

/// <summary>
/// Who a credential stood for a moment ago (S12). Whatever ends or changes one clears it, so that this process acts at
/// once; its age bounds what another process may still believe. Thread-safe.
/// </summary>
internal sealed class CallerCache(IdentityOptions options, EventBus events, TimeProvider time)
{
    /// <summary>Past it all are forgotten: the store is asked again, nothing more.</summary>
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<UInt128, Entry> entries = new();
    private long generation;

    private sealed record Entry(Caller Caller, long Since, long ValidUntil);

    /// <summary>Tells that nothing kept before it is to be kept; read before the store is asked.</summary>
    public long Generation => Interlocked.Read(ref generation);

    /// <summary>Half of the SHA-256 of the credential: no text that is not known is found by it.</summary>
    public static UInt128 KeyOf(string credential) => BinaryPrimitives.ReadUInt128BigEndian(Secrets.Hash(credential));

    public Caller? Find(UInt128 key) =>
        entries.TryGetValue(key, out var entry)
        && time.GetElapsedTime(entry.Since) < options.CallerAge
        && entry.ValidUntil > time.GetUtcNow().ToUnixTimeSeconds()
            ? entry.Caller
            : null;

    /// <param name="key">Of the credential.</param>
    /// <param name="caller">Whom it stands for.</param>
    /// <param name="validUntil">Unix seconds; the credential's own end.</param>
    /// <param name="asked">The generation before the store was asked: what was cleared meanwhile is not kept.</param>
    public void Keep(UInt128 key, Caller caller, long validUntil, long asked)
    {
        if (entries.Count >= Most)
        {
            entries.Clear();
        }

        entries[key] = new Entry(caller, time.GetTimestamp(), validUntil);
        if (asked != Generation)
        {
            entries.TryRemove(key, out _);
        }
    }

    public void Clear()
    {
        Interlocked.Increment(ref generation);
        entries.Clear();
        events.Publish(new CallersChanged());
    }
}

/// <summary>Somebody may have lost a right: what is open longer than a request looks again.</summary>
internal sealed record CallersChanged;
