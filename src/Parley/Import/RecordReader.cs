using System.Text.Json;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// The records of one entry as JSON values, one at a time. A record that cannot be cut out or parsed is failed in the
/// report, with its place, and the next one follows; so does a damaged entry, whose rest is lost.
/// </summary>
internal sealed class RecordReader : IDisposable
{
    private readonly SourceEntry entry;
    private readonly RecordContext record;
    private readonly Stream stream;
    private readonly JsonSlices? slices;
    private readonly LineReader? lines;
    private JsonDocument? document;
    private bool damaged;

    /// <summary>A line that did not parse: whether it is broken or only cut off shows when there is another behind it.</summary>
    private (string Reason, long Index)? broken;

    private RecordReader(SourceEntry entry, RecordContext record, Stream stream, JsonSlices? slices, LineReader? lines)
    {
        this.entry = entry;
        this.record = record;
        this.stream = stream;
        this.slices = slices;
        this.lines = lines;
    }

    /// <summary>Elements of a root array, values standing one after another, or a root object (its members where <paramref name="descend"/> is given).</summary>
    public static RecordReader Values(
        SourceEntry entry,
        RecordContext record,
        IReadOnlyCollection<string>? descend = null
    )
    {
        var stream = entry.Open();
        return new RecordReader(entry, record, stream, new JsonSlices(stream, descend), null);
    }

    /// <summary>JSON lines: each line a value.</summary>
    public static RecordReader Lines(SourceEntry entry, RecordContext record)
    {
        var stream = entry.Open();
        return new RecordReader(entry, record, stream, null, new LineReader(stream));
    }

    /// <summary>Valid until the next <see cref="MoveNext"/>.</summary>
    public Json Current { get; private set; }

    /// <summary>The member of the root object it stands in; "" elsewhere.</summary>
    public string Path => slices?.Current.Path ?? "";

    public long Index => slices?.Current.Index ?? lines!.Index;

    public bool MoveNext()
    {
        Forget();
        while (!damaged && Step())
        {
            ReportBroken(isLast: false);
            record.At(entry.Name, Index);
            record.Import.Report.Progress(entry.Name, slices?.Position ?? lines!.Position);
            if (Parse())
            {
                return true;
            }
        }

        ReportBroken(isLast: true);
        return false;
    }

    public void Dispose()
    {
        Forget();
        slices?.Dispose();
        lines?.Dispose();
        stream.Dispose();
    }

    private void Forget()
    {
        document?.Dispose();
        document = null;
        Current = default;
    }

    private bool Step()
    {
        try
        {
            return slices?.MoveNext() ?? lines!.MoveNext();
        }
        catch (Exception e) when (e is InvalidDataException or SourceException)
        {
            damaged = true;
            record.At(entry.Name);
            record.Fail((e as SourceException)?.Code ?? "damaged-entry", "the entry cannot be read on: " + e.Message);
            return false;
        }
    }

    private bool Parse()
    {
        if (Error() is { } error)
        {
            record.Fail("bad-json", error);
            return false;
        }

        try
        {
            document = JsonSlices.Parse(slices?.Current.Bytes ?? lines!.Current);
            Current = new Json(document.RootElement);
            return true;
        }
        catch (JsonException e)
        {
            if (lines is not null)
            {
                broken = (e.Message, Index);
            }
            else
            {
                record.Fail("bad-json", e.Message);
                slices?.Reread();
            }

            return false;
        }
    }

    private void ReportBroken(bool isLast)
    {
        if (broken is not { } line)
        {
            return;
        }

        broken = null;
        record.At(entry.Name, line.Index);
        if (isLast)
        {
            // A session that is being written, or a crash: the next export brings the line.
            record.Warn("cut-off-line", "the last line is cut off and left out");
        }
        else
        {
            record.Fail("bad-json", line.Reason);
        }
    }

    private string? Error() =>
        slices is not null ? slices.Current.Error
        : lines!.IsTooLong ? "the line is longer than may be read"
        : null;
}
