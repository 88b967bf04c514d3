using Parley.Requirements;

namespace Parley.Tests.Requirements;

public sealed class LatelyUsedTests
{
    private readonly TestClock clock = new();

    private static KnownStatements Some() =>
        new(new Dictionary<long, LinkNode>(), new Dictionary<string, StatementSigns>());

    [Fact]
    public void The_least_lately_used_goes_where_it_is_too_much()
    {
        using var kept = new KeptStatements(clock);
        var (first, second, third) = (Some(), Some(), Some());
        kept.Keep(1, first, 4_000);
        kept.Keep(2, second, 4_000);
        Assert.Same(first, kept.Find(1));
        kept.Keep(3, third, 4_000);
        Assert.Same(first, kept.Find(1));
        Assert.Null(kept.Find(2));
        Assert.Same(third, kept.Find(3));

        // The same again takes the place of what was there; what is too much alone leaves the others.
        kept.Keep(3, second, 6_000);
        Assert.Same(first, kept.Find(1));
        Assert.Same(second, kept.Find(3));
        kept.Keep(4, third, 10_001);
        Assert.Null(kept.Find(4));
        Assert.Same(first, kept.Find(1));
    }

    [Fact]
    public void All_goes_two_minutes_after_the_last_use()
    {
        using var kept = new KeptStatements(clock);
        kept.Keep(1, Some(), 1);
        clock.Advance(TimeSpan.FromSeconds(119));
        Assert.NotNull(kept.Find(1));
        clock.Advance(TimeSpan.FromSeconds(119));
        Assert.NotNull(kept.Find(1));
        clock.Advance(TimeSpan.FromSeconds(120));
        Assert.Null(kept.Find(1));

        kept.Keep(2, Some(), 10_000);
        Assert.NotNull(kept.Find(2));
    }
}
