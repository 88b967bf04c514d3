using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import;

/// <summary>
/// Makes the extras of a draft: one raw JSON object of what the model has no field for. Members are copied as they
/// stand in the source; null, "", [] and {} say nothing and are left out. One writer serves one run
/// and one thread.
/// </summary>
internal sealed class ExtrasWriter(IImportReport report)
{
    /// <summary>Locations reported of each unknown name; the report keeps no more (imports.md section 9).</summary>
    private const int LocationsPerName = 10;

    /// <summary>A source that makes up names without end is not to fill the memory with them.</summary>
    private const int MostNames = 500;

    private readonly ArrayBufferWriter<byte> json = new();
    private readonly Dictionary<(string Kind, string Name), int> unknown = [];

    /// <summary>The members of <paramref name="source"/> that <paramref name="map"/> neither maps nor drops; empty where there are none.</summary>
    public ReadOnlyMemory<byte> Rest(
        Json source,
        FieldMap map,
        Utf8Arena arena,
        string entry,
        long index = -1,
        string? id = null
    )
    {
        Begin().Take(source, map, entry, index, id);
        return Finish(arena);
    }

    /// <summary>Begins an object of several sources' members; what a record that failed half-way left is dropped.</summary>
    public ExtrasWriter Begin()
    {
        json.ResetWrittenCount();
        return this;
    }

    /// <summary>Adds those members to the object being made. <see cref="Finish"/> ends it.</summary>
    public ExtrasWriter Take(Json source, FieldMap map, string entry, long index = -1, string? id = null)
    {
        foreach (var member in source.RawMembers())
        {
            Take(JsonNames.Raw(member), JsonMarshal.GetRawUtf8Value(member.Value), map, entry, index, id);
        }

        return this;
    }

    /// <summary>Adds one member where the map says so; name and value are JSON as it is to stand there.</summary>
    public void Take(
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> value,
        FieldMap map,
        string entry,
        long index = -1,
        string? id = null
    )
    {
        var use = map.Of(name);
        if (use == FieldUse.Unknown && map.KeepUnknownUpTo is { } most)
        {
            use = value.Length <= most ? FieldUse.Kept : FieldUse.Dropped;
        }

        if (use == FieldUse.Unknown)
        {
            Warn(map.Kind, JsonText.ToString(name), entry, index, id);
        }

        if (use is FieldUse.Unknown or FieldUse.Kept)
        {
            Add(name, value);
        }
    }

    /// <summary>Adds one member; <paramref name="name"/> and <paramref name="value"/> are JSON as it is to stand there.</summary>
    public ExtrasWriter Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.SequenceEqual("null"u8) || value.SequenceEqual("\"\""u8) || IsEmptyContainer(value))
        {
            return this;
        }

        json.Write(json.WrittenCount == 0 ? "{\""u8 : ",\""u8);
        json.Write(name);
        json.Write("\":"u8);
        json.Write(value);
        return this;
    }

    public ExtrasWriter Add(ReadOnlySpan<byte> name, Json value) => value.Exists ? Add(name, value.RawBytes()) : this;

    public ExtrasWriter Add(ReadOnlySpan<byte> name, string? value) =>
        string.IsNullOrEmpty(value) ? this : Add(name, Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(value)}\""));

    /// <summary>The object made so far, in the arena; empty where nothing was added.</summary>
    public ReadOnlyMemory<byte> Finish(Utf8Arena arena)
    {
        if (json.WrittenCount == 0)
        {
            return default;
        }

        json.Write("}"u8);
        var made = JsonText.Valid(json.WrittenSpan, arena);
        json.ResetWrittenCount();
        return made;
    }

    private static bool IsEmptyContainer(ReadOnlySpan<byte> value) =>
        value[0] is (byte)'[' or (byte)'{' && value[1..^1].Trim(" \t\r\n"u8).IsEmpty;

    private void Warn(string kind, string name, string entry, long index, string? id)
    {
        var seen = unknown.GetValueOrDefault((kind, name));
        if (seen < LocationsPerName && (seen > 0 || unknown.Count < MostNames))
        {
            unknown[(kind, name)] = seen + 1;
            report.Warn("unknown-field", $"unknown field \"{name}\" of a {kind}, kept", entry, index, id);
        }
    }
}
