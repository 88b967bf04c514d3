using System.Buffers;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>What is known of a turn while it runs. Not thread-safe: the turn's own.</summary>
internal sealed class TurnRun(Turn turn, TokenCounts tokens)
{
    private long prompt;
    private int began;

    public Turn Turn { get; } = turn;

    public int Calls { get; set; }

    public string? Finish { get; set; }

    /// <summary>Of this round.</summary>
    public ModelUsage? Counted { get; private set; }

    /// <summary>Something has come of this round: it is paid for.</summary>
    private bool answers;

    /// <summary>Who answers this round.</summary>
    private ModelRoute? from;

    /// <summary>What each round used.</summary>
    public List<SpentTokens> Spent { get; } = [];

    /// <summary>The model is asked, with so many tokens as they are estimated.</summary>
    public void OpenRound(long estimated)
    {
        prompt = estimated;
        began = Turn.Log.Length;
    }

    /// <summary>Something has come; from then on the round costs something, also where the server is killed.</summary>
    public void Hear(in ModelEvent piece)
    {
        if (answers && piece.Usage is null)
        {
            return;
        }

        answers = true;
        from = piece.From ?? from;
        Counted = piece.Usage ?? Counted;
        var soFar = new ModelUsage(
            Counted?.PromptTokens ?? prompt,
            null,
            Counted?.CachedTokens,
            Counted?.ReasoningTokens
        );
        Turn.Spending = new TurnSpending([.. Spent], SpentTokens.Of(from!, soFar), began);
    }

    /// <summary>Adds up what the upstream counted; what it answered and did not count is estimated.</summary>
    public void CloseRound()
    {
        if (!answers)
        {
            return;
        }

        var completion = Counted?.CompletionTokens ?? tokens.EstimateAnswer(Turn.Model, Turn.Log.Whole(began).Span);
        var usage = new ModelUsage(
            Counted?.PromptTokens ?? prompt,
            completion,
            Counted?.CachedTokens,
            Counted?.ReasoningTokens
        )
        {
            Estimated = Counted is not { PromptTokens: not null, CompletionTokens: not null },
        };
        Spent.Add(SpentTokens.Of(from!, usage));
        Counted = null;
        answers = false;
        Turn.Spending = new TurnSpending([.. Spent], null, 0);
    }

    /// <summary>The text of the round that is over, for the message the model made its calls with.</summary>
    public byte[] Said()
    {
        var round = Turn.Log.Whole(began).Span;
        var said = new ArrayBufferWriter<byte>();
        var reader = new TurnLogReader(round);
        while (reader.TryRead(out var read))
        {
            if (read.Kind == TurnEventKind.Token)
            {
                said.Write(read.Payload);
            }
        }

        return said.WrittenSpan.ToArray();
    }
}
