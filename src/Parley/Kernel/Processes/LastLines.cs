using System.Text;

namespace Parley.Kernel.Processes;

/// <summary>The last lines that a program wrote, fit to be shown: bounded, and without control characters. Thread-safe.</summary>
internal sealed class LastLines
{
    private const int Most = 20;
    private const int Longest = 500;

    private readonly Queue<string> lines = new();

    public IReadOnlyList<string> All
    {
        get
        {
            lock (lines)
            {
                return [.. lines];
            }
        }
    }

    public void Add(ReadOnlySpan<byte> line)
    {
        var text = Plain(Encoding.UTF8.GetString(line[..Math.Min(line.Length, 4 * Longest)]));
        if (text.Length == 0)
        {
            return;
        }

        lock (lines)
        {
            lines.Enqueue(text);
            if (lines.Count > Most)
            {
                lines.Dequeue();
            }
        }
    }

    /// <summary>Without the sequences by which terminals are given colours, and other control characters.</summary>
    private static string Plain(string line)
    {
        var text = new StringBuilder(Math.Min(line.Length, Longest));
        for (var i = 0; i < line.Length && text.Length < Longest; i++)
        {
            if (line[i] == '\e' && i + 1 < line.Length && line[i + 1] == '[')
            {
                i += 2;
                while (i < line.Length && line[i] is < '@' or > '~')
                {
                    i++;
                }
            }
            else if (line[i] == '\t' || !char.IsControl(line[i]))
            {
                text.Append(line[i]);
            }
        }

        if (text.Length > 0 && char.IsHighSurrogate(text[^1]))
        {
            text.Length--;
        }

        return text.ToString().TrimEnd();
    }
}
