using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Identity.Crypto;

/// <summary>
/// Argon2id version 1.3 (RFC 9106). No library of it restores here that is safe ahead of time, so it is ours, held to
/// the RFC's vectors. The memory is outside the garbage collector's and is cleared before it is given back.
/// </summary>
internal static unsafe partial class Argon2id
{
    private const uint Version = 0x13;
    private const uint TypeId = 2;
    private const int BlockBytes = 1024;
    private const int BlockWords = BlockBytes / 8;
    private const int Slices = 4;
    private const int HugePageBytes = 2 * 1024 * 1024;

    /// <summary>MADV_HUGEPAGE: a kernel without them says no, and that is all.</summary>
    private const int UseHugePages = 14;

    /// <param name="password">What is kept secret.</param>
    /// <param name="salt">At least 8 bytes.</param>
    /// <param name="parameters">What it may cost.</param>
    /// <param name="tag">Filled; its length is part of what is hashed.</param>
    /// <param name="key">The RFC's secret value K.</param>
    /// <param name="associated">The RFC's associated data X.</param>
    public static void Hash(
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        Argon2Parameters parameters,
        Span<byte> tag,
        ReadOnlySpan<byte> key = default,
        ReadOnlySpan<byte> associated = default
    )
    {
        Span<byte> seed = stackalloc byte[Blake2b.LongestHash + 8];
        Seed(password, salt, parameters, tag.Length, key, associated, seed[..Blake2b.LongestHash]);
        var bytes = (nuint)Fill.BlocksOf(parameters) * BlockBytes;
        var memory = (ulong*)NativeMemory.AlignedAlloc(bytes, HugePageBytes);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // Blocks are read all over it: of small pages, most reads would wait for the address as well.
                _ = Advise((nint)memory, bytes, UseHugePages);
            }

            var fill = new Fill(parameters, memory);
            FirstBlocks(fill, seed);
            for (var pass = 0; pass < parameters.Passes; pass++)
            {
                for (var slice = 0; slice < Slices; slice++)
                {
                    for (var lane = 0; lane < parameters.Lanes; lane++)
                    {
                        FillSegment(fill, pass, slice, lane);
                    }
                }
            }

            Finish(fill, tag);
        }
        finally
        {
            NativeMemory.Clear(memory, bytes);
            NativeMemory.AlignedFree(memory);
        }
    }

    /// <summary>The matrix that is filled: a row of blocks for each lane.</summary>
    private readonly struct Fill(Argon2Parameters parameters, ulong* memory)
    {
        public readonly int Lanes = parameters.Lanes;
        public readonly int Passes = parameters.Passes;
        public readonly int SegmentLength = BlocksOf(parameters) / (Slices * parameters.Lanes);
        private readonly ulong* first = memory;

        public int LaneLength => SegmentLength * Slices;

        public int Blocks => LaneLength * Lanes;

        /// <summary>As many as the memory holds in whole segments.</summary>
        public static int BlocksOf(Argon2Parameters parameters) =>
            parameters.MemoryKiB / (Slices * parameters.Lanes) * (Slices * parameters.Lanes);

        public ulong* Block(int lane, int column) => first + ((((long)lane * LaneLength) + column) * BlockWords);
    }

    /// <summary>H0 of the RFC.</summary>
    private static void Seed(
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        Argon2Parameters parameters,
        int tagLength,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> associated,
        Span<byte> seed
    )
    {
        var input = new byte[40 + password.Length + salt.Length + key.Length + associated.Length];
        var at = 0;
        foreach (
            var number in (ReadOnlySpan<uint>)
                [
                    (uint)parameters.Lanes,
                    (uint)tagLength,
                    (uint)parameters.MemoryKiB,
                    (uint)parameters.Passes,
                    Version,
                    TypeId,
                ]
        )
        {
            BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(at), number);
            at += 4;
        }

        Append(input, ref at, password);
        Append(input, ref at, salt);
        Append(input, ref at, key);
        Append(input, ref at, associated);
        Blake2b.Hash(input, seed);
        input.AsSpan().Clear();
    }

    private static void Append(Span<byte> input, ref int at, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteInt32LittleEndian(input[at..], part.Length);
        part.CopyTo(input[(at + 4)..]);
        at += 4 + part.Length;
    }

    private static void FirstBlocks(in Fill fill, Span<byte> seed)
    {
        for (var lane = 0; lane < fill.Lanes; lane++)
        {
            for (var column = 0; column < 2; column++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(seed[Blake2b.LongestHash..], column);
                BinaryPrimitives.WriteInt32LittleEndian(seed[(Blake2b.LongestHash + 4)..], lane);
                LongHash(seed, new Span<byte>(fill.Block(lane, column), BlockBytes));
            }
        }
    }

    /// <summary>H' of the RFC: a BLAKE2b of any length.</summary>
    private static void LongHash(ReadOnlySpan<byte> input, Span<byte> output)
    {
        const int Half = Blake2b.LongestHash / 2;
        Span<byte> first = stackalloc byte[4 + BlockBytes];
        first = first[..(4 + input.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(first, output.Length);
        input.CopyTo(first[4..]);
        if (output.Length <= Blake2b.LongestHash)
        {
            Blake2b.Hash(first, output);
            return;
        }

        Span<byte> link = stackalloc byte[Blake2b.LongestHash];
        Blake2b.Hash(first, link);
        link[..Half].CopyTo(output);
        output = output[Half..];
        while (output.Length > Blake2b.LongestHash)
        {
            Blake2b.Hash(link, link);
            link[..Half].CopyTo(output);
            output = output[Half..];
        }

        Blake2b.Hash(link, output);
    }

    private static void FillSegment(in Fill fill, int pass, int slice, int lane)
    {
        // The first half of the first pass chooses its blocks by position alone: no side channel tells of the password.
        var blind = pass == 0 && slice < Slices / 2;
        var addresses = stackalloc ulong[BlockWords];
        var counter = 0;
        var first = pass == 0 && slice == 0 ? 2 : 0;
        for (var i = first; i < fill.SegmentLength; i++)
        {
            if (blind && (i == first || i % BlockWords == 0))
            {
                Addresses(fill, pass, slice, lane, ++counter, addresses);
            }

            var column = (slice * fill.SegmentLength) + i;
            var before = fill.Block(lane, column == 0 ? fill.LaneLength - 1 : column - 1);
            var random = blind ? addresses[i % BlockWords] : before[0];
            var fromLane = pass == 0 && slice == 0 ? lane : (int)((random >> 32) % (uint)fill.Lanes);
            var fromColumn = ReferenceColumn(fill, pass, slice, i, fromLane == lane, (uint)random);
            Argon2Block.Mix(before, fill.Block(fromLane, fromColumn), fill.Block(lane, column), keep: pass > 0);
        }
    }

    private static void Addresses(in Fill fill, int pass, int slice, int lane, int counter, ulong* addresses)
    {
        var zero = stackalloc ulong[BlockWords];
        var input = stackalloc ulong[BlockWords];
        new Span<ulong>(zero, BlockWords).Clear();
        new Span<ulong>(input, BlockWords).Clear();
        input[0] = (ulong)pass;
        input[1] = (ulong)lane;
        input[2] = (ulong)slice;
        input[3] = (ulong)fill.Blocks;
        input[4] = (ulong)fill.Passes;
        input[5] = TypeId;
        input[6] = (ulong)counter;
        Argon2Block.Mix(zero, input, addresses, keep: false);
        Argon2Block.Mix(zero, addresses, addresses, keep: false);
    }

    /// <summary>Maps 32 random bits onto the blocks that may be read now, recent ones more often (RFC 9106, 3.4.2).</summary>
    private static int ReferenceColumn(in Fill fill, int pass, int slice, int i, bool sameLane, uint random)
    {
        var finished = pass == 0 ? slice * fill.SegmentLength : fill.LaneLength - fill.SegmentLength;
        var area = (uint)(
            sameLane ? finished + i - 1
            : i == 0 ? finished - 1
            : finished
        );
        var x = ((ulong)random * random) >> 32;
        var back = (area * x) >> 32;
        var start = pass == 0 || slice == Slices - 1 ? 0 : (slice + 1) * fill.SegmentLength;
        return (int)(((uint)start + area - 1 - back) % (uint)fill.LaneLength);
    }

    private static void Finish(in Fill fill, Span<byte> tag)
    {
        var last = fill.Block(0, fill.LaneLength - 1);
        for (var lane = 1; lane < fill.Lanes; lane++)
        {
            var other = fill.Block(lane, fill.LaneLength - 1);
            for (var i = 0; i < BlockWords; i++)
            {
                last[i] ^= other[i];
            }
        }

        LongHash(new ReadOnlySpan<byte>(last, BlockBytes), tag);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
