using System.Text.Json;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>What a turn has used up to a moment: kept with its pieces, so that a killed server's answers are charged too.</summary>
/// <param name="Rounds">Requests that are over.</param>
/// <param name="Open">The one under way, once something of it has come; its completion is what the log says of it.</param>
/// <param name="From">Where that one begins in the log.</param>
internal sealed record TurnSpending(IReadOnlyList<SpentTokens> Rounds, SpentTokens? Open, int From)
{
    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, ChatExtrasJson.Default.TurnSpending);

    public static TurnSpending? Read(ReadOnlySpan<byte> saved) =>
        saved.IsEmpty ? null : JsonSerializer.Deserialize(saved, ChatExtrasJson.Default.TurnSpending);

    /// <summary>All of it, where the turn ends here: what nobody counted is estimated by what came.</summary>
    public IReadOnlyList<SpentTokens> End(TokenCounts tokens, ReadOnlySpan<byte> log)
    {
        if (Open is null)
        {
            return Rounds;
        }

        var came = From < log.Length ? tokens.EstimateAnswer(Open.Model, log[From..]) : 0;
        var usage = Open.Usage with { CompletionTokens = came, Estimated = true };
        return [.. Rounds, Open with { Usage = usage }];
    }
}
