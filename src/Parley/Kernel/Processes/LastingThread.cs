using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Parley.Kernel.Processes;

/// <summary>
/// Starts a process on a thread that stays until the process has ended. The signal of a parent's death (prctl(2),
/// PR_SET_PDEATHSIG) goes out when the thread ends that began the child, and threads of the pool come and go.
/// </summary>
internal static class LastingThread
{
    /// <summary>Starts it, and gives it once it runs; fails as <see cref="Process.Start(ProcessStartInfo)"/> does.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        var begun = new Begun();
        var thread = new Thread(() => Run(start, begun), maxStackSize: 256 * 1024)
        {
            IsBackground = true,
            Name = "parent of a child",
        };
        lock (begun)
        {
            thread.Start();
            while (begun.Process is null && begun.Refused is null)
            {
                Monitor.Wait(begun);
            }
        }

        begun.Refused?.Throw();
        return begun.Process!;
    }

    private static void Run(ProcessStartInfo start, Begun begun)
    {
        lock (begun)
        {
            try
            {
                begun.Process = Process.Start(start)!;
            }
            catch (Exception refused)
            {
                begun.Refused = ExceptionDispatchInfo.Capture(refused);
            }

            Monitor.Pulse(begun);
        }

        try
        {
            begun.Process?.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It has ended, and nobody needs it any more.
        }
    }

    private sealed class Begun
    {
        public Process? Process { get; set; }
        public ExceptionDispatchInfo? Refused { get; set; }
    }
}
