using System.Text;
using System.Text.Json;
using Parley.Kernel;

namespace Parley.Providers;

/// <summary>
/// Text for a model that stays within a number of tokens. They are counted from above (<see cref="TokenEstimate.AtMost"/>),
/// so that no tokenizer counts more. Not thread-safe.
/// </summary>
internal sealed class Budget(int tokens)
{
    public const int Usual = 2_000;

    /// <summary>Characters that are ever counted as one token: of a long text no more than can fit is looked at.</summary>
    private const int MostOfToken = 16;

    private readonly StringBuilder text = new();

    /// <summary>Tokens that are still free.</summary>
    public int Left { get; private set; } = tokens;

    public bool IsEmpty => text.Length == 0;

    /// <summary>Of a call's arguments.</summary>
    public static Budget Of(JsonElement arguments) => new(JsonMembers.Whole(arguments, "token_budget") ?? Usual);

    /// <summary>False, and nothing is added, where it does not fit.</summary>
    public bool Add(string piece)
    {
        var tokens = TokenEstimate.AtMost(piece);
        if (tokens > Left)
        {
            return false;
        }

        text.Append(piece);
        Left -= tokens;
        return true;
    }

    /// <summary>How many characters of the piece fit; never half of one.</summary>
    /// <param name="keep">Tokens that are to stay free.</param>
    public int Fitting(string piece, int keep)
    {
        var free = Left - keep;
        var (low, high) = (0, (int)Math.Clamp(MostOfToken * (long)free, 0, piece.Length));
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (TokenEstimate.AtMost(piece.AsSpan(0, middle)) <= free)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low > 0 && low < piece.Length && char.IsHighSurrogate(piece[low - 1]) ? low - 1 : low;
    }

    public override string ToString() => text.ToString();
}
