using Parley.Search.Segments;

namespace Parley.Tests.Search.Segments;

/// <summary>
/// Whatever the bytes of a segment are, reading them ends, with <see cref="SegmentDamagedException"/> or with an answer:
/// nothing else is thrown, and no length that is told becomes memory.
/// </summary>
public sealed class SegmentDamageTests
{
    /// <summary>The segment has tens of kilobytes; reading all of it a few times stays below this.</summary>
    private const long MostAllocated = 64L << 20;

    private static readonly SegmentStream[] Loose =
    [
        SegmentStream.Names,
        SegmentStream.Terms,
        SegmentStream.Postings,
        SegmentStream.Positions,
    ];

    private readonly BuiltSegment _whole = BuiltSegment.Of(SegmentDocument.Random(1, 300, 8));
    private readonly BuiltSegment _other = BuiltSegment.Of(SegmentDocument.Random(2, 60, 12));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Changed_bytes_are_damage_or_another_answer(int seed)
    {
        var random = new Random(seed);
        var (bytes, starts) = (_whole.Pages.ToBytes(), Starts(_whole.Header));
        var damaged = 0;
        for (var time = 0; time < 300; time++)
        {
            byte[] changed = [.. bytes];
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                // Streams are equally likely: nearly all bytes are postings otherwise.
                var stream = random.Next(SegmentLayout.Streams);
                var length = (int)_whole.Header.Lengths[stream];
                Change(random, changed.AsSpan(starts[stream], length));
            }

            damaged += Survive(seed, time, _whole.Header.ToBytes(), changed);
        }

        Assert.InRange(damaged, 75, 300);
    }

    [Fact]
    public void Each_byte_of_the_dictionary_may_be_any_extreme()
    {
        var (bytes, starts) = (_whole.Pages.ToBytes(), Starts(_whole.Header));
        var start = starts[(int)SegmentStream.Terms];
        for (var at = start; at < start + 600; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] = (at % 4) switch
            {
                0 => 0xFF,
                1 => 0,
                2 => (byte)(changed[at] ^ 0x80),
                _ => 0x7F,
            };
            Survive(0, at, _whole.Header.ToBytes(), changed);
        }
    }

    [Fact]
    public void Streams_that_are_cut_or_too_long_are_damage()
    {
        var random = new Random(4);
        var (bytes, starts) = (_whole.Pages.ToBytes(), Starts(_whole.Header));
        for (var time = 0; time < 300; time++)
        {
            var header = SegmentHeader.Read(_whole.Header.ToBytes());
            var stream = (int)Loose[random.Next(Loose.Length)];
            var end = starts[stream] + (int)header.Lengths[stream];
            byte[] changed;
            if (random.Next(3) > 0)
            {
                var cut = random.Next(1, (int)header.Lengths[stream]);
                header.Lengths[stream] -= cut;
                changed = [.. bytes.AsSpan(..(end - cut)), .. bytes.AsSpan(end..)];
            }
            else
            {
                var more = new byte[random.Next(1, 40_000)];
                random.NextBytes(more);
                header.Lengths[stream] += more.Length;
                changed = [.. bytes.AsSpan(..end), .. more, .. bytes.AsSpan(end..)];
            }

            Survive(4, time, header.ToBytes(), changed);
        }
    }

    [Fact]
    public void Changed_headers_are_damage_or_another_answer()
    {
        var random = new Random(5);
        var bytes = _whole.Pages.ToBytes();
        for (var time = 0; time < 1000; time++)
        {
            var header = _whole.Header.ToBytes();
            for (var change = random.Next(1, 3); change > 0; change--)
                Change(random, header);
            Survive(5, time, random.Next(4) == 0 ? header[..random.Next(header.Length)] : header, bytes);
        }
    }

    [Fact]
    public void A_header_whose_pages_are_not_there_takes_no_memory()
    {
        foreach (var stream in Enum.GetValues<SegmentStream>())
        {
            foreach (
                var length in (long[])[1, 1 << 20, int.MaxValue - 64, uint.MaxValue, SegmentLayout.MaxStreamLength]
            )
            {
                var header = SegmentHeader.Read(_whole.Header.ToBytes());
                header.Lengths[(int)stream] = length;
                Survive(6, (int)stream, () => new SegmentReader(1, header, _whole.Pages));
            }
        }
    }

    /// <returns>1 where damage was told, 0 where everything was read.</returns>
    private int Survive(int seed, int time, byte[] header, byte[] bytes) =>
        Survive(
            seed,
            time,
            () =>
            {
                var read = SegmentHeader.Read(header);
                return new SegmentReader(1, read, MemoryPages.Of(read, bytes));
            }
        );

    private int Survive(int seed, int time, Func<SegmentReader> open)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var damaged = 0;
        foreach (var read in (Action<SegmentReader>[])[ReadAll, Seek, Merge])
        {
            try
            {
                read(open());
            }
            catch (SegmentDamagedException)
            {
                damaged = 1;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, mutation {time}: {e}");
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        return damaged;
    }

    private static void ReadAll(SegmentReader segment) => SegmentContent.Read(segment);

    private static void Seek(SegmentReader segment)
    {
        for (var window = 0; window < segment.Header.Windows; window++)
        {
            var held = segment.DocumentsIn(window);
            Assert.Equal((held, held), (segment.Ids(window).Length, segment.LengthCodes(window).Length));
            Assert.Equal((held, held), (segment.Traits16(window).Length, segment.ModelNumbers(window).Length));
            foreach (var number in segment.ConversationNumbers(window))
                segment.Conversation(number);
            segment.Find(segment.WindowIds(window).Last);
        }

        foreach (
            var word in (byte[][])
                [
                    [.. "the"u8],
                    [.. "query"u8],
                    [.. "run"u8],
                    [0xFF],
                ]
        )
        {
            if (!segment.Dictionary.Find(word, out var entry))
                continue;
            var reader = new PostingsReader(segment, entry.Postings);
            for (var document = 0; document < segment.Documents; document += 17)
            {
                var block = reader.BlockOf(document);
                if (block == reader.Blocks)
                    break;
                reader.Bound(block).Impact(Bm25.Usual);
                Assert.InRange(reader.LastDocument(block), document, segment.Documents - 1);
                if (reader.IndexOf(block, document) is >= 0 and var index)
                    reader.Positions(block, index, segment.Traits(document).FirstField, []);
            }
        }
    }

    private void Merge(SegmentReader segment)
    {
        var deleted = new ulong[(segment.Documents + 63) / 64];
        deleted.AsSpan().Fill(0x0102_0408_1020_4080);
        BuiltSegment.Merge([new MergeInput(segment, deleted), new MergeInput(_other.Reader(), null)]);
    }

    private static void Change(Random random, Span<byte> bytes)
    {
        var at = random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] = 0xFF;
                break;
            case 3:
                bytes.Slice(at, Math.Min(bytes.Length - at, random.Next(1, 12))).Fill(0xFF);
                break;
            case 4:
                bytes.Slice(at, Math.Min(bytes.Length - at, random.Next(1, 12))).Clear();
                break;
            default:
                random.NextBytes(bytes.Slice(at, Math.Min(bytes.Length - at, random.Next(1, 40))));
                break;
        }
    }

    private static int[] Starts(SegmentHeader header)
    {
        var starts = new int[SegmentLayout.Streams];
        for (var stream = 1; stream < starts.Length; stream++)
            starts[stream] = starts[stream - 1] + (int)header.Lengths[stream - 1];
        return starts;
    }
}
