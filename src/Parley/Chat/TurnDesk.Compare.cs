using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Providers;

namespace Parley.Chat;

internal sealed partial class TurnDesk
{
    /// <summary>Asks several models at once: each is a turn of its own, and what becomes of one is nothing to the others.</summary>
    /// <exception cref="ProblemException">One of the models is not there: then none is asked.</exception>
    public async Task<Comparison> CompareAsync(
        Caller caller,
        Body<CompareRequest> body,
        IdempotencyKey key,
        CancellationToken ct
    )
    {
        var request = body.Value;
        var names = request.Models!;
        var routes = new List<ModelRoute>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            routes.Add(await models.GetNamedAsync(caller, names[i], $"models[{i}]", ct));
        }

        var allowed = await AllowedAsync(caller, request.Tools, ct);
        var question = await PrepareAsync(caller, request.Question(), ct);
        var active = 0;
        while (request.ActiveModel is { } wanted && names[active] != wanted)
        {
            active++;
        }

        var (turns, ids) = await starts.CompareAsync(caller, body, question, routes, active, key, ct);
        var options = ChatOptions.Read(request.Options);
        for (var i = 0; i < turns.Count; i++)
        {
            Begin(
                turns[i],
                new TurnPlan(caller, routes[i], question.SystemPrompt, options, allowed) { Overflow = request.Overflow }
            );
        }

        var views = new List<TurnView>(names.Count);
        foreach (var started in ids.Turns)
        {
            if (Ids.TryParse(started.TurnId, IdKind.Turn, out var id) && await FindRowAsync(caller, id, ct) is { } row)
            {
                views.Add(row.View());
            }
        }

        return new Comparison(ids.Turns[active].ConversationId, ids.QuestionId, ids.Turns[active].MessageId, views);
    }

    /// <summary>Stops every turn that answers this message or writes it. Null where there is no such message.</summary>
    public async Task<List<TurnView>?> StopAllAsync(Caller caller, AnswerPlace place, CancellationToken ct)
    {
        var running = runner.ListUnderWay(caller.OwnerId, place.ConversationId, place.MessageId);
        foreach (var turn in running)
        {
            turn.Stop(StopCause.Owner);
        }

        var views = new List<TurnView>(running.Count);
        foreach (var turn in running)
        {
            await turn.Ended.WaitAsync(ct);
            if (await FindRowAsync(caller, turn.Id, ct) is { } row)
            {
                views.Add(row.View());
            }
        }

        return views.Count > 0 || await IsThereAsync(caller, place, ct) ? views : null;
    }

    private Task<bool> IsThereAsync(Caller caller, AnswerPlace place, CancellationToken ct) =>
        db.ReadAsync(
            session =>
                ConversationHead.Find(session, caller.OwnerId, place.ConversationId) is not null
                && MessageReads.Find(session, place.ConversationId, place.MessageId) is not null,
            ct
        );
}
