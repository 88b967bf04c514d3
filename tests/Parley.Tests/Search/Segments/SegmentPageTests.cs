using Parley.Search;
using Parley.Search.Segments;
using Parley.Search.Sqlite;

namespace Parley.Tests.Search.Segments;

/// <summary>Bytes of pages are used again, and never while somebody reads them.</summary>
public sealed class SegmentPageTests
{
    private readonly PagePool pool = new();
    private readonly PageCache cache = new(new SearchOptions { PagesKept = 16 });

    [Fact]
    public void Bytes_come_back_when_the_last_holder_lets_go()
    {
        var page = New(1);
        page.Hold();
        page.Release();
        Assert.NotSame(page.Bytes, pool.Rent());
        page.Release();
        Assert.Same(page.Bytes, pool.Rent());
    }

    [Fact]
    public void What_is_read_outlives_its_place_in_the_cache()
    {
        var first = New(1);
        cache.Add(1, first);
        var read = cache.Find(1)!;
        first.Release();
        cache.Clear();
        Assert.Null(cache.Find(1));
        Assert.Equal(1, read.Bytes[0]);
        Assert.NotSame(read.Bytes, pool.Rent());
        read.Release();
        Assert.Same(read.Bytes, pool.Rent());
    }

    [Fact]
    public async Task Many_readers_see_their_pages_whole()
    {
        const int Pages = 200;
        var readers = Enumerable
            .Range(0, 4)
            .Select(seed =>
                Task.Factory.StartNew(
                    () => Read(new Random(seed)),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            );
        await Task.WhenAll(readers);

        void Read(Random random)
        {
            for (var round = 0; round < 5_000; round++)
            {
                var id = random.Next(1, Pages);
                var page = cache.Find(id);
                if (page is null)
                {
                    page = New((byte)id);
                    cache.Add(id, page);
                }

                Assert.False(page.Bytes.AsSpan(0, page.Length).ContainsAnyExcept((byte)id));
                page.Release();
            }
        }
    }

    private SegmentPage New(byte value)
    {
        var bytes = pool.Rent();
        bytes.AsSpan().Fill(value);
        return new SegmentPage(bytes, SegmentLayout.PageSize, pool);
    }
}
