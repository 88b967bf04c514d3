using Parley.Kernel;

namespace Parley.Tests.Kernel;

public sealed class SocketThreadsTests : StoreFixture
{
    [Fact]
    public async Task Whoever_serves_a_socket_goes_on_in_the_pool()
    {
        var (left, at) = await OnAThreadOfItsOwnAsync(async () =>
        {
            await SocketThreads.Leave();
            return Environment.CurrentManagedThreadId;
        });
        Assert.NotEqual(left, at);
    }

    [Fact]
    public async Task Whoever_is_in_the_pool_stays_where_it_is()
    {
        var stayed = await Task.Run(async () =>
        {
            var before = Environment.CurrentManagedThreadId;
            await SocketThreads.Leave();
            return Environment.CurrentManagedThreadId == before;
        });
        Assert.True(stayed);
    }

    [Fact]
    public async Task A_read_leaves_the_thread_of_sockets_and_a_look_up_does_not()
    {
        var db = Open();
        var (asked, read) = await OnAThreadOfItsOwnAsync(() => db.ReadAsync(_ => Environment.CurrentManagedThreadId));
        Assert.NotEqual(asked, read);
        var (looked, found) = await OnAThreadOfItsOwnAsync(() =>
            db.LookUpAsync(_ => Environment.CurrentManagedThreadId)
        );
        Assert.Equal(looked, found);
    }

    /// <summary>Begins the work on a thread outside the pool, as those are that wait for sockets; gives that thread and the work's answer.</summary>
    private static async Task<(int Thread, int Answer)> OnAThreadOfItsOwnAsync(Func<Task<int>> work)
    {
        var begun = new TaskCompletionSource<(int, Task<int>)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => begun.SetResult((Environment.CurrentManagedThreadId, work())));
        thread.Start();
        var (id, task) = await begun.Task;
        var answer = await task;
        thread.Join(); // its number is not given to another thread before
        return (id, answer);
    }
}
