using Parley.Search;
using Parley.Search.Matching;
using Parley.Search.Segments;

namespace Parley.Tests.Search.Matching;

/// <summary>A search that nobody waits for any more looks at no further window.</summary>
public sealed class CancelledWorkTests
{
    private const int Messages = 6 * SegmentLayout.Window;

    [Theory]
    [InlineData("tea")]
    [InlineData("tea green")]
    [InlineData("tea green cups water")]
    public async Task Work_stops_where_it_is_cancelled(string text)
    {
        await using var store = new SearchStore(clock: new TestClock());
        var draft = Drafts.New();
        for (var message = 0; message < Messages; message++)
            draft.User("green tea water in cups");
        await store.AddAsync(draft);
        await store.Db.ReadAsync(session =>
        {
            var view = store.Sets.View(session, 1);
            var query = new QueryPlanner(view).Plan(SearchQuery.Parse(text), new DocumentFilter())!;
            foreach (var find in (Find[])[ByScore, ByTime, Counted])
            {
                var (seen, whole) = (0, 0);
                using var leaves = new CancellationTokenSource();
                find(
                    query,
                    view,
                    new SearchWork(long.MaxValue, TimeSpan.MaxValue, CancellationToken.None),
                    () => whole++
                );
                Assert.ThrowsAny<OperationCanceledException>(() =>
                    find(query, view, new SearchWork(long.MaxValue, TimeSpan.MaxValue, leaves.Token), See)
                );
                Assert.InRange(seen, 1, SegmentLayout.Window);
                Assert.True(whole > seen, $"{text}: {whole} without, {seen} with cancelling");

                void See()
                {
                    seen++;
                    leaves.Cancel();
                }
            }

            return true;
        });
    }

    private delegate void Find(MatchQuery query, IndexView view, SearchWork work, Action seen);

    private static void ByScore(MatchQuery query, IndexView view, SearchWork work, Action seen) =>
        new Matcher(query, view, work).ByScore(Messages, new Recency(0), (_, _, _) => Sees(seen));

    private static void ByTime(MatchQuery query, IndexView view, SearchWork work, Action seen) =>
        new Matcher(query, view, work).ByTime(Messages, newestFirst: true, (_, _, _) => Sees(seen));

    private static void Counted(MatchQuery query, IndexView view, SearchWork work, Action seen) =>
        new MatchCounter(new Matcher(query, view, work), view, [], _ => Sees(seen)).Count(long.MaxValue / 64, work);

    private static bool Sees(Action seen)
    {
        seen();
        return true;
    }
}
