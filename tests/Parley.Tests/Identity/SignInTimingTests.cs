using System.Diagnostics;
using Parley.Identity;
using Parley.Identity.Crypto;

namespace Parley.Tests.Identity;

/// <summary>S5: the time of a sign-in does not tell whether there is such an account.</summary>
public sealed class SignInTimingTests
{
    private const int Least = 15;
    private const int Most = 120;

    /// <summary>
    /// Pairs of calls, one after the other in changing order, until the median of their ratios is near one: load on the
    /// machine only makes that later, and a difference of the code's own (a hash that is not made) never gets there.
    /// </summary>
    [Fact]
    public async Task S5_signing_in_to_known_and_unknown_accounts_takes_as_long()
    {
        var clock = new TestClock();
        var options = new IdentityOptions
        {
            SingleUser = false,
            SetupCode = Accounts.SetupCode,
            Hash = new Argon2Parameters(8 * 1024, 1, 1),
            UserRequests = 0,
            AddressRequests = 0,
        };
        var (app, _) = await Accounts.StartAsync(options, clock);
        await using var _ = app;
        var ratios = new List<double>();
        for (var pair = 0; pair < Most; pair++)
        {
            clock.Advance(TimeSpan.FromMinutes(20)); // failures before are forgotten: nobody has to wait
            var unknownFirst = pair % 2 == 0;
            var first = await TimeAsync(app, unknownFirst ? $"nobody{pair}@example.org" : "ada@example.org");
            var second = await TimeAsync(app, unknownFirst ? "ada@example.org" : $"nobody{pair}@example.org");
            ratios.Add(unknownFirst ? first / second : second / first);
            if (ratios.Count >= Least && Median(ratios) is > 1 / 1.2 and < 1.2)
            {
                return;
            }
        }

        Assert.InRange(Median(ratios), 1 / 1.2, 1.2);
    }

    private static double Median(List<double> values)
    {
        List<double> sorted = [.. values.Order()];
        return sorted[sorted.Count / 2];
    }

    private static async Task<double> TimeAsync(ParleyApp app, string email)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await app.SendAsync(
            "POST",
            "/api/auth/signin",
            $$"""{"email":"{{email}}","password":"not the password at all"}"""
        );
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Assert.True((int)answer.StatusCode == 401, await answer.Content.ReadAsStringAsync());
        return took;
    }
}
