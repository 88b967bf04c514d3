using System.Text.Json;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>
/// What the model of a turn is told. What no longer fits is dropped, or where the question asks for it told as a summary;
/// the event <c>context</c> then says which. Thread-safe.
/// </summary>
internal sealed class TurnContexts(
    ContextBuilder contexts,
    ContextSummaries summaries,
    TurnSources sources,
    TurnMemories memories,
    TokenCounts tokens,
    ILogger<TurnContexts> log
)
{
    /// <exception cref="ContextException">What is pinned does not fit.</exception>
    public async Task<List<ModelMessage>> BuildAsync(Turn turn, TurnPlan plan)
    {
        ModelMessage?[] beside = [await memories.FindAsync(turn, plan), await sources.FindAsync(turn, plan)];
        var told = beside.OfType<ModelMessage>().ToList();
        var messages = await BuildAsync(turn, plan, told.Sum(m => tokens.Estimate(plan.Route.Name, m.Text.Span)));
        messages.InsertRange(AfterSystem(messages), told);
        return messages;
    }

    /// <param name="reserved">Tokens that are spent already.</param>
    private async Task<List<ModelMessage>> BuildAsync(Turn turn, TurnPlan plan, long reserved)
    {
        var ct = turn.Stopping;
        var question = new ContextQuestion(turn.Place, plan.Route, plan.SystemPrompt, plan.Options.MaxTokens)
        {
            Reserved = reserved,
        };
        var built = await contexts.BuildAsync(question, plan.Summarises, ct);
        if (!plan.Summarises || built.Overflow is null)
        {
            return built.Messages;
        }

        try
        {
            var (summary, isNew) = await summaries.GetAsync(turn.Place, plan.Route, built.Overflow, ct);
            built.Messages.Insert(AfterSystem(built.Messages), SummaryPrompt.Tell(summary));
            Say(turn, new ContextEvent(Overflows.Summarise, summary.Covers, summary.Whole, isNew, null));
            return built.Messages;
        }
        catch (Exception failure) when (failure is ContextException or StoreException)
        {
            ChatLog.NoSummary(log, turn.Id);
            Say(turn, new ContextEvent(Overflows.Drop, 0, false, false, failure.Message));
            return (await contexts.BuildAsync(question, summarises: false, ct)).Messages;
        }
    }

    private static int AfterSystem(List<ModelMessage> messages) => messages is [{ Role: ModelRole.System }, ..] ? 1 : 0;

    private static void Say(Turn turn, ContextEvent said) =>
        turn.Log.Append(
            TurnEventKind.Context,
            JsonSerializer.SerializeToUtf8Bytes(said, ChatJson.Default.ContextEvent)
        );
}
