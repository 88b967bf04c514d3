using System.Runtime.CompilerServices;

namespace Parley.Kernel;

/// <summary>
/// The threads that wait for sockets run what a socket's bytes are for, up to the answer: a request costs no way through the
/// thread pool and back (docs/decisions/0008). So what may block goes to the pool first: <c>await SocketThreads.Leave();</c>.
/// The store's reads do that by themselves.
/// </summary>
internal static class SocketThreads
{
    /// <summary>System.Net.Sockets reads it once, with the first socket of the process.</summary>
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Call before the first socket is made. Whoever has set it otherwise is left to it.</summary>
    public static void RunRequests()
    {
        if (Environment.GetEnvironmentVariable(Inline) is null)
        {
            Environment.SetEnvironmentVariable(Inline, "1");
        }
    }

    /// <summary>Goes on in the thread pool, at once where it is there already.</summary>
    public static PoolAwaiter Leave() => default;

    public readonly struct PoolAwaiter : ICriticalNotifyCompletion
    {
        public bool IsCompleted => Thread.CurrentThread.IsThreadPoolThread;

        public PoolAwaiter GetAwaiter() => this;

        public void OnCompleted(Action continuation) =>
            ThreadPool.QueueUserWorkItem(static go => go(), continuation, preferLocal: false);

        public void UnsafeOnCompleted(Action continuation) =>
            ThreadPool.UnsafeQueueUserWorkItem(static go => go(), continuation, preferLocal: false);

        public void GetResult() { }
    }
}
