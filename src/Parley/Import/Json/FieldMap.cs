using System.Collections.Frozen;

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
    private const int LongestName = 64;

    private readonly FrozenDictionary<string, FieldUse> uses = Read(mapped, kept, dropped);

    public string Kind { get; } = kind;

    /// <summary>
    /// For objects that are a program's state and grow with every release: unknown members are kept up to this many
    /// bytes, without a warning. Null: an unknown member is news.
    /// </summary>
    public int? KeepUnknownUpTo { get; init; }

    /// <summary>The use of a name as written, still escaped: none of the known names needs an escape.</summary>
    public FieldUse Of(ReadOnlySpan<byte> rawName)
    {
        if (rawName.Length > LongestName)
        {
            return FieldUse.Unknown;
        }

        Span<char> name = stackalloc char[rawName.Length];
        for (var i = 0; i < rawName.Length; i++)
        {
            name[i] = (char)rawName[i];
        }

        return uses.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var use) ? use : FieldUse.Unknown;
    }

    private static FrozenDictionary<string, FieldUse> Read(string mapped, string kept, string dropped)
    {
        var all = new Dictionary<string, FieldUse>(StringComparer.Ordinal);
        foreach (
            var (names, use) in ((string, FieldUse)[])
                [(dropped, FieldUse.Dropped), (kept, FieldUse.Kept), (mapped, FieldUse.Mapped)]
        )
        {
            foreach (var name in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                all[name] = use;
            }
        }

        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
