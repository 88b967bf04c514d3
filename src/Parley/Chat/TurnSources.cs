using System.Text;
using System.Text.Json;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Providers;
using Parley.Retrieval;
using Parley.Search;

namespace Parley.Chat;

/// <summary>
/// What the answer of a turn should rest on, where the question asks for it: found by the question's own words, told to the
/// model, and said in the event <c>sources</c>, which is stored with the answer. Thread-safe.
/// </summary>
internal sealed class TurnSources(Db db, Retriever retriever, ChatSettings settings, ILogger<TurnSources> log)
{
    /// <summary>Words of a long question that are looked for.</summary>
    private const int MostWords = 64;

    /// <summary>What the model is to be told; null where nothing was found or nothing is wanted.</summary>
    public async Task<ModelMessage?> FindAsync(Turn turn, TurnPlan plan)
    {
        if (plan.Rag is not { } rag || turn.Place.QuestionId is not { } questionId)
        {
            return null;
        }

        var ct = turn.Stopping;
        SourcesEvent said;
        try
        {
            var text = await db.ReadAsync(session => MessageTexts.Read(session, questionId), ct);
            var words = Encoding.UTF8.GetString(text.Span);
            var question = rag.With(words).ToQuestion(turn.Place.OwnerId);
            var window = plan.Route.Model.ContextTokens ?? settings.ContextTokens;
            var found = await retriever.FindAsync(
                question with
                {
                    Query = SearchQuery.OfWords(words, MostWords),
                    TokenBudget = Math.Min(question.TokenBudget, window / 4),
                    NotConversation = turn.Place.ConversationId,
                },
                ct
            );
            said = new SourcesEvent([.. found.Passages.Select(PassageView.Of)], found.Lanes);
        }
        catch (StoreException failure)
        {
            // The question is answered all the same, and the answer says from what not.
            ChatLog.NoSources(log, turn.Id, failure.Message);
            said = new SourcesEvent([], [new LaneReport(TextLane.Name, "failed", 0, failure.Message, 0)]);
        }

        turn.Log.Append(
            TurnEventKind.Sources,
            JsonSerializer.SerializeToUtf8Bytes(said, ChatJson.Default.SourcesEvent)
        );
        return said.Sources.Count == 0 ? null : SourcesPrompt.Tell(said.Sources);
    }
}
