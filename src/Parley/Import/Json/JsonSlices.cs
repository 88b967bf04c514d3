using System.Text.Json;

namespace Parley.Import;

/// <summary>One value cut out of a JSON file: the bytes live until the next <see cref="JsonSlices.MoveNext"/>.</summary>
/// <param name="Path">Name of the root object's member it stands in; "" in a root array or for a lone root value.</param>
/// <param name="Index">Position in that array, from 0; -1 for a value that is no array element.</param>
/// <param name="Offset">Byte offset in the file.</param>
/// <param name="Error">Why the value could not be cut out (cut off, unbalanced, too long); the bytes are then empty.</param>
internal readonly record struct JsonSlice(
    string Path,
    long Index,
    long Offset,
    ReadOnlyMemory<byte> Bytes,
    string? Error
);

/// <summary>
/// Walks a JSON file of any size and gives it out value by value: elements of the root array, or, for a root object,
/// its members, those of <c>descend</c> element by element. Only one value is in memory. The cut is by brackets and
/// quotes alone; whether a value is sound JSON shows when it is parsed. A record whose brackets do not close is given
/// out as an error and the walk goes on with the next one that can be told (<see cref="JsonResync"/>).
/// Several root values one after another (JSON lines, concatenated) are walked in turn.
/// </summary>
/// <param name="descend">Members of a root object whose arrays are given out element by element; null → a root object is one value.</param>
/// <param name="maxValueBytes">The largest single value that is taken into memory.</param>
/// <param name="oneRoot">Stop behind the first root value: what follows is no JSON.</param>
internal sealed class JsonSlices(
    Stream stream,
    IReadOnlyCollection<string>? descend = null,
    int maxValueBytes = JsonSlices.DefaultMaxValue,
    bool oneRoot = false
) : IDisposable
{
    /// <summary>256 MiB: real conversations reach tens of MB (imports.md 1.1, rule 2), and parsing needs a multiple.</summary>
    public const int DefaultMaxValue = 1 << 28;

    /// <summary>How many seeming beginnings of a record a sound record may hold after a broken one was met.</summary>
    private const int Doubts = 4;

    private enum Place
    {
        Start,
        Root,
        Array,
        Object,
        End,
    }

    private readonly JsonWindow window = new(stream);
    private readonly JsonResync resync = new();
    private Place place;
    private bool inMember;
    private bool bounded;
    private bool moved;
    private string path = "";
    private long index = -1;

    public JsonSlice Current { get; private set; }

    /// <summary>Bytes read so far, for progress.</summary>
    public long Position => window.Position;

    /// <summary>Parses a slice, see <see cref="JsonParse"/>.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes) => JsonParse.Document(bytes);

    public bool MoveNext()
    {
        if (place == Place.Start)
        {
            window.SkipByteOrderMark();
            place = Place.Root;
        }

        if (oneRoot && moved && place == Place.Root)
        {
            place = Place.End;
        }

        while (place != Place.End)
        {
            var next = window.Peek();
            if (next < 0)
            {
                return AtEnd();
            }

            if (Step(next))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The current value turned out to be no JSON. A quote that is missing makes a record run over its neighbours:
    /// the walk goes back to the first that begins within it. Call it before the next <see cref="MoveNext"/>.
    /// </summary>
    public void Reread()
    {
        var next = Current.Error is null ? resync.Find(Current.Bytes.Span, 1) : -1;
        if (next > 0)
        {
            window.Back(Current.Bytes.Length - next);
            bounded = true;
        }
    }

    public void Dispose() => window.Dispose();

    private bool AtEnd()
    {
        var whole = place == Place.Root && window.Broken is null;
        return !whole && Fail(window.Broken ?? $"the file ends early, at byte {window.Position}");
    }

    /// <summary>Goes one byte or one value on; true where there is something to give out.</summary>
    private bool Step(int next)
    {
        switch (place, next)
        {
            case (Place.Root, '['):
                Enter(Place.Array, "");
                return false;
            case (Place.Root, '{') when descend is not null:
                Enter(Place.Object, "");
                return false;
            case (Place.Array, ']'):
                Leave();
                return false;
            case (Place.Object, '"'):
                return Member();
            case (Place.Object, '}'):
                window.Advance(1);
                place = Place.Root;
                return false;
            case (Place.Object, _):
            case (_, ',' or ':' or '}' or ']'):
                window.Advance(1);
                return false;
            case (Place.Root, _):
                path = "";
                index++;
                return Take();
            default:
                index++;
                return Take();
        }
    }

    private void Enter(Place to, string name)
    {
        window.Advance(1);
        place = to;
        path = name;
        index = -1;
    }

    private void Leave()
    {
        window.Advance(1);
        place =
            inMember ? Place.Object
            : oneRoot ? Place.End
            : Place.Root;
        inMember = false;
    }

    /// <summary>Reads a member's name and either enters its array or takes its value.</summary>
    private bool Member()
    {
        var length = Cut.OfString(int.MaxValue);
        if (length < 0)
        {
            return Fail(CutOff());
        }

        var name = JsonText.ToString(window.Span[1..(length - 1)]);
        window.Advance(length);
        int next;
        while ((next = window.Peek()) == ':')
        {
            window.Advance(1);
        }

        path = name;
        index = -1;
        if (next == '[' && descend!.Contains(name))
        {
            inMember = true;
            Enter(Place.Array, name);
            return false;
        }

        return next < 0 ? AtEnd() : Take();
    }

    private bool Take()
    {
        var length = bounded ? BoundedLength() : Cut.OfValue(int.MaxValue);
        if (length < 0)
        {
            return Damaged(CutOff());
        }

        if (length == 0)
        {
            return Damaged($"what stands at byte {window.Position} is no JSON");
        }

        Learn(length);
        moved = true;
        Current = new JsonSlice(path, index, window.Position, window.Memory(length), null);
        window.Advance(length);
        return true;
    }

    /// <summary>Looks at the first value only: how its like begin, and whether each has a line of its own.</summary>
    private void Learn(int length)
    {
        if (moved || window.Span[0] != '{')
        {
            return;
        }

        var record = window.Span[..length];
        resync.Learn(record);
        if (place == Place.Root && (window.Length > length || window.Fill()))
        {
            resync.Lines = bounded =
                window.Span[length] is (byte)'\n' or (byte)'\r' && !window.Span[..length].Contains((byte)'\n');
        }
    }

    private JsonCut Cut => new(window, maxValueBytes);

    private string CutOff() =>
        window.Broken
        ?? (
            window.Length >= maxValueBytes
                ? $"the value that begins at byte {window.Position} is longer than {maxValueBytes} bytes"
                : $"the value that begins at byte {window.Position} is cut off or its brackets do not match"
        );

    private bool Fail(string error)
    {
        Current = new JsonSlice(path, index, window.Position, default, error);
        place = Place.End;
        return true;
    }

    /// <summary>Gives out the error and goes on where the next record begins, if that can be told.</summary>
    private bool Damaged(string error)
    {
        var (at, was) = (window.Position, place);
        Fail(error);
        Current = Current with { Offset = at };
        if (was is Place.Array or Place.Root)
        {
            resync.Learn(window.Span);
            resync.Lines = was == Place.Root;
            if (SkipToNext())
            {
                (place, bounded, moved) = (was, true, true);
            }
        }

        return true;
    }

    private bool SkipToNext()
    {
        while (true)
        {
            var next = FindNext(1);
            if (next >= 0)
            {
                window.Advance(next);
                return true;
            }

            window.Advance(Math.Max(0, window.Length - JsonResync.Overlap));
            if (!window.Fill())
            {
                return false;
            }
        }
    }

    /// <summary>Where the next record seems to begin; reads on until one is seen, the file ends or the value limit is reached.</summary>
    private int FindNext(int from)
    {
        while (true)
        {
            var next = resync.Find(window.Span, from);
            if (next >= 0)
            {
                return next;
            }

            from = Math.Max(from, window.Length - JsonResync.Overlap);
            if (window.Length >= maxValueBytes || !window.Fill())
            {
                return -1;
            }
        }
    }

    /// <summary>As <see cref="JsonCut.OfValue"/>, but a broken record does not run over the ones that follow it.</summary>
    private int BoundedLength()
    {
        var from = 1;
        for (var tries = 0; tries < (resync.Lines ? 1 : Doubts); tries++)
        {
            var next = FindNext(from);
            if (next < 0)
            {
                return Cut.OfValue(int.MaxValue);
            }

            var length = Cut.OfValue(next);
            if (length >= 0)
            {
                return length;
            }

            from = next + 1;
        }

        return -1;
    }
}
