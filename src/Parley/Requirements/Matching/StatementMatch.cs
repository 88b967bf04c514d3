using Parley.Documents;
using Parley.Kernel;

namespace Parley.Requirements;

/// <summary>What a statement is recognised by in a later text.</summary>
/// <param name="Hash">Of its text.</param>
internal sealed record MatchedText(string Text, long Hash, string? Name)
{
    public static MatchedText Of(string text, string? name)
    {
        var hash = new ContentHash();
        hash.Add(text);
        return new MatchedText(text, hash.Value, name);
    }
}

/// <summary>
/// Which statement of the former text each new one is, so that it keeps its id: the same words, and of several the one
/// that followed the same statement; else the same id that its author gave; else the most alike, where what stands
/// around it helps, one to one and best first.
/// </summary>
internal static class StatementMatch
{
    /// <summary>How alike at least: share of common words, with what neighbours add.</summary>
    private const double Threshold = 0.55;

    /// <summary>Neighbours alone make no statement the same.</summary>
    private const double Least = 0.34;

    /// <summary>What each neighbour adds that is the same before and after.</summary>
    private const double Neighbour = 0.12;

    /// <summary>Former statements that one is compared with.</summary>
    private const int Candidates = 24;

    /// <summary>Words that more of the former statements have say nothing.</summary>
    private const int Common = 200;

    /// <summary>For each new statement the place of the former one, or -1; each former one is used once.</summary>
    public static int[] Find(IReadOnlyList<MatchedText> former, IReadOnlyList<MatchedText> now)
    {
        var found = ChunkMatch.Find(HashesOf(former), HashesOf(now));
        var used = new bool[former.Count];
        foreach (var at in found)
        {
            if (at >= 0)
            {
                used[at] = true;
            }
        }

        ByName(former, now, found, used);
        ByLikeness(former, now, found, used);
        return found;
    }

    private static List<long> HashesOf(IReadOnlyList<MatchedText> texts)
    {
        var hashes = new List<long>(texts.Count);
        foreach (var text in texts)
        {
            hashes.Add(text.Hash);
        }

        return hashes;
    }

    private static void ByName(
        IReadOnlyList<MatchedText> former,
        IReadOnlyList<MatchedText> now,
        int[] found,
        bool[] used
    )
    {
        // A name that stands twice tells nothing apart: -2.
        var named = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < former.Count; i++)
        {
            if (former[i].Name is { } name && !used[i])
            {
                named[name] = named.ContainsKey(name) ? -2 : i;
            }
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < now.Count; i++)
        {
            if (
                found[i] < 0
                && now[i].Name is { } name
                && seen.Add(name)
                && named.GetValueOrDefault(name, -1) is >= 0 and var at
            )
            {
                found[i] = at;
                used[at] = true;
            }
        }
    }

    private static void ByLikeness(
        IReadOnlyList<MatchedText> former,
        IReadOnlyList<MatchedText> now,
        int[] found,
        bool[] used
    )
    {
        var words = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var bags = new HashSet<string>?[former.Count];
        for (var i = 0; i < former.Count; i++)
        {
            if (used[i])
            {
                continue;
            }

            bags[i] = Bag(former[i]);
            foreach (var word in bags[i]!)
            {
                if (!words.TryGetValue(word, out var places))
                {
                    words[word] = places = [];
                }

                places.Add(i);
            }
        }

        if (words.Count == 0)
        {
            return;
        }

        var pairs = new List<(double Score, int Now, int Former)>();
        for (var i = 0; i < now.Count; i++)
        {
            if (found[i] >= 0)
            {
                continue;
            }

            var bag = Bag(now[i]);
            foreach (var at in Near(bag, words, i, found, former.Count, used))
            {
                var alike = Likeness(bag, bags[at]!);
                var score = alike + Around(i, at, found, former.Count);
                if (alike >= Least && score >= Threshold)
                {
                    pairs.Add((score, i, at));
                }
            }
        }

        pairs.Sort(
            static (a, b) =>
                a.Score != b.Score ? b.Score.CompareTo(a.Score)
                : a.Now != b.Now ? a.Now - b.Now
                : a.Former - b.Former
        );
        foreach (var (_, i, at) in pairs)
        {
            if (found[i] < 0 && !used[at])
            {
                found[i] = at;
                used[at] = true;
            }
        }
    }

    /// <summary>Those that share the most of the words that few have, and the one that stood where this one stands.</summary>
    private static List<int> Near(
        HashSet<string> bag,
        Dictionary<string, List<int>> words,
        int place,
        int[] found,
        int count,
        bool[] used
    )
    {
        var shared = new Dictionary<int, int>();
        foreach (var word in bag)
        {
            if (words.TryGetValue(word, out var places) && places.Count <= Common)
            {
                foreach (var at in places)
                {
                    shared[at] = shared.GetValueOrDefault(at) + 1;
                }
            }
        }

        var near = new List<int>(shared.Keys);
        near.Sort((a, b) => shared[a] != shared[b] ? shared[b] - shared[a] : a - b);
        if (near.Count > Candidates)
        {
            near.RemoveRange(Candidates, near.Count - Candidates);
        }

        var stood = place > 0 && found[place - 1] >= 0 ? found[place - 1] + 1 : -1;
        if (stood >= 0 && stood < count && !used[stood] && !near.Contains(stood))
        {
            near.Add(stood);
        }

        return near;
    }

    private static double Likeness(HashSet<string> a, HashSet<string> b)
    {
        var both = 0;
        foreach (var word in a)
        {
            both += b.Contains(word) ? 1 : 0;
        }

        return a.Count + b.Count == 0 ? 0 : 2.0 * both / (a.Count + b.Count);
    }

    private static double Around(int i, int at, int[] found, int count)
    {
        var before = i == 0 ? at == 0 : found[i - 1] == at - 1 && at > 0;
        var behind = i == found.Length - 1 ? at == count - 1 : found[i + 1] == at + 1;
        return (before ? Neighbour : 0) + (behind ? Neighbour : 0);
    }

    /// <summary>The words behind the author's id.</summary>
    private static HashSet<string> Bag(MatchedText text)
    {
        var bag = new HashSet<string>(StringComparer.Ordinal);
        StatementNames.Leading(text.Text, out var name);
        var plain = Phrases.Plain(text.Text.AsSpan(name));
        for (var at = 0; at < plain.Length; )
        {
            var end = at;
            while (end < plain.Length && char.IsLetterOrDigit(plain[end]))
            {
                end++;
            }

            if (end > at)
            {
                bag.Add(plain[at..end]);
            }

            at = Math.Max(end, at + 1);
        }

        return bag;
    }
}
