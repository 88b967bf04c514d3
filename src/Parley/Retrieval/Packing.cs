using Parley.Providers;

namespace Parley.Retrieval;

/// <summary>
/// Chooses among passages, best first: not the same words twice, not too much of one conversation or document, and no more
/// than fits. Not thread-safe.
/// </summary>
/// <param name="limit">Passages at most.</param>
/// <param name="budget">Tokens of all together.</param>
internal sealed class Packing(int limit, long budget)
{
    /// <summary>Of one conversation or document; where a question may have many passages, a quarter of them.</summary>
    private const int FewOfOne = 3;

    /// <summary>What a model is told beside each passage: its number, its title, when it was said.</summary>
    private const int Frame = 24;

    private readonly Dictionary<long, int> _groups = [];
    private readonly HashSet<ulong> _seen = [];
    private readonly List<Passage> _chosen = [];
    private long _left = budget;

    public IReadOnlyList<Passage> Chosen => _chosen;

    public bool IsFull => _chosen.Count == limit || _left <= Frame;

    /// <summary>Whether it was taken.</summary>
    public bool Add(Passage passage)
    {
        var tokens = (long)Math.Ceiling(TokenEstimate.Of(passage.Text.Span)) + Frame;
        if (
            IsFull
            || tokens > _left
            || _groups.GetValueOrDefault(passage.GroupId) >= Math.Max(FewOfOne, limit / 4)
            || !_seen.Add(Words(passage.Text.Span))
        )
        {
            return false;
        }

        _groups[passage.GroupId] = _groups.GetValueOrDefault(passage.GroupId) + 1;
        _left -= tokens;
        _chosen.Add(passage with { Tokens = tokens });
        return true;
    }

    /// <summary>The same for texts that differ in blanks and the case of letters only: answers given twice, copies of files.</summary>
    private static ulong Words(ReadOnlySpan<byte> text)
    {
        var hash = 14695981039346656037UL; // FNV-1a
        foreach (var b in text)
        {
            if (b > (byte)' ')
            {
                hash = (hash ^ (b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b)) * 1099511628211UL;
            }
        }

        return hash;
    }
}
