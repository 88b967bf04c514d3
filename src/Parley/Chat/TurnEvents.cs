using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Retrieval;

namespace Parley.Chat;

// Payloads of events that are JSON objects; all are stored as they are sent.

/// <summary>A conversation was made for the question.</summary>
internal sealed record ConversationCreatedEvent(string ConversationId);

/// <summary>The question and the empty answer are stored; the answer's words follow.</summary>
/// <param name="ParentId">The message that is answered.</param>
internal sealed record MessageCreatedEvent(
    string TurnId,
    string ConversationId,
    string MessageId,
    string? ParentId,
    string Model
);

/// <summary>The turn waits for another in its conversation.</summary>
internal sealed record QueuedEvent(string TurnId);

/// <summary>The model calls a tool.</summary>
/// <param name="Arguments">A JSON object, or a string where the model wrote none that can be read.</param>
internal sealed record ToolCallEvent(string Id, string Name, RawJson Arguments);

/// <summary>A call waits until its person allows or denies it: <c>POST /api/chat/turns/{id}/consents/{consent_id}</c>.</summary>
/// <param name="CallId">Of the tool_call before it.</param>
/// <param name="Writes">It may change something: a yes holds for this conversation at most.</param>
/// <param name="ExpiresAt">Without an answer by then the call is not made.</param>
internal sealed record ToolConsentEvent(
    string ConsentId,
    string CallId,
    string Name,
    string Server,
    string Description,
    bool Writes,
    string ExpiresAt
);

internal sealed record ToolConsentGivenEvent(string ConsentId, bool Allowed);

/// <summary>The conversation is longer than what its model can be told, and the question asked for a summary of the rest.</summary>
/// <param name="Overflow">summarise; or drop, where there is none.</param>
/// <param name="Covers">Messages the summary stands for.</param>
/// <param name="Whole">They are all from the beginning on; else the oldest were too many.</param>
/// <param name="Made">It was written or grown for this answer, and not there before.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record ContextEvent(string Overflow, long Covers, bool Whole, bool Made, string? Problem);

/// <summary>The passages the answer may rest on, and how they were found. They are stored with the answer.</summary>
/// <param name="Sources">A citation [n] in the answer names one of them.</param>
internal sealed record SourcesEvent(IReadOnlyList<PassageView> Sources, IReadOnlyList<LaneReport> Lanes);

internal sealed record ToolResultEvent(string Id, string Name, string Content, bool IsError);

internal sealed record TitleEvent(string ConversationId, string Title);

/// <summary>Tokens as the upstream counted them, over all rounds of the turn; null where nothing is known.</summary>
/// <param name="Estimated">The upstream did not count all of them: what it did not is Parley's own estimate.</param>
internal sealed record UsageView(
    long? PromptTokens,
    long? CompletionTokens,
    long? CachedTokens,
    long? ReasoningTokens,
    bool Estimated
)
{
    public static UsageView Of(ModelUsage usage) =>
        new(usage.PromptTokens, usage.CompletionTokens, usage.CachedTokens, usage.ReasoningTokens, usage.Estimated);

    /// <summary>All rounds of a turn together; null where there was none.</summary>
    public static UsageView? Of(IReadOnlyList<SpentTokens> spent)
    {
        UsageView? sum = null;
        foreach (var round in spent)
        {
            sum = sum is null ? Of(round.Usage) : sum.Add(round.Usage);
        }

        return sum;
    }

    private UsageView Add(ModelUsage more) =>
        new(
            Sum(PromptTokens, more.PromptTokens),
            Sum(CompletionTokens, more.CompletionTokens),
            Sum(CachedTokens, more.CachedTokens),
            Sum(ReasoningTokens, more.ReasoningTokens),
            Estimated || more.Estimated
        );

    private static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);
}

/// <summary>The answer is stored.</summary>
/// <param name="Status">complete, or stopped by its owner.</param>
/// <param name="Cost">Null where no price is known.</param>
internal sealed record DoneEvent(string MessageId, string Status, string? FinishReason, UsageView? Usage, Cost? Cost);

/// <summary>The answer ended early; what came of it is stored.</summary>
/// <param name="Phase">Where it happened: connect, first-token, mid-stream, or in parley itself.</param>
internal sealed record ErrorEvent(string Code, string Message, string Phase, string MessageId, string Status);
