using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Tests.Import;

/// <summary>Exports that give one time to everything, whose ids meet those of others (docs/decisions/0004).</summary>
public sealed class ClashTests
{
    /// <summary>More than one batch holds, so that a retry cannot get by those that are there by counting on.</summary>
    private const int Conversations = 3_000;

    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(99);

    [Fact]
    public async Task Ids_of_a_run_before_a_restart_are_got_by()
    {
        await using var app = await StartAsync();
        await ImportAsync(app, "a");
        await app.RestartAsync();
        await ImportAsync(app, "b");
        Assert.Equal(2 * Conversations, (await app.GetJsonAsync("/api/conversations?limit=1")).Number("total"));
    }

    [Fact]
    public async Task A_millisecond_without_ids_left_gives_those_of_its_neighbours()
    {
        await using var app = await StartAsync();
        await app.Get<Db>()
            .WriteAsync(tx =>
            {
                using var fill = tx.Query(
                    """
                    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 0xFFFFF)
                    INSERT INTO messages (id, conversation_id, ord, active, role, status, hidden, created_at, model_id, text, hash, words)
                    SELECT ?1 + (i << 1), 1, i, 0, 0, 0, 0, 0, 0, '', 0, 0 FROM n
                    """
                );
                fill.Bind(1, Ids.Floor(Time.ToUnixTimeMilliseconds())).Run();
            });
        await ImportAsync(app, "a");
        var found = await app.GetJsonAsync("/api/conversations?limit=1");
        var message = (await app.GetJsonAsync($"/api/conversations/{found.Items()[0].Text("id")}/messages")).Items()[0];
        Assert.Equal(Time, message.GetProperty("created_at").GetDateTimeOffset());
    }

    /// <summary>A server that gives out the same sequence after each start.</summary>
    private static Task<ParleyApp> StartAsync() =>
        ParleyApp.StartAsync(services => services.AddSingleton(new IdSource(7)));

    private static async Task ImportAsync(ParleyApp app, string name)
    {
        var export = ChatGptExport.Of(
            Enumerable
                .Range(0, Conversations)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}{i}"))
                .Select(key => ChatGptExport.Conversation(key, key, 100, (key, null, new string('x', 900))))
        );
        var job = await app.ImportAsync(export);
        Assert.Equal(Conversations, job.Report!.Sources[0].Conversations.New);
    }
}
