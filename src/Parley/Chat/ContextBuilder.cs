using System.Text;
using Parley.Files;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>
/// What a model is told: what is pinned on the path from the question to the root, and of the rest the newest until the
/// token budget is spent, so that the cost is that of what is sent and not of the conversation's length. Thread-safe.
/// </summary>
/// <remarks>
/// Reasoning, and the calls and results of earlier turns, stay out: the answers made of them are there. Files come with
/// their extracted text, images as images.
/// </remarks>
internal sealed class ContextBuilder(Db db, BlobStore blobs, ChatSettings options, TokenCounts tokens)
{
    private const int MostMessages = 2_000;
    private const int MostImages = 16;

    /// <param name="summarises">Where not all fits, room is left for a summary of the rest.</param>
    /// <exception cref="ContextException">What is pinned does not fit.</exception>
    public async Task<BuiltContext> BuildAsync(ContextQuestion question, bool summarises, CancellationToken ct)
    {
        var window = question.Route.Model.ContextTokens ?? options.ContextTokens;
        var budget = window - Math.Min(question.AnswerTokens ?? window, window / 4) - question.Reserved;
        var (path, overflow) = await db.ReadAsync(session => Read(session, question, budget, summarises), ct);
        var images = MostImages;
        var messages = new List<ModelMessage>(path.Count + 1);
        foreach (var found in path)
        {
            messages.Add(found.Images.Count == 0 ? found.Message : WithImages(found, ref images));
        }

        return new BuiltContext(messages, overflow);
    }

    private (List<ContextMessage> Path, ContextOverflow? Overflow) Read(
        DbSession session,
        ContextQuestion question,
        long budget,
        bool summarises
    )
    {
        var all = Walk(session, question, budget, reserve: 0);
        if (!all.IsCut || !summarises)
        {
            return (all.Messages, null);
        }

        var some = Walk(session, question, budget, ContextSummaries.Room(budget));
        return (some.Messages, new ContextOverflow(some.Steps, question.Answered, budget, some.HasRoom));
    }

    /// <param name="reserve">Tokens of the budget that are left free, unless the question needs them.</param>
    private ContextWalk Walk(DbSession session, ContextQuestion question, long budget, long reserve)
    {
        var (place, model) = (question.Place, question.Route.Name);
        using var messages = new ContextMessages(session, place.ConversationId);
        var system = SystemMessage(session, place, question.SystemPrompt);
        var next = place.Continues ? place.MessageId : place.QuestionId;
        var pins = new ContextPins(model, tokens, budget);
        var spent = system is null ? 0 : tokens.Estimate(model, system.Message.Text.Span);
        spent += pins.Read(session, messages, place.ConversationId, next, spent);
        var walk = new ContextWalk { HasRoom = spent <= budget - reserve };
        while (next is { } id && !walk.IsCut)
        {
            var pin = pins.Take(id, out var parent);
            if ((pin ?? messages.Find(id, out parent)) is not { } found)
            {
                break;
            }

            next = parent;
            var cost = pin is not null || found.IsEmpty ? 0 : tokens.Estimate(model, found.Message.Text.Span);
            spent += cost;
            walk.Steps.Add(new ContextStep(id, cost));
            walk.IsCut =
                (walk.Messages.Count > 0 && spent > budget - reserve && cost > 0) || walk.Steps.Count > MostMessages;
            if (!walk.IsCut && !found.IsEmpty)
            {
                pins.RequireRoomBeside(spent);
                walk.HasRoom &= spent <= budget - reserve;
                walk.Messages.Add(found);
            }
        }

        walk.Messages.AddRange(pins.Rest());
        if (system is not null)
        {
            walk.Messages.Add(system);
        }

        walk.Messages.Reverse();
        return walk;
    }

    private static ContextMessage? SystemMessage(DbSession session, TurnPlace place, string? given)
    {
        if ((given ?? SystemPrompt(session, place)) is not { } prompt)
        {
            return null;
        }

        var message = new ModelMessage(ModelRole.System) { Text = Encoding.UTF8.GetBytes(prompt) };
        return new ContextMessage(0, message, []);
    }

    private static string? SystemPrompt(DbSession session, TurnPlace place)
    {
        using var row = session.Query("SELECT system_prompt FROM conversations WHERE id = ?1 AND owner_id = ?2");
        return row.Bind(1, place.ConversationId).Bind(2, place.OwnerId).Step() ? row.Text(0) : null;
    }

    private ModelMessage WithImages(ContextMessage found, ref int left)
    {
        var images = new List<ModelImage>();
        foreach (var image in found.Images)
        {
            if (left > 0 && blobs.Open(image.Blob) is { } file)
            {
                using (file)
                {
                    var bytes = new byte[file.Length];
                    file.ReadExactly(bytes);
                    images.Add(new ModelImage(image.MediaType, bytes));
                    left--;
                }
            }
        }

        return found.Message with
        {
            Images = images,
        };
    }

    /// <summary>A path as it is read, newest first until it is turned.</summary>
    private sealed class ContextWalk
    {
        public List<ContextMessage> Messages { get; } = [];

        /// <summary>All that was looked at; where it was cut, the last one is the newest that is left out.</summary>
        public List<ContextStep> Steps { get; } = [];
        public bool IsCut { get; set; }

        /// <summary>What is sent in any case leaves the reserve free.</summary>
        public bool HasRoom { get; set; }
    }
}

/// <param name="SystemPrompt">Stands in for the conversation's own.</param>
/// <param name="AnswerTokens">Room to leave for the answer; null: a quarter.</param>
internal sealed record ContextQuestion(TurnPlace Place, ModelRoute Route, string? SystemPrompt, int? AnswerTokens)
{
    /// <summary>Tokens of the window that something else takes: passages the answer should rest on.</summary>
    public long Reserved { get; init; }

    /// <summary>How many of the newest messages are what is answered: the question, and the answer that goes on.</summary>
    public int Answered => Place.Continues ? 2 : 1;
}

/// <param name="Messages">Oldest first.</param>
/// <param name="Overflow">Where a summary was wanted and not all fits.</param>
internal sealed record BuiltContext(List<ModelMessage> Messages, ContextOverflow? Overflow);
