using System.Text;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>
/// The summary that stands in place of what no longer fits: the one that is kept where it covers enough, else that one
/// grown by the messages that left the window since, else a first one. Thread-safe.
/// </summary>
internal sealed class ContextSummaries(
    Db db,
    AsideQuestions models,
    TokenCounts tokens,
    ChatSettings settings,
    TimeProvider time
)
{
    /// <summary>Of one summary, in tokens.</summary>
    private const long LargestSummary = 1_024;

    /// <summary>Requests for one summary: what does not fit into them is left out, the oldest first.</summary>
    private const int MostRounds = 4;

    /// <summary>Messages told in one of them, in tokens.</summary>
    private const long LargestRound = 32_768;

    /// <summary>Kept messages that a summary takes in beforehand, in tokens, so that it need not grow at each turn.</summary>
    private const long LargestSlack = 16_384;

    /// <summary>What the prompt itself takes.</summary>
    private const long PromptTokens = 300;
    private const long SmallestRound = 100;

    /// <summary>Tokens to leave for a summary in a context of so many.</summary>
    public static long Room(long budget) => Math.Min(LargestSummary, budget / 4);

    /// <exception cref="ContextException">There is none; the message says why.</exception>
    public async Task<FoundSummary> GetAsync(
        TurnPlace place,
        ModelRoute route,
        ContextOverflow overflow,
        CancellationToken ct
    )
    {
        if (!overflow.HasRoom)
        {
            throw Failed("what is pinned and asked leaves no room for a summary");
        }

        var kept = await db.ReadAsync(session => SummaryRows.List(session, place.OwnerId, place.ConversationId), ct);
        for (var i = overflow.Path.Count - 1; i >= overflow.First; i--)
        {
            if (kept.TryGetValue(overflow.Path[i].Id, out var summary))
            {
                return new FoundSummary(summary, IsNew: false);
            }
        }

        return new FoundSummary(await WriteAsync(place, route, overflow, ct), IsNew: true);
    }

    private async Task<ContextSummary> WriteAsync(
        TurnPlace place,
        ModelRoute route,
        ContextOverflow overflow,
        CancellationToken ct
    )
    {
        var room = Room(overflow.Budget);
        var window = route.Model.ContextTokens ?? settings.ContextTokens;
        var round = Math.Min(LargestRound, window - room - AnswerTokens(window, room) - PromptTokens);
        if (round < SmallestRound)
        {
            throw Failed($"the window of {route.Name} is too small to summarise in");
        }

        var from = overflow.CoverTo(Math.Min(LargestSlack, overflow.Budget / 4));
        SummarySource Read(DbSession session) =>
            SummarySource.Read(session, place, from, m => Tokens(route, m), MostRounds * round, round);
        var source = await db.ReadAsync(Read, ct);
        var text = source.Base?.Text;
        var limit = time.GetUtcNow() + settings.SummaryLimit;
        foreach (var part in Rounds(source.Messages, route, round))
        {
            text = await AskAsync(place.OwnerId, route, text, part, room, limit - time.GetUtcNow(), ct);
        }

        var summary = new ContextSummary(
            from,
            source.Covers,
            source.Whole,
            SummaryPrompt.NewMark(),
            text ?? throw Failed("there is nothing to summarise")
        );
        await db.WriteAsync(
            tx =>
            {
                // What was edited or deleted meanwhile would be in it: then it is used once, and not kept.
                if (Read(tx).Hash.AsSpan().SequenceEqual(source.Hash))
                {
                    SummaryRows.Add(tx, place, summary, route.Name, ApiTime.Micros(time.GetUtcNow()));
                    SummaryRows.Cover(tx, place.ConversationId, source.Messages.Select(m => m.Id));
                }
            },
            ct
        );
        return summary;
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(
        long ownerId,
        ModelRoute route,
        ReadOnlyMemory<byte>? before,
        List<ModelMessage> messages,
        long room,
        TimeSpan limit,
        CancellationToken ct
    )
    {
        if (limit <= TimeSpan.Zero)
        {
            throw Failed($"{route.Name} took longer than {settings.SummaryLimit.TotalSeconds:0} s");
        }

        var request = new ModelRequest
        {
            Model = route.Name,
            Messages = SummaryPrompt.Write(before, messages, words: (int)(room / 2)),
            Options = new ModelOptions
            {
                Temperature = 0.2,
                MaxTokens = (int)AnswerTokens(route.Model.ContextTokens ?? settings.ContextTokens, room),
            },
        };
        var answer = await models.AskAsync(ownerId, route, request, limit, (int)room * 8, ct);
        if (answer.Fault is { } fault)
        {
            throw Failed(fault);
        }

        return string.IsNullOrWhiteSpace(answer.Text)
            ? throw Failed($"{route.Name} answered with nothing")
            : Cut(route, Encoding.UTF8.GetBytes(answer.Text.Trim()), room);
    }

    /// <summary>Stretches of messages, oldest first, each for one request.</summary>
    private IEnumerable<List<ModelMessage>> Rounds(IReadOnlyList<ContextMessage> messages, ModelRoute route, long round)
    {
        var part = new List<ModelMessage>();
        var spent = 0L;
        foreach (var found in messages)
        {
            var message = found.Message with { Text = Cut(route, found.Message.Text, round) };
            var cost = Tokens(route, message);
            if (part.Count > 0 && spent + cost > round)
            {
                yield return part;
                part = [];
                spent = 0;
            }

            part.Add(message);
            spent += cost;
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    /// <summary>The beginning that so many tokens hold; never through a character.</summary>
    private ReadOnlyMemory<byte> Cut(ModelRoute route, ReadOnlyMemory<byte> text, long most)
    {
        for (var cost = tokens.Estimate(route.Name, text.Span); cost > most; )
        {
            var length = (int)Math.Min(text.Length - 1, text.Length * most / cost);
            while (length > 0 && (text.Span[length] & 0xC0) == 0x80)
            {
                length--;
            }

            text = text[..length];
            cost = length == 0 ? 0 : tokens.Estimate(route.Name, text.Span);
        }

        return text;
    }

    /// <summary>A model may think before it writes: it gets more room than a summary has.</summary>
    private static long AnswerTokens(long window, long room) => Math.Min(2 * room, window / 4);

    private long Tokens(ModelRoute route, ModelMessage message) => tokens.Estimate(route.Name, message.Text.Span);

    private static ContextException Failed(string why) => new(ContextException.NoSummary, why);
}

/// <param name="IsNew">It was written for this turn.</param>
internal readonly record struct FoundSummary(ContextSummary Summary, bool IsNew);

/// <summary>What does not fit a model's window.</summary>
/// <param name="Path">What was looked at, newest first; the last one is the newest that is left out.</param>
/// <param name="First">Place of the first of them that a summary may cover: what is answered is none.</param>
/// <param name="Budget">Tokens of all that is sent.</param>
/// <param name="HasRoom">A summary fits beside what is sent in any case.</param>
internal sealed record ContextOverflow(IReadOnlyList<ContextStep> Path, int First, long Budget, bool HasRoom)
{
    /// <summary>The newest message of those left out and of so many tokens more.</summary>
    public long CoverTo(long slack)
    {
        var at = Path.Count - 1;
        for (var spent = 0L; at > First && (spent += Path[at - 1].Tokens) <= slack; )
        {
            at--;
        }

        return Path[at].Id;
    }
}

/// <param name="Tokens">0 for one that has nothing to say.</param>
internal readonly record struct ContextStep(long Id, long Tokens);
