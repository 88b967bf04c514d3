using System.Numerics;
using System.Text;

namespace Parley.Import;

/// <summary>What becomes of a member of a source's object.</summary>
internal enum FieldUse : byte
{
    /// <summary>Not in the map: kept in the extras, and a warning says that the format has grown.</summary>
    Unknown,

    /// <summary>The model has a field for it.</summary>
    Mapped,

    /// <summary>Known, without a field in the model: kept in the extras.</summary>
    Kept,

    /// <summary>Known noise, or said elsewhere already: not kept.</summary>
    Dropped,
}

/// <summary>
/// The members of one kind of object at the source, and what becomes of each. Names are given as lists separated by
/// white space, so that a map reads like the table of the contract it follows. Immutable.
/// </summary>
/// <param name="kind">What the object is, for warnings: <c>conversation</c>, <c>message</c>.</param>
internal sealed class FieldMap(string kind, string mapped, string kept = "", string dropped = "")
{
    /// <summary>By <see cref="Hash"/>, open addressing, a quarter full at most: nearly every look-up is one comparison.</summary>
    private readonly (byte[]? Name, FieldUse Use)[] uses = Read(mapped, kept, dropped);

    public string Kind { get; } = kind;

    /// <summary>
    /// For objects that are a program's state and grow with every release: unknown members are kept up to this many
    /// bytes, without a warning. Null: an unknown member is news.
    /// </summary>
    public int? KeepUnknownUpTo { get; init; }

    /// <summary>The use of a name as written, still escaped: none of the known names needs an escape.</summary>
    public FieldUse Of(ReadOnlySpan<byte> rawName)
    {
        var at = Find(uses, rawName);
        return uses[at].Name is null ? FieldUse.Unknown : uses[at].Use;
    }

    private static (byte[]? Name, FieldUse Use)[] Read(string mapped, string kept, string dropped)
    {
        var size = BitOperations.RoundUpToPowerOf2(
            (uint)(1 + Names(mapped).Length + Names(kept).Length + Names(dropped).Length) * 4
        );
        var all = new (byte[]? Name, FieldUse Use)[size];
        foreach (
            var (names, use) in ((string, FieldUse)[])
                [(dropped, FieldUse.Dropped), (kept, FieldUse.Kept), (mapped, FieldUse.Mapped)]
        )
        {
            foreach (var name in Names(names))
            {
                var bytes = Encoding.UTF8.GetBytes(name);
                all[Find(all, bytes)] = (bytes, use);
            }
        }

        return all;
    }

    private static string[] Names(string list) => list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <returns>The place of a name, or the free one where it would stand.</returns>
    private static int Find((byte[]? Name, FieldUse Use)[] all, ReadOnlySpan<byte> name)
    {
        var at = (int)(Hash(name) & (uint)(all.Length - 1));
        while (all[at].Name is { } known && !name.SequenceEqual(known))
        {
            at = (at + 1) & (all.Length - 1);
        }

        return at;
    }

    /// <summary>Of the length and four characters: enough for tables that we write, and cheap.</summary>
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return 0;
        }

        var hash = (uint)name.Length;
        hash = (hash * 31) + name[0];
        hash = (hash * 31) + name[^1];
        hash = (hash * 31) + name[name.Length / 2];
        hash = (hash * 31) + name[name.Length / 4];
        return hash ^ (hash >> 9);
    }
}
