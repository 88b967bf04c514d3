using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;
using Parley.Search.Matching;
using Parley.Search.Segments;

namespace Parley.Tests.Search.Matching;

/// <summary>Several threads that walk the windows of one search find what one of them finds alone.</summary>
public sealed class SharedWalkTests
{
    private const int Conversations = 40;

    [Theory]
    [InlineData("tea")]
    [InlineData("green tea")]
    [InlineData("\"green tea\"")]
    [InlineData("te*")]
    [InlineData("green tea water cups the")]
    public async Task Twins_find_together_what_one_finds_alone(string text)
    {
        var texts = new RandomTexts(7);
        await using var store = new SearchStore(clock: new TestClock());
        for (var transaction = 0; transaction < 6; transaction++)
            await store.AddAsync([.. Enumerable.Range(0, Conversations).Select(_ => Conversation(texts))]);
        await store.Db.ReadAsync(session =>
        {
            var view = store.Sets.View(session, 1);
            var query = new QueryPlanner(view).Plan(SearchQuery.Parse(text), new DocumentFilter())!;
            var alone = new Matcher(query, view, Unbounded()).ByScore(50, new Recency(0), accepts: null);
            Assert.Equal(50, alone.Count);
            for (var again = 0; again < 20; again++)
                Assert.Equal(alone, Together(store.Db, store.Sets.View, query, view));
            return true;
        });
    }

    [Fact]
    public async Task What_a_twin_meets_ends_its_own_run_only()
    {
        await using var store = new SearchStore(clock: new TestClock());
        await store.AddAsync(Drafts.New().User("green tea"));
        await store.Db.ReadAsync(session =>
        {
            var view = store.Sets.View(session, 1);
            var query = new QueryPlanner(view).Plan(SearchQuery.Parse("tea"), new DocumentFilter())!;
            var top = new TopDocuments(1);
            var walk = new WindowWalk(top, Unbounded());
            walk.Add(new WalkedWindow(1, 0, -1));
            Assert.Throws<SegmentDamagedException>(() =>
                walk.Run((_, _) => { }, (_, _, _) => throw new SegmentDamagedException("a page is wrong"))
            );
            var seen = 0;
            walk.Run((_, _) => seen++, (_, _, _) => { });
            walk.End();
            walk.Run((_, _) => seen++, (_, _, _) => { });
            Assert.Equal(0, seen);
            return true;
        });
    }

    private static List<FoundDocument> Together(
        Db db,
        Func<DbSession, long, IndexView> open,
        MatchQuery query,
        IndexView view
    )
    {
        var threads = new List<Thread>();
        var work = Unbounded();
        var first = new Matcher(query, view, work);
        var found = first.ByScore(50, new Recency(0), accepts: null, run => threads.AddRange([Twin(run), Twin(run)]));
        threads.ForEach(thread => thread.Join());
        return found;

        Thread Twin(Action<Matcher> run)
        {
            var thread = new Thread(() =>
                db.Read(session =>
                {
                    var own = open(session, 1);
                    Assert.True(own.IsSameAs(view));
                    run(new Matcher(query, own, work, first));
                    return true;
                })
            );
            thread.Start();
            return thread;
        }
    }

    private static SearchWork Unbounded() => new(long.MaxValue, TimeSpan.MaxValue, CancellationToken.None);

    private static ConversationDraft Conversation(RandomTexts texts)
    {
        var draft = Drafts.New();
        for (var message = 0; message < 10; message++)
            draft.User("green tea " + texts.Text(20));
        return draft;
    }
}
