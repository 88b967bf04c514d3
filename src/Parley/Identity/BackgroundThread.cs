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

    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(
            () =>
            {
                if (OperatingSystem.IsLinux())
                {
                    _ = SetPriority(Process, ThisThread, Niceness); // nobody may be kept from being nicer
                }

                return work();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);
}
