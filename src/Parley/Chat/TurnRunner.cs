using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Providers;
using Parley.Tools;

namespace Parley.Chat;

/// <summary>
/// Runs turns: each asks its model, writes what comes into its log, and at the end stores the message. A turn ends by
/// itself, by its owner's word, or with the server; never because a reader left. Thread-safe.
/// </summary>
internal sealed partial class TurnRunner(
    ModelRouter models,
    TurnContexts contexts,
    TokenCounts tokens,
    TurnTools tools,
    TurnEnds ends,
    ChatSettings settings,
    TimeProvider time,
    ILogger<TurnRunner> log
)
{
    /// <summary>Requests for one answer (S42).</summary>
    private const int MostRounds = 10;

    private static readonly byte[] GoOn =
    [
        .. "Go on exactly where your last message stopped, in the middle of a word if need be. Repeat nothing, add no remark."u8,
    ];

    private readonly ConcurrentDictionary<long, Turn> turns = new();

    /// <summary>All that can be read from memory: those under way and those that ended a short while ago.</summary>
    public ICollection<Turn> Turns => turns.Values;

    public Turn? Find(long ownerId, long id) =>
        turns.TryGetValue(id, out var turn) && turn.Place.OwnerId == ownerId ? turn : null;

    /// <summary>Turns under way that write this message, or answer it.</summary>
    public List<Turn> ListUnderWay(long ownerId, long conversationId, long messageId)
    {
        var found = new List<Turn>();
        foreach (var turn in turns.Values)
        {
            var place = turn.Place;
            if (
                !turn.Log.HasEnded
                && place.OwnerId == ownerId
                && place.ConversationId == conversationId
                && (place.MessageId == messageId || place.QuestionId == messageId)
            )
            {
                found.Add(turn);
            }
        }

        return found;
    }

    /// <summary>Begins a turn that was just stored. It waits where the message it answers is still being written.</summary>
    public void Begin(Turn turn, TurnPlan plan)
    {
        var before = turns.Values.FirstOrDefault(t => !t.Log.HasEnded && IsBefore(t, turn));
        if (before is not null)
        {
            turn.Log.Append(
                TurnEventKind.Queued,
                JsonSerializer.SerializeToUtf8Bytes(
                    new QueuedEvent(TurnId.Format(before.Id)),
                    ChatJson.Default.QueuedEvent
                )
            );
        }

        turns[turn.Id] = turn;
        _ = Task.Run(() => RunAsync(turn, plan, before), CancellationToken.None);
    }

    /// <summary>Puts a turn of an earlier run among those that can be read.</summary>
    public void Remember(Turn turn) => turns[turn.Id] = turn;

    /// <summary>Ended turns leave memory.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var (id, turn) in turns)
        {
            if (turn.EndedAt < before && turns.TryRemove(id, out _))
            {
                turn.Dispose();
            }
        }
    }

    /// <summary>The question follows that turn's answer, through the messages between them.</summary>
    private static bool IsBefore(Turn earlier, Turn turn) =>
        earlier.Place.ConversationId == turn.Place.ConversationId
        && earlier.Place.OwnerId == turn.Place.OwnerId
        && earlier.Id < turn.Id
        && earlier.Place.MessageId == turn.Place.AfterId;

    private async Task RunAsync(Turn turn, TurnPlan plan, Turn? before)
    {
        var run = new TurnRun(turn, tokens);
        TurnOutcome outcome;
        try
        {
            if (before is not null)
            {
                await before.Ended.WaitAsync(turn.Stopping);
            }

            outcome = await AskAsync(run, plan);
        }
        catch (OperationCanceledException) when (turn.Cause != StopCause.None)
        {
            outcome = Stopped(turn);
        }
        catch (UpstreamException failure)
        {
            outcome = Failed(turn, failure);
        }
        catch (ContextException failure)
        {
            outcome = Failed(turn, failure.Code, failure.Message, "parley");
        }
        catch (StoreException failure)
        {
            outcome = Failed(turn, "storage", failure.Message, "parley");
        }
        catch (Exception failure)
        {
            // One bad turn stays one (R14).
            LogFailed(turn.Id, failure);
            outcome = Failed(turn, "internal", "something went wrong inside Parley", "parley");
        }

        run.CloseRound();
        await ends.EndAsync(turn, run.Spent, outcome);
    }

    private async Task<TurnOutcome> AskAsync(TurnRun run, TurnPlan plan)
    {
        var turn = run.Turn;
        var messages = await contexts.BuildAsync(turn, plan);
        if (turn.Place.Continues && plan.Route.Upstream.Kind is (UpstreamKind.OpenAi or UpstreamKind.Gemini))
        {
            // Ollama and Anthropic go on in a last message of the assistant's; these begin a new one unless told.
            messages.Add(new ModelMessage(ModelRole.User) { Text = GoOn });
        }

        var request = new ModelRequest
        {
            Model = plan.Route.Name,
            Messages = messages,
            Tools = [.. plan.Tools.Select(t => new ToolDefinition(t.Name, t.Description, t.Parameters))],
            Options = plan.Options,
        };
        for (var round = 1; ; round++)
        {
            var estimate = messages.Sum(m => tokens.Estimate(plan.Route.Name, m.Text.Span));
            run.OpenRound(estimate);
            var calls = await ListenAsync(run, plan.Route, request);
            if (turn.Cause == StopCause.TooLong)
            {
                return Stopped(turn);
            }

            if (round == 1 && run.Counted?.PromptTokens is { } counted)
            {
                tokens.Learn(plan.Route.Name, estimate, counted);
            }

            run.CloseRound();
            if (calls.Count == 0)
            {
                return new TurnOutcome(MessageStatus.Complete, run.Finish ?? "stop");
            }

            await tools.RunAsync(run, plan, calls, messages);
            if (round == MostRounds)
            {
                return new TurnOutcome(MessageStatus.Complete, "tool-limit");
            }

            if (round + 1 == MostRounds || run.Calls >= TurnTools.MostCalls)
            {
                request = request with { Tools = [] }; // it has to answer with what it knows
            }
        }
    }

    /// <summary>One request: its words go into the log; gives the calls the model makes.</summary>
    private async Task<List<ToolCall>> ListenAsync(TurnRun run, ModelRoute route, ModelRequest request)
    {
        var turn = run.Turn;
        var calls = new List<ToolCall>();
        await foreach (var piece in models.StreamAsync(route, request, turn.Stopping))
        {
            turn.FirstAt ??= Kernel.Http.ApiTime.Micros(time.GetUtcNow());
            run.Hear(piece);
            switch (piece.Kind)
            {
                case ModelEventKind.Text when !piece.Text.IsEmpty:
                    turn.Log.Append(TurnEventKind.Token, piece.Text.Span);
                    break;
                case ModelEventKind.Thinking when !piece.Text.IsEmpty:
                    turn.Log.Append(TurnEventKind.Thinking, piece.Text.Span);
                    break;
                case ModelEventKind.ToolCall:
                    calls.Add(piece.Call!);
                    break;
                case ModelEventKind.Finish:
                    run.Finish = piece.Finish;
                    break;
            }

            if (turn.Log.Length > settings.LargestAnswer)
            {
                turn.Stop(StopCause.TooLong);
                return [];
            }
        }

        return calls;
    }

    private static TurnOutcome Stopped(Turn turn) =>
        turn.Cause switch
        {
            StopCause.Owner => new TurnOutcome(MessageStatus.Stopped, "stopped"),
            StopCause.TooLong => new TurnOutcome(
                MessageStatus.Interrupted,
                "too-long",
                "too-long",
                "the answer is longer than a message may be: it was cut",
                "mid-stream"
            ),
            _ => new TurnOutcome(
                MessageStatus.Interrupted,
                "interrupted",
                "interrupted",
                "the server stopped before the answer was whole",
                "parley"
            ),
        };

    private TurnOutcome Failed(Turn turn, UpstreamException failure)
    {
        LogUpstream(turn.Id, failure.Upstream, TurnPhases.Name(failure.Phase), failure.Status);
        return Failed(turn, "upstream", failure.Message, TurnPhases.Name(failure.Phase));
    }

    /// <summary>What arrived is kept and marked (R6); where nothing did, the answer has failed.</summary>
    private static TurnOutcome Failed(Turn turn, string code, string message, string phase)
    {
        var some = turn.Place.Continues || TurnParts.HasContent(turn.Log.Whole().Span);
        return new TurnOutcome(
            some ? MessageStatus.Interrupted : MessageStatus.Failed,
            some ? "interrupted" : "failed",
            code,
            message,
            phase
        );
    }

    [LoggerMessage(900, LogLevel.Error, "turn {turn} failed")]
    private partial void LogFailed(long turn, Exception failure);

    [LoggerMessage(901, LogLevel.Warning, "turn {turn}: {upstream} failed at {phase}, status {status}")]
    private partial void LogUpstream(long turn, string upstream, string phase, int? status);
}

/// <summary>What a turn is to ask, and whom.</summary>
/// <param name="Caller">Whose rights the tools have.</param>
/// <param name="Tools">What the model may call.</param>
internal sealed record TurnPlan(
    Caller Caller,
    ModelRoute Route,
    string? SystemPrompt,
    ModelOptions Options,
    IReadOnlyList<ITool> Tools
)
{
    /// <summary>As the request says it.</summary>
    public string? Overflow { get; init; }

    /// <summary>Where passages are looked for that the answer should rest on; null where none are.</summary>
    public RagRequest? Rag { get; init; }

    /// <summary>The model is told what is remembered.</summary>
    public bool TellsMemories { get; init; } = true;

    /// <summary>What no longer fits is told as a summary.</summary>
    public bool Summarises => Overflow == Overflows.Summarise;
}

internal static class TurnPhases
{
    public static string Name(UpstreamPhase phase) =>
        phase switch
        {
            UpstreamPhase.Connect => "connect",
            UpstreamPhase.FirstToken => "first-token",
            _ => "mid-stream",
        };
}
