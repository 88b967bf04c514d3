using Parley.Kernel;
using Parley.Search;

namespace Parley.Tests.Search.Matching;

/// <summary>The whole index over a real store answers as the reference does, whatever is asked and whatever happens to it.</summary>
public sealed class SearchReferenceTests
{
    private static readonly string[] Filters =
    [
        .. "provider:chatgpt -provider:claude role:user role:tool -role:assistant model:gpt model:gpt-4o model:op*".Split(
            ' '
        ),
        .. "-model:opus has:code -has:tool has:thinking is:archived -is:archived -is:pinned is:starred is:hidden".Split(
            ' '
        ),
        .. "before:2025-02 after:2025-01-15 -after:2025-02-20 before:2025-03-01T05:00:00Z tag:tea -tag:tea tag:nobody".Split(
            ' '
        ),
        .. "space:default space:work -space:work space:nowhere branch:active branch:all in:title in:prompt".Split(' '),
        .. "-in:title -in:answer in:code in:answer role:user role:assistant".Split(' '),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_operator_and_filter_finds_what_the_reference_finds(int seed)
    {
        var texts = new RandomTexts(seed);
        await using var random = new RandomStore(texts);
        await random.OpenAsync(45);
        for (var changes = 0; changes < 15; changes++)
        {
            await random.ChangeAsync();
            await random.ReadAsync();
        }

        var conversations = random.Reference.Conversations.OrderBy(conversation => conversation.Id).Take(2);
        string[] filters =
        [
            .. Filters,
            .. conversations.SelectMany(conversation =>
                (string[])
                    [
                        "conversation:" + Ids.Format(conversation.Id, IdKind.Conversation),
                        "-in:" + Ids.Format(conversation.Id, IdKind.Conversation),
                    ]
            ),
        ];
        for (var queries = 0; queries < 50; queries++)
            await AskAsync(random, texts, filters);
    }

    [Theory]
    [InlineData("tea", SearchSort.Newest)]
    [InlineData("role:user", SearchSort.Oldest)]
    [InlineData("the -green", SearchSort.Oldest)]
    public async Task Pages_are_the_whole_list_while_others_write(string text, object sorting)
    {
        var sort = (SearchSort)sorting;
        await using var random = new RandomStore(new RandomTexts(11));
        await random.OpenAsync(30);
        await SameAnswer.AssertAsync(
            random,
            text,
            sort,
            grouped: false,
            limit: 7,
            () => random.AddAsync(sort == SearchSort.Newest ? 400 : -400)
        );
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Edits_merges_rebuilds_and_crashes_leave_the_truth(int seed)
    {
        var texts = new RandomTexts(seed);
        await using var random = new RandomStore(texts);
        await random.OpenAsync(12);
        for (var steps = 0; steps < 45; steps++)
        {
            await StepAsync(random, texts, steps);
            await random.ReadAsync();
            await AskAsync(random, texts, Filters);
            await AskAsync(random, texts, []);
        }

        await random.Store.Keeper.FinishAsync(TestContext.Current.CancellationToken);
        while (await random.Store.Merger.StepAsync(TestContext.Current.CancellationToken)) { }
        await random.ReadAsync();
        await AskAsync(random, texts, []);
        var check = await random.Store.Index.CheckAsync(1_000, TestContext.Current.CancellationToken);
        Assert.True(check.Sound, string.Join('\n', check.Faults));
    }

    /// <summary>By one thread or by two.</summary>
    private static Task AskAsync(RandomStore random, RandomTexts texts, IReadOnlyList<string> filters)
    {
        random.Store.Options.AsideFrom = texts.Chance(2) ? 0 : long.MaxValue;
        return SameAnswer.AssertAsync(
            random,
            texts.Query(filters),
            texts.Any(Enum.GetValues<SearchSort>()),
            texts.Chance(4),
            texts.Any([3, 20, 200, 200])
        );
    }

    private static async Task StepAsync(RandomStore random, RandomTexts texts, int step)
    {
        var ct = TestContext.Current.CancellationToken;
        switch (texts.Random.Next(18))
        {
            case 0 or 1 or 2 or 3:
                await random.AddAsync(texts.Random.Next(90));
                break;
            case 4:
                await random.ReopenAsync();
                break;
            case 5:
                await random.FailAsync();
                break;
            case 6 or 7 or 8:
                await random.Store.Merger.StepAsync(ct);
                break;
            case 9:
                await random.Store.Index.RebuildAsync(null, ct);
                break;
            case 10:
                // Cut off behind its first batch, then more is written and taken away, then it goes on.
                using (var stop = new CancellationTokenSource())
                {
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                        random.Store.Index.RebuildAsync(new Stop(stop), stop.Token)
                    );
                }

                await random.AddAsync(step);
                await random.ChangeAsync();
                await random.ReopenAsync();
                await random.Store.Merger.StepAsync(ct);
                await random.Store.Keeper.FinishAsync(ct);
                break;
            case 11:
                // For another tokenizer the old segments serve until they are replaced.
                await random.Store.Db.WriteAsync(tx => tx.Execute("UPDATE search_state SET tokenizer_version = 0"));
                await random.ChangeAsync();
                await random.Store.Keeper.FinishAsync(ct);
                break;
            default:
                await random.ChangeAsync();
                break;
        }
    }

    private sealed class Stop(CancellationTokenSource source) : IProgress<long>
    {
        public void Report(long value) => source.Cancel();
    }
}
