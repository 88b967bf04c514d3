using System.Security.Cryptography;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>What is to be summarised: messages of a path, and the summary of those above them, if there is one.</summary>
/// <param name="Messages">Oldest first.</param>
/// <param name="Base">Covers what stands above them.</param>
/// <param name="Whole">Nothing above is left out.</param>
/// <param name="Hash">Of all of it, to see whether it has changed.</param>
internal sealed record SummarySource(
    IReadOnlyList<ContextMessage> Messages,
    ContextSummary? Base,
    bool Whole,
    byte[] Hash
)
{
    private const int MostMessages = 2_000;

    public long Covers => Messages.Count + (Base?.Covers ?? 0);

    /// <summary>From that message upward to what a summary covers, to the root, or as far as the tokens reach.</summary>
    /// <param name="largest">Tokens that one message counts at most: longer ones are cut.</param>
    public static SummarySource Read(
        DbSession session,
        TurnPlace place,
        long from,
        Func<ModelMessage, long> tokens,
        long budget,
        long largest
    )
    {
        var summaries = SummaryRows.List(session, place.OwnerId, place.ConversationId);
        using var messages = new ContextMessages(session, place.ConversationId);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var found = new List<ContextMessage>();
        ContextSummary? before = null;
        var spent = 0L;
        long? next = from;
        for (var seen = 0; next is { } id && seen < MostMessages; seen++)
        {
            if (summaries.TryGetValue(id, out before))
            {
                break;
            }

            if (messages.Find(id, out var parent) is not { } message)
            {
                break;
            }

            if (!message.Message.Text.IsEmpty)
            {
                spent += Math.Min(largest, tokens(message.Message));
                if (spent > budget && found.Count > 0)
                {
                    break;
                }

                found.Add(message);
                hash.AppendData(BitConverter.GetBytes(id));
                hash.AppendData(message.Message.Text.Span);
            }

            next = parent;
        }

        found.Reverse();
        if (before is not null)
        {
            hash.AppendData(before.Text.Span);
        }

        return new SummarySource(found, before, before?.Whole ?? next is null, hash.GetHashAndReset());
    }
}
