namespace Parley.Import;

/// <summary>
/// Strings that stand in every message (models, tools, states), made once. Holds the few that came last; not
/// thread-safe.
/// </summary>
internal sealed class NameCache
{
    private const int Size = 16;
    private const int Longest = 100;

    private readonly (byte[] Raw, string Text)[] known = new (byte[], string)[Size];
    private int next;

    /// <summary>The string; null where the value is none or is empty.</summary>
    public string? Get(Json value)
    {
        if (!value.IsString)
        {
            return null;
        }

        var raw = value.RawBytes();
        foreach (var (bytes, text) in known)
        {
            if (raw.SequenceEqual(bytes))
            {
                return text;
            }
        }

        var made = value.String()!;
        if (made.Length == 0)
        {
            return null;
        }

        if (raw.Length <= Longest)
        {
            known[next] = (raw.ToArray(), made);
            next = (next + 1) % Size;
        }

        return made;
    }
}
