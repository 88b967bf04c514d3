using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import;

/// <summary>
/// Where a format's reader stands: the record it is at, so that every notice names its place, and what all records
/// of a run share. One per run, used by one thread.
/// </summary>
internal sealed class RecordContext(ImportContext import)
{
    private const int LongestName = 80;

    public ImportContext Import { get; } = import;
    public ExtrasWriter Extras { get; } = new(import.Report);
    public string Entry { get; private set; } = "";
    public long Index { get; private set; } = -1;
    public string? Id { get; set; }

    public void At(string entry, long index = -1, string? id = null)
    {
        Import.Cancellation.ThrowIfCancellationRequested();
        (Entry, Index, Id) = (entry, index, id);
    }

    public void Warn(string code, string what) => Import.Report.Warn(code, what, Entry, Index, Id);

    public void Fail(string code, string reason) => Import.Report.Fail(code, reason, Entry, Index, Id);

    public void Ignore(string code, string reason) => Import.Report.Ignore(code, reason, Entry, Index, Id);

    /// <summary>Fills a draft; a record that breaks on the way is failed and gives null.</summary>
    public ConversationDraft? Fill(ConversationDraft draft, Action<ConversationDraft> fill)
    {
        (draft.Entry, draft.Index) = (Entry, Index);
        try
        {
            fill(draft);
            return draft;
        }
        catch (Exception e) when (IsBadRecord(e))
        {
            draft.Dispose();
            Fail(e is JsonException ? "bad-json" : "bad-record", e.Message);
            return null;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    /// <summary>A record of a form that cannot be read, as against a broken source, a bug or cancellation.</summary>
    public static bool IsBadRecord(Exception e) =>
        e is JsonException or FormatException or InvalidDataException or OverflowException
        || (e is InvalidOperationException and not ObjectDisposedException);

    /// <summary>A time (imports.md 1.1, rule 7); one that states no zone is taken for UTC, with a warning.</summary>
    public long? Time(Json value)
    {
        var time = value.Time();
        if (time is not null && value.IsString && LacksZone(value.RawBytes()))
        {
            Warn("time-without-zone", "a time states no zone: taken for UTC");
        }

        return time;
    }

    private static bool LacksZone(ReadOnlySpan<byte> quoted)
    {
        if (quoted[^2] is (byte)'Z' or (byte)'z')
        {
            return false;
        }

        var clock = quoted.LastIndexOf((byte)':');
        var zone = quoted.LastIndexOfAny("+-"u8);
        return clock > 0 && !(zone > quoted.IndexOf((byte)':'));
    }

    /// <summary>A part that nobody told us of: kept raw, with a warning.</summary>
    public PartDraft Unknown(string? type, Json value, Utf8Arena arena)
    {
        Warn("unknown-content-type", $"unknown content type \"{Short(type)}\", kept raw");
        return new PartDraft(PartKind.Unknown) { Name = type, Text = value.Readable(arena) };
    }

    /// <summary>Cut so that a hostile name does not fill the report.</summary>
    public static string Short(string? name) =>
        name is null ? "(none)"
        : name.Length <= LongestName ? name
        : string.Concat(name.AsSpan(0, LongestName), "…");

    public ReadOnlyMemory<byte> Rest(Json source, FieldMap map, Utf8Arena arena) =>
        Extras.Rest(source, map, arena, Entry, Index, Id);

    /// <summary>Begins the extras of an object; see <see cref="ExtrasWriter"/>.</summary>
    public ExtrasWriter BeginExtras(Json source, FieldMap map) => Extras.Begin().Take(source, map, Entry, Index, Id);
}
