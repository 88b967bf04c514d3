namespace Parley.Documents;

/// <summary>Tables as text: told by a separator that stands equally often in the first lines.</summary>
internal static class CsvText
{
    private const int LinesSeen = 20;

    /// <summary>What separates its columns; null where it is no such table.</summary>
    /// <param name="extension">A name that says so lets two lines be enough.</param>
    public static byte? Delimiter(ReadOnlySpan<byte> head, string extension)
    {
        var isNamed = extension is ".csv" or ".tsv" or ".tab";
        foreach (var delimiter in ",\t;"u8)
        {
            if (Lines(head, delimiter) is var lines && lines >= (isNamed ? 1 : 4))
            {
                return delimiter;
            }
        }

        return null;
    }

    /// <summary>How many of the first lines have the same columns, two or more; 0 where one has others.</summary>
    private static int Lines(ReadOnlySpan<byte> head, byte delimiter)
    {
        var (lines, columns) = (0, -1);
        while (!head.IsEmpty && lines < LinesSeen)
        {
            var end = EndOfRow(head, delimiter, out var found);
            var isCut = end == head.Length;
            if (!head[..end].Trim(" \t\r\n"u8).IsEmpty && !(isCut && lines > 0))
            {
                if (found == 0 || (columns >= 0 && found != columns))
                {
                    return 0;
                }

                columns = found;
                lines++;
            }

            head = head[end..];
        }

        return lines;
    }

    /// <summary>Behind the row's line end; a quoted value may hold any.</summary>
    private static int EndOfRow(ReadOnlySpan<byte> text, byte delimiter, out int found)
    {
        found = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'"')
            {
                quoted = !quoted;
            }
            else if (!quoted && text[i] == delimiter)
            {
                found++;
            }
            else if (!quoted && text[i] == (byte)'\n')
            {
                return i + 1;
            }
        }

        return text.Length;
    }
}
