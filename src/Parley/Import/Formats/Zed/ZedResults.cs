namespace Parley.Import.Formats.Zed;

/// <summary>The tool results of one message by call id, in the order of the source.</summary>
internal sealed class ZedResults
{
    private readonly List<(string Id, Json Result, bool Taken)> all = [];
    private readonly Dictionary<string, int> byId = [];

    public int Count => all.Count;

    /// <summary>Adds an object by call id, or an array of results that name their call.</summary>
    public ZedResults Add(Json results)
    {
        foreach (var (id, result) in results.Members())
        {
            Add(id, result);
        }

        foreach (var result in results.Items())
        {
            Add(result["tool_use_id"].Scalar() ?? "", result);
        }

        return this;
    }

    /// <summary>Takes the result of a call out; false where there is none or it is out already.</summary>
    public bool Take(string id, out Json result)
    {
        result = default;
        if (!byId.Remove(id, out var at))
        {
            return false;
        }

        result = all[at].Result;
        all[at] = all[at] with { Taken = true };
        return true;
    }

    /// <summary>What was not taken.</summary>
    public IEnumerable<(string Id, Json Result)> Rest()
    {
        foreach (var (id, result, taken) in all)
        {
            if (!taken)
            {
                yield return (id, result);
            }
        }
    }

    private void Add(string id, Json result)
    {
        byId.TryAdd(id, all.Count);
        all.Add((id, result, false));
    }
}
