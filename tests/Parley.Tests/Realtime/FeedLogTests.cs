using System.Text;
using Parley.Chat;
using Parley.Realtime;

namespace Parley.Tests.Realtime;

/// <summary>What a feed keeps, and what it tells who comes back.</summary>
public sealed class FeedLogTests
{
    private readonly Feed feed = new(new FeedBudget(long.MaxValue));

    private static Turn NewTurn() => new(1, new TurnPlace(1, 1, null, 1), "m");

    private void Add(int count, int bytes = 100)
    {
        for (var i = 0; i < count; i++)
        {
            feed.Add("conversation", 0, new byte[bytes]);
        }
    }

    private List<long>? Take(long after, bool words = false)
    {
        var taken = new List<FeedEvent>();
        return feed.Take(after, words, taken, int.MaxValue) is null ? null : [.. taken.Select(e => e.Sequence)];
    }

    [Fact]
    public void Whoever_left_after_any_event_gets_each_one_behind_it_once()
    {
        Add(100);
        for (var after = 0L; after <= 100; after++)
        {
            Assert.Equal(Enumerable.Range((int)after + 1, 100 - (int)after).Select(n => (long)n), Take(after));
        }
    }

    [Fact]
    public void A_place_that_was_never_given_out_is_none_to_go_on_from()
    {
        Add(3);
        Assert.Null(Take(4));
        Assert.NotNull(Take(3));
    }

    [Fact]
    public void What_is_kept_is_bounded_in_bytes_and_who_missed_something_is_told()
    {
        Add(1000, bytes: 1024);
        Assert.Null(Take(0));
        var kept = FeedRing.MostBytes / (1024 + 64);
        Assert.Null(Take(1000 - kept - 1));
        Assert.Equal(kept, Take(1000 - kept)!.Count);
    }

    [Fact]
    public void What_is_kept_is_bounded_in_time()
    {
        feed.Add("conversation", at: 10, new byte[1]);
        feed.Add("conversation", at: 20, new byte[1]);
        feed.Trim(before: 20);
        Assert.Null(Take(0));
        Assert.Equal([2L], Take(1));
    }

    [Fact]
    public void Where_all_feeds_together_hold_too_much_each_keeps_a_little()
    {
        var tight = new Feed(new FeedBudget(most: 0));
        for (var i = 0; i < 1000; i++)
        {
            tight.Add("conversation", 0, new byte[1024]);
        }

        var taken = new List<FeedEvent>();
        Assert.Null(tight.Take(900, false, taken, int.MaxValue));
        Assert.NotNull(tight.Take(990, false, taken, int.MaxValue));
    }

    [Fact]
    public void Many_words_push_no_other_event_out()
    {
        var turn = NewTurn();
        feed.BeginWords();
        Add(1);
        Assert.True(feed.Follow(turn, fromStart: true));
        for (var i = 0; i < 20_000; i++)
        {
            turn.Log.Append(TurnEventKind.Token, "x"u8);
        }

        feed.Record(turn, 0);
        Add(1);
        Assert.Equal([2L, 20_003], Take(0));
        Assert.Null(Take(1, words: true));
        Assert.Equal(3, Take(20_000, words: true)!.Count);
    }

    [Fact]
    public void Events_of_turns_come_between_the_others_in_order()
    {
        var turn = NewTurn();
        feed.BeginWords();
        feed.Follow(turn, fromStart: true);
        Add(1);
        turn.Log.Append(TurnEventKind.Token, Encoding.UTF8.GetBytes("a \"word\"\n"));
        feed.Record(turn, 0);
        Add(1);
        Assert.Equal([2L, 3, 4], Take(1, words: true));
        Assert.Equal([2L, 4], Take(1));

        var taken = new List<FeedEvent>();
        feed.Take(2, true, taken, 1);
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        taken[0].WriteData(written);
        Assert.Equal(
            $$$"""{"type":"turn_event","turn_id":"{{{TurnId.Format(1)}}}","number":1,"event":"token","data":{"content":"a \"word\"\n"}}""",
            Encoding.UTF8.GetString(written.WrittenSpan)
        );
    }

    [Fact]
    public async Task Many_readers_beside_a_writer_each_get_everything_in_order()
    {
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(ReadAsync)).ToList();
        for (var i = 0; i < 2000; i++)
        {
            feed.Add("conversation", 0, []);
        }

        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(30));

        async Task ReadAsync()
        {
            var seen = 0L;
            while (seen < 2000)
            {
                var taken = new List<FeedEvent>();
                Assert.NotNull(feed.Take(seen, false, taken, 7));
                Assert.Equal(Enumerable.Range(1, taken.Count).Select(n => seen + n), taken.Select(e => e.Sequence));
                seen += taken.Count;
                if (seen < 2000)
                {
                    await feed.WaitAsync(seen, withWords: false);
                }
            }
        }
    }
}
