using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Parley.Kernel;

/// <summary>What an id names. Part of the check bits, so that the id of one kind is never taken for another's.</summary>
internal enum IdKind
{
    Message = 1,
    Conversation = 2,
    Import = 3,
    Space = 4,
    Folder = 5,
    Tag = 6,
    File = 7,
    Share = 8,
    SavedSearch = 9,
    User = 10,
    Session = 11,
    Key = 12,
    AuditEntry = 13,
    Group = 14,
    Passkey = 15,
    Upstream = 20,
    Turn = 24,
    Prompt = 25,
    ToolServer = 26,
    Price = 27,
    Memory = 28,
    Document = 30,
    Chunk = 31,
    Requirements = 40,
    Statement = 41,
    Link = 42,
}

/// <summary>
/// Ids are 63-bit integers inside and UUIDv7 (RFC 9562, 5.7) outside.
/// <para>
/// Inside: <c>[42 bits ms since 2000-01-01][20 bits sequence][1 bit: conversation]</c>. The time is the item's own
/// (when a message was written, not when it was imported), so primary-key order is chronological order and
/// "newest first" is a walk of the key, in the tables as in the search index.
/// </para>
/// <para>
/// Outside: the same milliseconds as the UUID's timestamp, the low 21 bits next, then 53 check bits that depend on
/// the kind. The text is a pure function of the integer: no second column, no second index. A UUID whose check bits
/// do not fit is nobody's id.
/// </para>
/// </summary>
internal static class Ids
{
    /// <summary>2000-01-01T00:00:00Z in Unix milliseconds: nothing here is older.</summary>
    public const long EpochMs = 946_684_800_000;

    private const int LowBits = 21;
    private const long LowMask = (1L << LowBits) - 1;
    private const long MaxMs = (1L << 42) - 1;

    /// <summary>The smallest id an item of that Unix millisecond can have; times outside 2000–2139 are clamped.</summary>
    public static long Floor(long unixMs) => Math.Clamp(unixMs - EpochMs, 0, MaxMs) << LowBits;

    /// <summary>The Unix millisecond an id carries.</summary>
    public static long UnixMs(long id) => (id >> LowBits) + EpochMs;

    public static bool IsConversation(long id) => (id & 1) != 0;

    public static string Format(long id, IdKind kind) => ToGuid(id, kind).ToString("D");

    public static bool TryFormat(long id, IdKind kind, Span<byte> utf8, out int written) =>
        ToGuid(id, kind).TryFormat(utf8, out written, "D");

    public static bool TryParse([NotNullWhen(true)] string? text, IdKind kind, out long id)
    {
        id = 0;
        if (!Guid.TryParseExact(text, "D", out var guid))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        var ms = (long)(high >> 16) - EpochMs;
        if (ms is < 0 or > MaxMs)
        {
            return false;
        }

        var tail = (long)(((high & 0xFFF) << 9) | ((low >> 53) & 0x1FF));
        var candidate = (ms << LowBits) | tail;
        if (ToGuid(candidate, kind) != guid)
        {
            return false;
        }

        id = candidate;
        return true;
    }

    private static Guid ToGuid(long id, IdKind kind)
    {
        var tail = (ulong)(id & LowMask);
        var high = ((ulong)UnixMs(id) << 16) | 0x7000 | (tail >> 9);
        var low = (0b10UL << 62) | ((tail & 0x1FF) << 53) | (Mix((ulong)id ^ ((ulong)kind << 58)) >> 11);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>
/// Gives ids out. Two ids of the same millisecond differ by a sequence that goes round after 2^20; a clash with an
/// id given long ago is found by the primary key, and the caller leaps and asks again. Thread-safe.
/// </summary>
internal sealed class IdSource(int first)
{
    private int sequence = first;

    public IdSource()
        : this(Random.Shared.Next()) { }

    public long Next(long unixMs, bool conversation = false) =>
        Ids.Floor(unixMs) | ((long)(Interlocked.Increment(ref sequence) & 0xFFFFF) << 1) | (conversation ? 1L : 0L);

    /// <summary>
    /// Goes on from elsewhere after a clash: who meets one id of a run that was given out before a restart would meet
    /// the next ones, too.
    /// </summary>
    public void Leap() => Volatile.Write(ref sequence, Random.Shared.Next());
}
