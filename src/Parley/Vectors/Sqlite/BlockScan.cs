using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Parley.Kernel;

namespace Parley.Vectors.Sqlite;

/// <summary>
/// One search over some blocks. Signs first: how many differ from the query's, a byte a vector, for all of them. The best
/// some thousands are estimated by their signs and fit; of these the best are read and multiplied, then those that the error of
/// an estimate may hide. An exact search then reads everything whose signs leave it possible to be better than the worst hit.
/// Belongs to one session.
/// </summary>
internal sealed class BlockScan(DbSession session, CodeCache cache, int dims, CancellationToken ct)
{
    /// <summary>Stands for a slot that is not asked for.</summary>
    private const byte Out = byte.MaxValue;

    private const int MostEstimated = 4_096;
    private const int FirstRead = 128;
    private const int MostRead = 1_500;

    private readonly BlockRecord layout = new(BlockRecord.Padded(dims));
    private readonly List<(StoredBlock Block, BlockCodes Codes, int At)> blocks = [];
    private int slots;

    /// <summary>Groups that may be found; null: all.</summary>
    public HashSet<long>? Groups { get; init; }

    public HashSet<long>? NotGroups { get; init; }

    private int Words => SignCode.WordsOf(layout.Dims);

    public void Add(StoredBlock block)
    {
        var codes = cache.Get(session, block.Id, Words);
        if (codes.Size != block.Size)
        {
            throw new InvalidDataException($"block {block.Id} has codes of {codes.Size} vectors, not {block.Size}");
        }

        blocks.Add((block, codes, slots));
        slots += block.Size;
    }

    /// <param name="vector">The query, of any length.</param>
    public List<VectorHit> Find(ReadOnlySpan<float> vector, int limit, bool exact)
    {
        var unit = new float[layout.Dims];
        vector.CopyTo(unit);
        VectorMath.TryMakeUnit(unit);
        var query = new SignQuery(new SignCode(layout.Dims), unit);
        var near = ArrayPool<byte>.Shared.Rent(Math.Max(1, slots));
        try
        {
            Compare(query, near);
            var best = Promising(unit, query, Nearest(near, Math.Max(MostEstimated, limit * 64)), limit);
            if (exact)
            {
                best = Read(unit, Possible(query, near, best.Count < limit ? -1 : best[^1].Cosine));
                Trim(best, limit);
            }

            return best;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(near);
        }
    }

    // How many signs of each vector differ, in steps that fit a byte.
    private void Compare(SignQuery query, Span<byte> near)
    {
        var shift = Math.Max(0, int.Log2((layout.Dims + 255) / 256));
        foreach (var (block, codes, at) in blocks)
        {
            ct.ThrowIfCancellationRequested();
            var of = near.Slice(at, block.Size);
            if (Words == 4)
            {
                CompareFour(codes.Codes, query.Code, of);
            }
            else
            {
                Compare(codes.Codes, query.Code, of, shift);
            }

            LeaveOut(block, codes, of);
        }
    }

    private static void CompareFour(ulong[] codes, ulong[] query, Span<byte> near)
    {
        ref var code = ref MemoryMarshal.GetArrayDataReference(codes);
        var (a, b, c, d) = (query[0], query[1], query[2], query[3]);
        foreach (ref var distance in near)
        {
            var bits =
                ulong.PopCount(code ^ a)
                + ulong.PopCount(Unsafe.Add(ref code, 1) ^ b)
                + ulong.PopCount(Unsafe.Add(ref code, 2) ^ c)
                + ulong.PopCount(Unsafe.Add(ref code, 3) ^ d);
            distance = (byte)Math.Min(bits, Out - 1);
            code = ref Unsafe.Add(ref code, 4);
        }
    }

    private static void Compare(ulong[] codes, ulong[] query, Span<byte> near, int shift)
    {
        ref var code = ref MemoryMarshal.GetArrayDataReference(codes);
        ref var asked = ref MemoryMarshal.GetArrayDataReference(query);
        foreach (ref var distance in near)
        {
            distance = (byte)Math.Min(VectorMath.Distance(ref code, ref asked, query.Length) >> shift, Out - 1);
            code = ref Unsafe.Add(ref code, query.Length);
        }
    }

    private void LeaveOut(StoredBlock block, BlockCodes codes, Span<byte> near)
    {
        if (Groups is not null || NotGroups is { Count: > 0 })
        {
            var wanted = Array.ConvertAll(
                codes.Groups,
                g => Groups?.Contains(g) != false && NotGroups?.Contains(g) != true
            );
            for (var slot = 0; slot < near.Length; slot++)
            {
                near[slot] = wanted[codes.GroupOf[slot]] ? near[slot] : Out;
            }
        }

        var dead = block.Dead ?? [];
        for (var i = 0; i < dead.Length; i++)
        {
            for (int bits = dead[i]; bits != 0; bits &= bits - 1)
            {
                near[(i * 8) + int.TrailingZeroCount(bits)] = Out;
            }
        }
    }

    // The places of so many with the fewest differing signs, and of all that have as few as the last of them; ascending.
    private List<int> Nearest(ReadOnlySpan<byte> near, int wanted)
    {
        near = near[..slots];
        var counts = Count(near);

        var most = 0;
        for (var (distance, sum) = (0, 0); distance < Out && sum < wanted; distance++)
        {
            (most, sum) = (distance, sum + counts[distance]);
        }

        return Within(near, (byte)most);
    }

    /// <summary>How many have each distance. Four counts side by side: neighbours are often alike, and one would wait for the other.</summary>
    private static int[] Count(ReadOnlySpan<byte> near)
    {
        var counts = new int[4 * 256];
        var i = 0;
        for (; i + 4 <= near.Length; i += 4)
        {
            counts[near[i]]++;
            counts[256 + near[i + 1]]++;
            counts[512 + near[i + 2]]++;
            counts[768 + near[i + 3]]++;
        }

        for (; i < near.Length; i++)
        {
            counts[near[i]]++;
        }

        for (i = 0; i < 256; i++)
        {
            counts[i] += counts[256 + i] + counts[512 + i] + counts[768 + i];
        }

        return counts;
    }

    private static List<int> Within(ReadOnlySpan<byte> near, byte most)
    {
        var found = new List<int>();
        var limit = Vector128.Create(most);
        ref var first = ref MemoryMarshal.GetReference(near);
        var at = 0;
        for (; at + 16 <= near.Length; at += 16)
        {
            var mask = Vector128
                .LessThanOrEqual(Vector128.LoadUnsafe(ref first, (nuint)at), limit)
                .ExtractMostSignificantBits();
            for (; mask != 0; mask &= mask - 1)
            {
                found.Add(at + int.TrailingZeroCount((int)mask));
            }
        }

        for (; at < near.Length; at++)
        {
            if (near[at] <= most)
            {
                found.Add(at);
            }
        }

        return found;
    }

    // The cosine of each as far as signs and fit tell: right to within some hundredths.
    private float[] Estimate(SignQuery query, List<int> places)
    {
        var guesses = new float[places.Count];
        var index = 0;
        for (var i = 0; i < guesses.Length; i++)
        {
            var (codes, slot) = Locate(places[i], ref index);
            guesses[i] = query.Cosine(ref Code(codes, slot)) * 255 / (codes.Fits[slot] + 0.5f);
        }

        return guesses;
    }

    // The best by estimate are read, then all that by the error of an estimate may be better than the worst hit.
    private List<VectorHit> Promising(ReadOnlySpan<float> unit, SignQuery query, List<int> places, int limit)
    {
        var guesses = Estimate(query, places);
        var sorted = (float[])guesses.Clone();
        Array.Sort(sorted);
        var first = Least(sorted, Math.Max(FirstRead, limit * 4));
        var best = Read(unit, Between(places, guesses, first, float.PositiveInfinity));
        Trim(best, limit);
        if (best.Count == limit)
        {
            var margin = 3 * 0.75f / MathF.Sqrt(layout.Dims);
            var least = Math.Max(best[^1].Cosine - margin, Least(sorted, Math.Max(MostRead, limit * 16)));
            best.AddRange(Read(unit, Between(places, guesses, least, first)));
            Trim(best, limit);
        }

        return best;
    }

    private static float Least(float[] sorted, int wanted) =>
        sorted.Length <= wanted ? float.NegativeInfinity : sorted[^wanted];

    /// <summary>Places whose estimate is at least the one and below the other; ascending.</summary>
    private static List<int> Between(List<int> places, float[] guesses, float least, float below)
    {
        var kept = new List<int>();
        for (var i = 0; i < guesses.Length; i++)
        {
            if (guesses[i] >= least && guesses[i] < below)
            {
                kept.Add(places[i]);
            }
        }

        return kept;
    }

    // Everything that signs and fit do not rule out: the angle to the signs less the signs' own to the vector is the least it can have.
    private List<int> Possible(SignQuery query, ReadOnlySpan<byte> near, float least)
    {
        const float Slack = 0.002f;
        var needed = new float[256];
        for (var fit = 0; fit < 256; fit++)
        {
            var angle = Math.Acos(Math.Clamp(least - Slack, -1, 1)) + Math.Acos(fit / 255.0);
            needed[fit] = angle >= Math.PI ? float.NegativeInfinity : (float)Math.Cos(angle) - Slack;
        }

        var possible = new List<int>();
        foreach (var (block, codes, at) in blocks)
        {
            ct.ThrowIfCancellationRequested();
            for (var slot = 0; slot < block.Size; slot++)
            {
                if (near[at + slot] != Out && query.Cosine(ref Code(codes, slot)) >= needed[codes.Fits[slot]])
                {
                    possible.Add(at + slot);
                }
            }
        }

        return possible;
    }

    private List<VectorHit> Read(ReadOnlySpan<float> unit, List<int> places)
    {
        const int MostHeld = 4 * VectorQuery.MostHits;
        var asked = new short[layout.Dims];
        var factor = VectorMath.Widen(unit, asked);
        var hits = new List<VectorHit>(Math.Min(places.Count, MostHeld));
        var index = 0;
        using var pages = new PageReader(session, layout);
        foreach (var place in places)
        {
            var (codes, slot) = Locate(place, ref index);
            var block = blocks[index].Block;
            var record = pages.Record(block.Id, slot);
            var cosine = VectorMath.Dot(BlockRecord.Numbers(record), asked) * factor * BlockRecord.Scale(record);
            hits.Add(
                new VectorHit(
                    block.Kind,
                    BlockRecord.Id(record),
                    BlockRecord.Part(record),
                    codes.Groups[codes.GroupOf[slot]],
                    Math.Clamp(cosine, -1, 1)
                )
            );
            if (hits.Count == MostHeld)
            {
                ct.ThrowIfCancellationRequested();
                Trim(hits, VectorQuery.MostHits);
            }
        }

        return hits;
    }

    private static void Trim(List<VectorHit> hits, int limit)
    {
        hits.Sort(
            static (a, b) =>
                a.Cosine != b.Cosine ? b.Cosine.CompareTo(a.Cosine)
                : a.Id != b.Id ? b.Id.CompareTo(a.Id)
                : a.Part.CompareTo(b.Part)
        );
        if (hits.Count > limit)
        {
            hits.RemoveRange(limit, hits.Count - limit);
        }
    }

    /// <param name="index">The block of the place before; places ascend.</param>
    private (BlockCodes Codes, int Slot) Locate(int place, ref int index)
    {
        while (place >= blocks[index].At + blocks[index].Block.Size)
        {
            index++;
        }

        return (blocks[index].Codes, place - blocks[index].At);
    }

    private ref byte Code(BlockCodes codes, int slot) => ref Unsafe.As<ulong, byte>(ref codes.Codes[slot * Words]);
}
