namespace Parley.Documents;

/// <summary>A chunk that is stored.</summary>
internal readonly record struct StoredChunk(long Id, long Hash, Chunk Chunk);

/// <summary>
/// Which chunk of a document's former text each new one is: of the same words, and where several are, the one that
/// followed the same chunk. So what did not change keeps its id.
/// </summary>
internal static class ChunkMatch
{
    /// <summary>For each new chunk the place of the former one, or -1; each former one is used once.</summary>
    public static int[] Find(IReadOnlyList<long> former, IReadOnlyList<long> now)
    {
        var places = new Dictionary<long, List<int>>();
        for (var i = 0; i < former.Count; i++)
        {
            if (!places.TryGetValue(former[i], out var same))
            {
                places[former[i]] = same = [];
            }

            same.Add(i);
        }

        var found = new int[now.Count];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = -1;
            if (!places.TryGetValue(now[i], out var same) || same.Count == 0)
            {
                continue;
            }

            var before = i > 0 ? found[i - 1] : -1;
            var at = Math.Max(0, same.IndexOf(before + 1));
            found[i] = same[at];
            same.RemoveAt(at);
        }

        return found;
    }
}
