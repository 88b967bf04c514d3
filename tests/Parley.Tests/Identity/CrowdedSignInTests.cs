using Microsoft.Extensions.DependencyInjection;
using Parley.Identity;
using Parley.Kernel.Problems;

namespace Parley.Tests.Identity;

/// <summary>Who is sent away because too many come at once has not failed to sign in (S2, S7).</summary>
public sealed class CrowdedSignInTests : IAsyncLifetime
{
    private const string Account = "ada@example.org";
    private const string Address = "192.0.2.7";
    private readonly TestClock clock = new();
    private ParleyApp app = null!;

    private SignInDelays Delays => app.Services.GetRequiredService<SignInDelays>();

    public async ValueTask InitializeAsync() => (app, _) = await Accounts.StartAsync(clock: clock);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task S7_being_sent_away_busy_is_no_failure()
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var busy = await Assert.ThrowsAsync<ProblemException>(() => TryAsync(ProblemCodes.Busy));
            Assert.Equal(ProblemCodes.Busy, busy.Code);
        }

        Assert.True(await TryAsync(null));
    }

    [Fact]
    public async Task S7_anything_else_that_ends_a_try_is_one()
    {
        for (var tries = 0; tries < 5; tries++)
        {
            await Assert.ThrowsAsync<ProblemException>(() => TryAsync(ProblemCodes.Forbidden));
        }

        var late = await Assert.ThrowsAsync<ProblemException>(() => TryAsync(null));
        Assert.Equal(ProblemCodes.TooManyRequests, late.Code);
    }

    private Task<bool> TryAsync(ProblemCode? fault) =>
        Delays.TryAsync(
            Account,
            Address,
            () => fault is { } code ? throw new ProblemException(code, "as the test wants") : Task.FromResult(true),
            TestContext.Current.CancellationToken
        );
}
