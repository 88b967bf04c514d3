using System.Runtime.InteropServices;
using Parley.Kernel;
using Parley.Sqlite;

namespace Parley.Search.Sqlite;

/// <summary>
/// The score of one match: BM25 with field weights folded into the term frequency, a bonus where words of the query
/// stand close together, and a little more for what is recent. What it needs to know of the whole collection comes in
/// the argument, so a row costs only its own places (FTS5's own <c>bm25()</c> walks every match of every phrase first).
/// </summary>
internal static class Ranking
{
    public const string Function = "parley_score";

    private const float Saturation = 1.2f;
    private const float LengthShare = 0.4f;
    private const float NearBonus = 0.35f;
    private const int NearDistance = 3;
    private const float RecencyShare = 0.1f;
    private const double RecencyHalfLifeMs = 365.0 * 24 * 3600 * 1000;
    private const int MaxPlaces = 24;
    private const int MaxGroups = 16;
    private const int PlacesKept = 8;

    /// <summary>title, prompt, answer, code, tool, thinking, meta.</summary>
    private static ReadOnlySpan<float> FieldWeights => [3.0f, 1.4f, 1.0f, 0.8f, 0.5f, 0.4f, 0f];

    /// <summary>The argument of <see cref="Function"/> for an expression.</summary>
    /// <param name="phrases">In the order FTS5 numbers them.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    public static byte[] Argument(IReadOnlyList<RankedPhrase> phrases, long nowMs)
    {
        var bytes = new byte[sizeof(long) + (phrases.Count * Marshal.SizeOf<RankedPhrase>())];
        MemoryMarshal.Write(bytes, nowMs);
        MemoryMarshal.AsBytes<RankedPhrase>([.. phrases]).CopyTo(bytes.AsSpan(sizeof(long)));
        return bytes;
    }

    public static void Score(Fts5Match match)
    {
        var argument = match.Call.Blob(0);
        var phrases = MemoryMarshal.Cast<byte, RankedPhrase>(argument[sizeof(long)..]);
        Span<float> best = stackalloc float[MaxGroups];
        Span<float> weights = stackalloc float[MaxGroups];
        Span<long> places = stackalloc long[MaxGroups * PlacesKept];
        Span<int> counts = stackalloc int[MaxGroups];
        best.Clear();
        counts.Clear();
        var rows = Math.Max(1, match.RowCount);
        var average = Math.Max(1f, (float)match.ColumnTotalSize(-1) / rows);
        var norm = Saturation * (1 - LengthShare + (LengthShare * match.ColumnSize(-1) / average));
        var score = 0f;
        for (var index = 0; index < phrases.Length; index++)
        {
            var phrase = phrases[index];
            if (phrase.Group < 0)
                continue;
            var group = phrase.Group % MaxGroups;
            var frequency = Frequency(match, index, places.Slice(group * PlacesKept, PlacesKept), ref counts[group]);
            if (frequency == 0)
                continue;
            var part = phrase.Weight * frequency * (Saturation + 1) / (frequency + norm);
            weights[group] = phrase.Weight;
            if (phrase.Group >= MaxGroups)
                score += part;
            else
                best[group] = Math.Max(best[group], part);
        }

        for (var group = 0; group < MaxGroups; group++)
        {
            score += best[group];
            if (group > 0 && best[group] > 0 && best[group - 1] > 0 && Near(places, counts, group))
                score += NearBonus * Math.Min(weights[group], weights[group - 1]);
        }

        var age = Math.Max(0, MemoryMarshal.Read<long>(argument) - Ids.UnixMs(match.RowId));
        match.Call.Return(score * (1 + (RecencyShare * Math.Pow(2, -age / RecencyHalfLifeMs))));
    }

    /// <summary>How often a phrase stands in the row, each place by the weight of its field.</summary>
    private static float Frequency(Fts5Match match, int phrase, Span<long> places, ref int kept)
    {
        var frequency = 0f;
        var seen = 0;
        foreach (var place in match.Positions(phrase))
        {
            frequency += FieldWeights[place.Column];
            if (kept < places.Length)
                places[kept++] = ((long)place.Column << 32) | (uint)place.Offset;
            if (++seen == MaxPlaces)
                break;
        }

        return frequency;
    }

    private static bool Near(ReadOnlySpan<long> places, ReadOnlySpan<int> counts, int group)
    {
        var before = places.Slice((group - 1) * PlacesKept, counts[group - 1]);
        foreach (var place in places.Slice(group * PlacesKept, counts[group]))
        {
            foreach (var other in before)
            {
                if (Math.Abs(place - other) <= NearDistance)
                    return true;
            }
        }

        return false;
    }
}
