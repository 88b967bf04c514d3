using System.Globalization;
using System.Text;

namespace Parley.Kernel;

/// <summary>
/// Lines on their way to <paramref name="output"/>, in their order, by a thread of its own: whoever logs never waits
/// for who reads. More than 4,096 that wait are counted, and the count is told, instead of kept.
/// </summary>
/// <remarks>Lines are whole: each is one write, so other writers' come between lines and not into them.</remarks>
internal sealed class LineWriter(Stream output) : IDisposable
{
    private const int MostWaiting = 4_096;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Queue<string> waiting = new();
    private Thread? writer;
    private long dropped;
    private bool closed;

    public void Write(string line)
    {
        lock (waiting)
        {
            if (closed || waiting.Count == MostWaiting)
            {
                dropped++;
                return;
            }

            waiting.Enqueue(line);
            if (writer is null)
            {
                writer = new Thread(Run) { IsBackground = true, Name = "log" };
                writer.UnsafeStart();
            }

            Monitor.Pulse(waiting);
        }
    }

    /// <summary>What waits is still written, for two seconds at most.</summary>
    public void Dispose()
    {
        Thread? last;
        lock (waiting)
        {
            closed = true;
            Monitor.Pulse(waiting);
            last = writer;
        }

        last?.Join(LastWords);
    }

    private void Run()
    {
        while (Next() is { } line)
        {
            try
            {
                output.Write(Encoding.UTF8.GetBytes(line));
                output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads any more: the server goes on without its log.
            }
        }
    }

    /// <summary>The next line, waited for; null at the end.</summary>
    private string? Next()
    {
        lock (waiting)
        {
            while (waiting.Count == 0 && !closed)
            {
                Monitor.Wait(waiting);
            }

            if (!waiting.TryDequeue(out var line))
            {
                return null;
            }

            if (dropped == 0)
            {
                return line;
            }

            line = string.Create(CultureInfo.InvariantCulture, $"{dropped} lines are missing here\n{line}");
            dropped = 0;
            return line;
        }
    }
}
