using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>What several answers to one question are remembered by.</summary>
/// <param name="Turns">As the models were asked for.</param>
internal sealed record TurnsStarted(string QuestionId, IReadOnlyList<TurnStarted> Turns);

internal sealed partial class TurnStarts
{
    /// <summary>One question and an empty answer of each model, stored together: all turns are begun, or none.</summary>
    /// <param name="active">Which of the answers the active path ends at.</param>
    /// <returns>No turns where the request came again with its key: then only their ids are known.</returns>
    public async Task<(IReadOnlyList<Turn> Turns, TurnsStarted Ids)> CompareAsync(
        Caller caller,
        Body<CompareRequest> body,
        PreparedQuestion question,
        IReadOnlyList<ModelRoute> routes,
        int active,
        IdempotencyKey key,
        CancellationToken ct
    )
    {
        Turn[] turns = [];
        var answer = await writes.RunAsync(
            caller.OwnerId,
            key,
            body.Utf8,
            tx =>
            {
                var asked = Question(tx, caller.OwnerId, question, routes[active].Name);
                turns = new Turn[routes.Count];

                // The active one first: the path grows by it once, and the others are put beside it.
                turns[active] = Answer(tx, caller.OwnerId, asked, routes[active], aside: false);
                for (var i = 0; i < turns.Length; i++)
                {
                    turns[i] ??= Answer(tx, caller.OwnerId, asked, routes[i], aside: true);
                }

                return StoredAnswer.Of(
                    new TurnsStarted(Conversations.MessageId.Format(asked.Id), [.. turns.Select(IdsOf)]),
                    ChatJson.Default.TurnsStarted,
                    StatusCodes.Status201Created
                );
            },
            ct
        );
        return (turns, JsonSerializer.Deserialize(answer.Json, ChatJson.Default.TurnsStarted)!);
    }
}
