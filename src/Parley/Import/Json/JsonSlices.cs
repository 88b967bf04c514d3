using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Parley.Import;

/// <summary>One value cut out of a JSON file: the bytes live until the next <see cref="JsonSlices.MoveNext"/>.</summary>
/// <param name="Path">Name of the root object's member it stands in; "" in a root array or for a lone root value.</param>
/// <param name="Index">Position in that array, from 0; -1 for a value that is no array element.</param>
/// <param name="Offset">Byte offset in the file.</param>
/// <param name="Error">Why the value could not be cut out (truncated, too long); the bytes are then empty.</param>
internal readonly record struct JsonSlice(string Path, long Index, long Offset, ReadOnlyMemory<byte> Bytes, string? Error);

/// <summary>
/// Walks a JSON file of any size and gives it out value by value: elements of the root array, or, for a root object,
/// its members, those of <c>descend</c> element by element. Only one value is in memory. The cut is by brackets and
/// quotes alone; whether a value is sound JSON shows when it is parsed, so one broken record does not stop the rest.
/// Several root values one after another (JSON lines, concatenated) are walked in turn.
/// </summary>
internal sealed class JsonSlices(Stream stream, IReadOnlyCollection<string>? descend = null, int maxValueBytes = JsonSlices.DefaultMaxValue)
    : IDisposable
{
    /// <summary>1 GiB: the limit of one entry in security.md section 6.</summary>
    public const int DefaultMaxValue = 1 << 30;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> StringEnd = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",]} \t\r\n:"u8);

    private enum Place
    {
        Root,
        Array,
        Object,
        End,
    }

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
    private int start;
    private int end;
    private long consumed;
    private bool finished;
    private Place place;
    private bool inMember;
    private string path = "";
    private long index = -1;

    public JsonSlice Current { get; private set; }

    /// <summary>Bytes read so far, for progress.</summary>
    public long Position => consumed + start;

    /// <summary>Parses a slice. Depth is bounded by the slice's size alone: nested trees run thousands deep.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes) => JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 1_000_000 });

    public bool MoveNext()
    {
        if (consumed + start == 0 && end == 0)
        {
            SkipByteOrderMark();
        }

        while (true)
        {
            var next = Peek();
            switch (place)
            {
                case Place.End:
                case Place.Root when next < 0:
                    return false;
                case Place.Root when next == '[':
                    Enter(Place.Array, "");
                    break;
                case Place.Root when next == '{' && descend is not null:
                    Enter(Place.Object, "");
                    break;
                case Place.Root when next is ',' or ']' or '}' or ':':
                    start++;
                    break;
                case Place.Root:
                    path = "";
                    index++;
                    return Take();
                case Place.Array when next == ']':
                    start++;
                    place = inMember ? Place.Object : Place.Root;
                    inMember = false;
                    break;
                case Place.Array when next is ',' or ':' or '}':
                case Place.Object when next is ',' or ':':
                    start++;
                    break;
                case Place.Array when next < 0:
                case Place.Object when next < 0:
                    return Truncated();
                case Place.Array:
                    index++;
                    return Take();
                case Place.Object when next == '"':
                    if (Member())
                    {
                        return true;
                    }

                    break;
                default:
                    // A closing brace, or something no object holds there.
                    start++;
                    place = next == '}' ? Place.Root : place;
                    break;
            }
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private void Enter(Place to, string name)
    {
        start++;
        place = to;
        path = name;
        index = -1;
    }

    /// <summary>Reads a member's name and either enters its array or takes its value.</summary>
    private bool Member()
    {
        var length = ValueLength(out var error);
        if (error is not null)
        {
            return Fail(error);
        }

        var name = JsonText.ToString(buffer.AsSpan(start + 1, Math.Max(0, length - 2)));
        start += length;
        while (Peek() == ':')
        {
            start++;
        }

        path = name;
        index = -1;
        if (Peek() == '[' && descend!.Contains(name))
        {
            inMember = true;
            Enter(Place.Array, name);
            return false;
        }

        return Peek() < 0 ? Truncated() : Take();
    }

    private bool Take()
    {
        var offset = Position;
        var length = ValueLength(out var error);
        if (error is not null)
        {
            return Fail(error);
        }

        Current = new JsonSlice(path, index, offset, buffer.AsMemory(start, length), null);
        start += length;
        return true;
    }

    private bool Fail(string error)
    {
        Current = new JsonSlice(path, index, Position, default, error);
        place = Place.End;
        start = end;
        return true;
    }

    private bool Truncated() => Fail($"the file ends early, at byte {Position}");

    private int Peek()
    {
        while (true)
        {
            while (start < end)
            {
                var b = buffer[start];
                if (b is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or 0x1E))
                {
                    return b;
                }

                start++;
            }

            if (!Fill())
            {
                return -1;
            }
        }
    }

    /// <summary>Length of the value at <c>start</c>, reading on until all of it is in the buffer.</summary>
    private int ValueLength(out string? error)
    {
        error = null;
        var at = start;
        var depth = 0;
        var inString = false;
        while (true)
        {
            var span = buffer.AsSpan(at, end - at);
            while (!span.IsEmpty)
            {
                if (inString)
                {
                    var i = span.IndexOfAny(StringEnd);
                    if (i < 0 || (span[i] == '\\' && i + 1 >= span.Length))
                    {
                        span = i < 0 ? default : span[i..];
                        break;
                    }

                    inString = span[i] != '"';
                    span = span[(i + (inString ? 2 : 1))..];
                    if (!inString && depth == 0)
                    {
                        return end - span.Length - start;
                    }

                    continue;
                }

                var j = depth == 0 ? 0 : span.IndexOfAny(Structure);
                if (j < 0)
                {
                    span = default;
                    break;
                }

                var b = span[j];
                if (b == '"')
                {
                    inString = true;
                }
                else if (b is (byte)'{' or (byte)'[')
                {
                    depth++;
                }
                else if (b is (byte)'}' or (byte)']')
                {
                    depth--;
                }
                else
                {
                    var stop = span.IndexOfAny(ScalarEnd);
                    if (stop >= 0)
                    {
                        return Math.Max(1, end - span.Length + stop - start);
                    }

                    break;
                }

                span = span[(j + 1)..];
                if (depth == 0 && !inString)
                {
                    return end - span.Length - start;
                }
            }

            at = end - span.Length;
            var kept = at - start;
            if (end - start >= maxValueBytes)
            {
                error = $"one value is longer than {maxValueBytes} bytes, at byte {Position}";
                return 0;
            }

            if (!Fill())
            {
                if (depth == 0 && !inString && end > start)
                {
                    return end - start;
                }

                error = $"the file ends early: the value that begins at byte {Position} is cut off";
                return 0;
            }

            at = start + kept;
        }
    }

    /// <summary>Reads more; what is still needed moves to the front, and the buffer doubles when it is full.</summary>
    private bool Fill()
    {
        if (finished)
        {
            return false;
        }

        var needed = end - start;
        if (start > 0)
        {
            Buffer.BlockCopy(buffer, start, buffer, 0, needed);
            consumed += start;
            start = 0;
            end = needed;
        }
        else if (end == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, buffer.Length * 2L));
            Buffer.BlockCopy(buffer, 0, larger, 0, end);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        var read = stream.Read(buffer, end, buffer.Length - end);
        finished = read == 0;
        end += read;
        return read > 0;
    }

    private void SkipByteOrderMark()
    {
        while (end < 3 && Fill()) { }
        if (buffer.AsSpan(0, end).StartsWith(Encoding.UTF8.Preamble))
        {
            start = 3;
        }
    }
}
