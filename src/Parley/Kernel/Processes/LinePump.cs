namespace Parley.Kernel.Processes;

/// <summary>Given one line without its end. The bytes are only there during the call; it must not throw.</summary>
internal delegate void LineReader(ReadOnlySpan<byte> line);

/// <summary>Cuts what a stream gives into lines, each of bounded length.</summary>
internal static class LinePump
{
    private const int Small = 4 * 1024;

    /// <summary>Reads to the end of the stream; the last line needs no end of its own.</summary>
    /// <param name="longest">Bytes of one line, 4096 or more.</param>
    /// <param name="cut">Of a longer line only the beginning is given; without it such a line is an error.</param>
    /// <exception cref="InvalidDataException">A line is longer, and is not to be cut.</exception>
    public static async Task RunAsync(Stream stream, int longest, bool cut, LineReader line, CancellationToken ct)
    {
        var buffer = new byte[Small];
        var held = 0;
        var skipping = false; // inside a line whose beginning was given already
        int read;
        while ((read = await stream.ReadAsync(buffer.AsMemory(held), ct)) > 0)
        {
            var begin = 0;
            var fresh = held;
            held += read;
            int at;
            while ((at = buffer.AsSpan(fresh, held - fresh).IndexOf((byte)'\n')) >= 0)
            {
                at += fresh;
                if (!skipping)
                {
                    line(Whole(buffer.AsSpan(begin, at - begin)));
                }

                skipping = false;
                begin = fresh = at + 1;
            }

            buffer.AsSpan(begin, held - begin).CopyTo(buffer);
            held -= begin;
            if (held == buffer.Length && held >= longest)
            {
                if (!cut)
                {
                    throw new InvalidDataException($"a line of more than {longest >> 10} KiB");
                }

                if (!skipping)
                {
                    line(buffer);
                }

                skipping = true;
                held = 0;
            }
            else if (held == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(longest, 2 * buffer.Length));
            }
            else if (held == 0 && buffer.Length > Small)
            {
                buffer = new byte[Small]; // long lines are rare, and the process may run for months
            }
        }

        if (held > 0 && !skipping)
        {
            line(Whole(buffer.AsSpan(0, held)));
        }
    }

    private static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> line) => line is [.., (byte)'\r'] ? line[..^1] : line;
}
