using System.Text.Json;
using Parley.Chat.Prompts;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Providers;
using Parley.Tools;

namespace Parley.Chat;

/// <summary>A turn as a caller may see it: live where it is in memory, else by its row.</summary>
internal readonly record struct SeenTurn(Turn? Live, TurnRow Row);

/// <summary>The room's door for callers: begins turns, finds them, stops them. Thread-safe.</summary>
internal sealed partial class TurnDesk(
    Db db,
    TurnStarts starts,
    TurnRunner runner,
    ModelChoice models,
    PromptStore prompts,
    QuestionFiles files,
    ToolBox tools,
    EventBus events
)
{
    public async Task<SeenTurn> AskAsync(Caller caller, Body<AskRequest> body, IdempotencyKey key, CancellationToken ct)
    {
        var request = body.Value;
        var conversation = Ids.TryParse(request.ConversationId, IdKind.Conversation, out var id) ? id : (long?)null;
        var route = await models.GetAsync(caller, request.ModelName, conversation, ct);
        var allowed = await AllowedAsync(caller, request.Tools, ct);
        var question = await PrepareAsync(caller, request, ct);
        var started = await starts.AskAsync(caller, body, question, route, key, ct);
        return await BeginAsync(
            caller,
            started,
            new TurnPlan(caller, route, question.SystemPrompt, ChatOptions.Read(request.Options), allowed)
            {
                Overflow = request.Overflow,
                Rag = request.UseRag == true ? request.Rag ?? new RagRequest() : null,
                TellsMemories = request.UseMemories != false,
            },
            ct
        );
    }

    private async ValueTask<PreparedQuestion> PrepareAsync(Caller caller, AskRequest request, CancellationToken ct)
    {
        var systemPrompt = request.TemplateId is { } template
            ? await prompts.FillAsync(caller.OwnerId, template, request.Variables, ct)
            : request.SystemPrompt;
        try
        {
            return new PreparedQuestion(request, systemPrompt, await files.ReadAsync(caller, request.Files, ct));
        }
        catch (ProblemException refusal)
        {
            return new PreparedQuestion(request, systemPrompt, []) { Refusal = refusal };
        }
    }

    public async Task<SeenTurn> AgainAsync(
        Caller caller,
        AnswerPlace place,
        OptionalBody<AgainRequest> body,
        IdempotencyKey key,
        CancellationToken ct
    )
    {
        await RequireAsync(caller, place, ct);
        var route = await models.GetAsync(caller, body.Value.ModelName, place.ConversationId, ct);
        var plan = await PlanAsync(caller, route, body.Value, ct);
        return await BeginAsync(caller, await starts.AgainAsync(caller, place, body, route, key, ct), plan, ct);
    }

    public async Task<SeenTurn> ContinueAsync(
        Caller caller,
        AnswerPlace place,
        OptionalBody<AgainRequest> body,
        IdempotencyKey key,
        CancellationToken ct
    )
    {
        await RequireAsync(caller, place, ct);
        var route = await models.GetAsync(caller, body.Value.ModelName, place.ConversationId, ct);
        var plan = await PlanAsync(caller, route, body.Value, ct);
        return await BeginAsync(caller, await starts.ContinueAsync(caller, place, body, route, key, ct), plan, ct);
    }

    public async Task<SeenTurn?> FindAsync(Caller caller, long id, CancellationToken ct)
    {
        var live = runner.Find(caller.OwnerId, id);
        return await FindRowAsync(caller, id, ct) is { } row ? new SeenTurn(live, row) : null;
    }

    public Task<TurnRow?> FindRowAsync(Caller caller, long id, CancellationToken ct) =>
        db.ReadAsync(session => TurnStore.Find(session, caller.OwnerId, id), ct);

    public Task<List<TurnRow>> ListAsync(
        Caller caller,
        long? conversationId,
        long before,
        int limit,
        CancellationToken ct
    ) => db.ReadAsync(session => TurnStore.List(session, caller.OwnerId, conversationId, before, limit), ct);

    /// <summary>Ends it and waits until what came of it is stored. Twice is once.</summary>
    public async Task<TurnRow?> StopAsync(Caller caller, long id, CancellationToken ct)
    {
        if (runner.Find(caller.OwnerId, id) is { } turn)
        {
            turn.Stop(StopCause.Owner);
            await turn.Ended.WaitAsync(ct);
        }

        return await FindRowAsync(caller, id, ct);
    }

    /// <summary>Answers a tool that asks; null where nothing of that id waits in that turn.</summary>
    /// <exception cref="ProblemException">A yes for good, to a tool that may change something.</exception>
    public bool? Consent(Caller caller, long id, string consentId, ConsentRequest request)
    {
        if (runner.Find(caller.OwnerId, id)?.Consents.Find(consentId) is not { } asked)
        {
            return null;
        }

        if (request.Scope() == ConsentScope.Always && asked.Tool.Writes)
        {
            throw QueryReader.Invalid(
                "remember",
                "a tool that may change something is allowed for a conversation at most"
            );
        }

        return asked.TryAnswer(new ConsentAnswer(request.Allow == true, request.Scope()));
    }

    /// <summary>What the last event of a turn that failed says.</summary>
    public static string? FaultOf(Turn? turn)
    {
        if (turn is null)
        {
            return null;
        }

        string? message = null;
        var reader = new TurnLogReader(turn.Log.Whole().Span);
        while (reader.TryRead(out var read))
        {
            if (read.Kind == TurnEventKind.Error)
            {
                message = JsonSerializer.Deserialize(read.Payload, ChatJson.Default.ErrorEvent)?.Message;
            }
        }

        return message;
    }

    /// <exception cref="ProblemException">404, before it is asked which model would answer.</exception>
    private async Task RequireAsync(Caller caller, AnswerPlace place, CancellationToken ct)
    {
        if (!await IsThereAsync(caller, place, ct))
        {
            throw new ProblemException(ProblemCodes.NotFound, "there is no such message");
        }
    }

    private async Task<TurnPlan> PlanAsync(Caller caller, ModelRoute route, AgainRequest request, CancellationToken ct)
    {
        var allowed = await AllowedAsync(caller, request.Tools, ct);
        return new TurnPlan(caller, route, request.SystemPrompt, ChatOptions.Read(request.Options), allowed)
        {
            Overflow = request.Overflow,
            Rag = request.UseRag == true ? request.Rag ?? new RagRequest() : null,
            TellsMemories = request.UseMemories != false,
        };
    }

    /// <exception cref="ProblemException">There is no tool of a name.</exception>
    private async ValueTask<IReadOnlyList<ITool>> AllowedAsync(
        Caller caller,
        IReadOnlyList<string>? names,
        CancellationToken ct
    ) =>
        await tools.FindAsync(
            caller,
            names ?? [],
            unknown => throw QueryReader.Invalid("tools", $"there is no tool called {unknown}"),
            ct
        );

    private async Task<SeenTurn> BeginAsync(Caller caller, StartedTurn started, TurnPlan plan, CancellationToken ct)
    {
        if (started.Turn is { } turn)
        {
            Begin(turn, plan);
        }

        return Ids.TryParse(started.Ids.TurnId, IdKind.Turn, out var id) && await FindAsync(caller, id, ct) is { } seen
            ? seen
            : throw new InvalidOperationException("a turn that was just stored is not there");
    }

    private void Begin(Turn turn, TurnPlan plan)
    {
        runner.Begin(turn, plan);
        events.Publish(TurnChanged.Of(turn, MessageStatus.Pending));
    }
}
