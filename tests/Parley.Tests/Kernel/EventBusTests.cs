using Microsoft.Extensions.Logging.Abstractions;
using Parley.Kernel;

namespace Parley.Tests.Kernel;

public sealed class EventBusTests
{
    private readonly EventBus _bus = new(NullLogger<EventBus>.Instance);

    private sealed record Renamed(long Id);

    private sealed record Removed(long Id);

    [Fact]
    public void Subscribers_hear_their_kind_in_order_until_they_leave()
    {
        var heard = new List<string>();
        var first = _bus.Subscribe<Renamed>(e => heard.Add($"first {e.Id}"));
        using var second = _bus.Subscribe<Renamed>(e => heard.Add($"second {e.Id}"));
        using var other = _bus.Subscribe<Removed>(e => heard.Add($"removed {e.Id}"));
        _bus.Publish(new Renamed(1));
        first.Dispose();
        first.Dispose();
        _bus.Publish(new Renamed(2));
        _bus.Publish(new Removed(3));
        Assert.Equal(["first 1", "second 1", "second 2", "removed 3"], heard);
    }

    [Fact]
    public void A_failing_subscriber_keeps_nobody_from_hearing()
    {
        var heard = 0;
        using var bad = _bus.Subscribe<Renamed>(_ => throw new InvalidOperationException());
        using var good = _bus.Subscribe<Renamed>(_ => heard++);
        _bus.Publish(new Renamed(1));
        Assert.Equal(1, heard);
    }
}
