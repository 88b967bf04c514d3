using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Parley.Chat;

namespace Parley.Tests.Chat;

public sealed class TurnLogTests
{
    [Fact]
    public void Whatever_is_appended_is_read_in_order_and_from_any_event_on()
    {
        var events =
            from count in Gen.Choose(1, 40)
            from kinds in Gen.Choose(1, 9).ArrayOf(count)
            from sizes in Gen.Choose(0, 400).ArrayOf(count)
            select kinds.Zip(sizes, (kind, size) => (Kind: (TurnEventKind)kind, Payload: Filled(size))).ToArray();
        Prop.ForAll(Arb.From(events), CheckReads).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_log_cut_anywhere_gives_its_whole_events()
    {
        var log = new TurnLog();
        log.Append(TurnEventKind.Token, "one"u8);
        var first = log.Length;
        log.Append(TurnEventKind.Token, new byte[300]);

        for (var cut = first; cut < log.Length; cut++)
        {
            var reader = new TurnLogReader(log.Whole().Span[..cut]);
            Assert.True(reader.TryRead(out _));
            Assert.False(reader.TryRead(out _));
            Assert.Equal(first, reader.Position);
        }
    }

    [Fact]
    public void What_was_read_stays_as_it_was_while_the_log_grows()
    {
        var log = new TurnLog();
        log.Append(TurnEventKind.Token, "kept"u8);
        var before = log.Since(0);
        var copy = before.ToArray();
        for (var i = 0; i < 1000; i++)
        {
            log.Append(TurnEventKind.Token, "more and more"u8);
        }

        Assert.Equal(copy, before.ToArray());
    }

    [Fact]
    public async Task Readers_wake_at_news_at_a_nudge_and_at_the_end()
    {
        var log = new TurnLog();
        var waits = log.WaitAsync(0);
        Assert.False(waits.IsCompleted);
        log.Append(TurnEventKind.Token, "x"u8);
        await waits;
        Assert.True(log.WaitAsync(0).IsCompleted);

        waits = log.WaitAsync(log.Length);
        Assert.False(waits.IsCompleted);
        log.Nudge();
        await waits;

        waits = log.WaitAsync(log.Length);
        log.Append(TurnEventKind.Done, "{}"u8);
        await waits;
        Assert.True(log.HasEnded);
        Assert.True(log.WaitAsync(log.Length).IsCompleted);
    }

    [Fact]
    public void Nothing_follows_the_end()
    {
        var log = new TurnLog();
        log.Append(TurnEventKind.Error, "{}"u8);
        log.Append(TurnEventKind.Token, "late"u8);

        Assert.Equal(1, log.Count);
    }

    [Fact]
    public void A_restored_log_counts_on_where_it_was()
    {
        var log = new TurnLog();
        log.Append(TurnEventKind.Token, "a"u8);
        log.Append(TurnEventKind.Token, "b"u8);
        var again = new TurnLog();
        again.Restore(log.Whole().Span);
        again.Append(TurnEventKind.Done, "{}"u8);

        Assert.Equal(3, again.Count);
        Assert.True(again.HasEnded);
    }

    [Fact]
    public void Any_text_comes_out_of_an_event_as_it_went_in() =>
        Prop.ForAll<UnicodeString>(text => CheckText(text.Get)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("🙂 and a lone half \uFFFD")]
    [InlineData("\u2028 \" \\ \r\n \u0001")]
    public void Signs_that_need_care_arrive(string text) => CheckText(text);

    private static byte[] Filled(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7))];

    private static void CheckReads((TurnEventKind Kind, byte[] Payload)[] events)
    {
        var log = new TurnLog();
        var starts = new List<int>();
        foreach (var (kind, payload) in events)
        {
            starts.Add(log.Length);
            log.Append(kind, payload);
        }

        Assert.Equal(events.Length, log.Count);
        for (var from = 0; from < events.Length; from++)
        {
            CheckEvents(log.Whole(starts[from]).Span, events[from..]);
            var read = from;
            for (var position = starts[from]; log.Since(position) is { IsEmpty: false } piece; )
            {
                position += piece.Length;
                var next = starts.FindIndex(start => start >= position);
                next = next < 0 ? events.Length : next;
                CheckEvents(piece.Span, events[read..next]);
                read = next;
            }

            Assert.Equal(events.Length, read);
        }
    }

    private static void CheckEvents(ReadOnlySpan<byte> log, (TurnEventKind Kind, byte[] Payload)[] events)
    {
        var reader = new TurnLogReader(log);
        foreach (var (kind, payload) in events)
        {
            Assert.True(reader.TryRead(out var read));
            Assert.Equal(kind, read.Kind);
            Assert.True(read.Payload.SequenceEqual(payload));
        }

        Assert.False(reader.TryRead(out _));
        Assert.Equal(log.Length, reader.Position);
    }

    private static void CheckText(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var buffer = new ArrayBufferWriter<byte>();
        SseWriter.Write(buffer, 7, new TurnEvent(TurnEventKind.Token, utf8));
        var lines = Encoding.UTF8.GetString(buffer.WrittenSpan).Split('\n');

        Assert.Equal(["id: 7", "event: token"], lines[..2]);
        Assert.Equal(["", ""], lines[3..]);
        using var data = JsonDocument.Parse(lines[2]["data: ".Length..]);
        Assert.Equal(Encoding.UTF8.GetString(utf8), data.RootElement.Text("content"));
    }
}
