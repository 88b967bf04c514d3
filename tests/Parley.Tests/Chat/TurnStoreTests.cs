using Parley.Chat;
using Parley.Kernel;

namespace Parley.Tests.Chat;

public sealed class TurnStoreTests
{
    [Fact]
    public async Task Lists_of_turns_walk_their_index()
    {
        await using var app = await ParleyApp.StartAsync();

        foreach (var sql in TurnStore.Statements)
        {
            var plan = await app.Get<Db>().ReadAsync(session => session.PlanOf(sql));
            Assert.Contains("USING INDEX turns_of_", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        }
    }
}
