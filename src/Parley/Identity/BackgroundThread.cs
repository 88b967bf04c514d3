using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Parley.Identity;

/// <summary>
/// Work on a thread of its own that takes what processor time others leave. On Linux a thread's niceness is its own, and
/// the framework's priorities mean nothing there; it never comes back from it, so the thread ends with the work.
/// </summary>
internal static partial class BackgroundThread
{
    /// <summary>A third of the weight of a thread that is not nice: enough to let requests by, and still done within its time on a busy machine.</summary>
    private const int Niceness = 5;

    private const int Process = 0;
    private const int ThisThread = 0;

    /// <summary>
    /// The result of <paramref name="work"/>, handed over by a thread that is not nice: threads take niceness from the one
    /// that starts them, so what waits for the work, and any pool thread started for it, must not run in the nice one.
    /// </summary>
    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(
            () => RunNicely(work),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private static T RunNicely<T>(Func<T> work)
    {
        var result = default(T);
        ExceptionDispatchInfo? fault = null;
        var nice = new Thread(() =>
        {
            if (OperatingSystem.IsLinux())
            {
                _ = SetPriority(Process, ThisThread, Niceness); // nobody may be kept from being nicer
            }

            try
            {
                result = work();
            }
            catch (Exception e)
            {
                fault = ExceptionDispatchInfo.Capture(e);
            }
        });
        nice.Start();
        nice.Join();
        fault?.Throw();
        return result!;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);
}
