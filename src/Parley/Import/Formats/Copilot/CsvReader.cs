using System.Text;

namespace Parley.Import.Formats.Copilot;

/// <summary>
/// RFC 4180, a record at a time: quoted fields with line breaks and doubled quotes, CRLF or LF, a byte order mark. A
/// quote that is never closed ends with the file; text behind a closing quote is kept as it stands.
/// </summary>
internal sealed class CsvReader(Stream stream) : IDisposable
{
    private readonly StreamReader reader = new(
        stream,
        Encoding.UTF8,
        detectEncodingFromByteOrderMarks: true,
        64 * 1024,
        leaveOpen: true
    );
    private readonly StringBuilder field = new();

    /// <summary>The character after this one; -2 where it has not been read. StreamReader.Peek says "end" where a stream only paused.</summary>
    private int ahead = -2;

    /// <summary>Number of the record, from 0 for the header.</summary>
    public long Index { get; private set; } = -1;

    /// <summary>The fields of the next record; null at the end. Empty lines are passed over.</summary>
    public List<string>? Next()
    {
        while (Peek() >= 0)
        {
            var fields = Record();
            Index++;
            if (fields.Count > 1 || fields[0].Length > 0)
            {
                return fields;
            }
        }

        return null;
    }

    private int Peek() => ahead == -2 ? ahead = reader.Read() : ahead;

    private int Read()
    {
        var c = Peek();
        ahead = -2;
        return c;
    }

    public void Dispose() => reader.Dispose();

    private List<string> Record()
    {
        var fields = new List<string>();
        field.Clear();
        var quoted = false;
        for (var c = Read(); c >= 0; c = Read())
        {
            if (quoted)
            {
                quoted = Quoted(c);
                continue;
            }

            switch (c)
            {
                case '"' when field.Length == 0:
                    quoted = true;
                    break;
                case ',':
                    fields.Add(field.ToString());
                    field.Clear();
                    break;
                case '\r' when Peek() == '\n':
                    break;
                case '\n':
                    fields.Add(field.ToString());
                    return fields;
                default:
                    field.Append((char)c);
                    break;
            }
        }

        fields.Add(field.ToString());
        return fields;
    }

    /// <summary>One character inside quotes; false where it closes them.</summary>
    private bool Quoted(int c)
    {
        if (c == '"')
        {
            if (Peek() != '"')
            {
                return false;
            }

            Read();
        }

        field.Append((char)c);
        return true;
    }
}
