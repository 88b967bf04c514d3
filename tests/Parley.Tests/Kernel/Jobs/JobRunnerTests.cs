using Microsoft.Extensions.Logging.Abstractions;
using Parley.Kernel;

namespace Parley.Tests.Kernel.Jobs;

/// <summary>The lanes: what runs beside what, what waits, and what a stop, a failure or a lapsed lease leaves.</summary>
public sealed class JobRunnerTests : StoreFixture
{
    private readonly IdSource ids = new();

    [Fact]
    public async Task Two_jobs_run_side_by_side_and_a_third_waits_for_a_lane()
    {
        var work = new Work("a", atOnce: 9);
        await using var room = await StartAsync(work);
        await room.EnqueueAsync("a", 1, 2, 3);
        var first = await work.NextAsync();
        await work.NextAsync();
        await room.IsQuietAsync(queued: 1);
        first.End();
        Assert.Equal(3, (await work.NextAsync()).Job.SubjectId);
    }

    [Fact]
    public async Task A_kind_that_says_one_at_once_never_runs_beside_itself()
    {
        Work one = new("one", atOnce: 1),
            other = new("other", atOnce: 1);
        await using var room = await StartAsync(one, other);
        await room.EnqueueAsync("one", 1, 2);
        await room.EnqueueAsync("other", 3);
        var first = await one.NextAsync();
        (await other.NextAsync()).End();
        await room.IsQuietAsync(queued: 1);
        first.End();
        Assert.Equal(2, (await one.NextAsync()).Job.SubjectId);
    }

    [Fact]
    public async Task A_short_job_passes_long_ones_which_run_one_after_the_other()
    {
        var work = new Work("a", atOnce: 9);
        await using var room = await StartAsync(work);
        await room.EnqueueAsync("a", isLong: true, 1, 2);
        var longest = await work.NextAsync();
        await room.IsQuietAsync(queued: 1);
        for (var subject = 3; subject < 6; subject++)
        {
            await room.EnqueueAsync("a", subject);
            var small = await work.NextAsync();
            Assert.Equal(subject, small.Job.SubjectId);
            small.End();
        }

        longest.End();
        Assert.Equal(2, (await work.NextAsync()).Job.SubjectId);
    }

    [Fact]
    public async Task Jobs_of_one_subject_run_one_after_the_other()
    {
        Work run = new("run", atOnce: 2),
            undo = new("undo", atOnce: 1);
        await using var room = await StartAsync(run, undo);
        await room.EnqueueAsync("run", 7);
        var first = await run.NextAsync();
        await room.EnqueueAsync("undo", 7);
        await room.IsQuietAsync(queued: 1);
        first.End();
        Assert.Equal(7, (await undo.NextAsync()).Job.SubjectId);
    }

    [Fact]
    public async Task A_job_whose_lease_lapsed_while_it_runs_is_not_begun_beside_itself()
    {
        var work = new Work("a", atOnce: 9);
        await using var room = await StartAsync(work);
        await room.EnqueueAsync("a", 1);
        var only = await work.NextAsync();
        await room.LapseAsync();
        room.Queue.Wake();
        await room.EnqueueAsync("a", 2);
        Assert.Equal(2, (await work.NextAsync()).Job.SubjectId);
        only.End();
    }

    [Fact]
    public async Task A_job_that_throws_is_tried_again_while_others_go_on()
    {
        var work = new Work("a", atOnce: 9);
        await using var room = await StartAsync(work);
        await room.EnqueueAsync("a", 1);
        (await work.NextAsync()).Fail();
        await room.EnqueueAsync("a", 2);
        (await work.NextAsync()).End();
        await room.IsQuietAsync(queued: 1);
        Clock.Advance(TimeSpan.FromMinutes(1));
        room.Queue.Wake();
        var again = await work.NextAsync();
        Assert.Equal((1, 1), ((int)again.Job.SubjectId, again.Job.Attempts));
        again.End();
    }

    [Fact]
    public async Task A_job_that_threw_is_tried_again_as_soon_as_it_is_due()
    {
        var work = new Work("a", atOnce: 9);
        await using var room = await StartAsync(Open(Options()), TimeProvider.System, work);
        await room.EnqueueAsync("a", 1);
        (await work.NextAsync()).Fail();
        // Its delay is a second: nobody wakes the runner, which by itself looks each half minute.
        var again = await work.NextAsync();
        Assert.Equal((1, 1), ((int)again.Job.SubjectId, again.Job.Attempts));
        again.End();
    }

    [Fact]
    public async Task A_stop_gives_every_running_job_back_and_the_next_start_goes_on_with_them()
    {
        var work = new Work("a", atOnce: 9);
        var db = Open(Options());
        await using (var room = await StartAsync(db, work))
        {
            await room.EnqueueAsync("a", 1, 2);
            await work.NextAsync();
            await work.NextAsync();
        }

        await using var later = await StartAsync(db, work);
        var subjects = new List<long>
        {
            (await work.NextAsync()).Job.SubjectId,
            (await work.NextAsync()).Job.SubjectId,
        };
        Assert.Equal([1, 2], subjects.Order());
    }

    private DbOptions Options() => new() { DataDirectory = Folder.Path, Migrations = new DbMigrations().Add("Kernel") };

    private Task<Room> StartAsync(params Work[] work) => StartAsync(Open(Options()), work);

    private Task<Room> StartAsync(Db db, params Work[] work) => StartAsync(db, Clock, work);

    private async Task<Room> StartAsync(Db db, TimeProvider time, params Work[] work)
    {
        var queue = new JobQueue(db, ids, time);
        var runner = new JobRunner(queue, work, db, time, NullLogger<JobRunner>.Instance);
        await runner.StartAsync(CancellationToken.None);
        return new Room(db, queue, runner);
    }

    /// <summary>A running runner over its queue.</summary>
    private sealed record Room(Db Db, JobQueue Queue, JobRunner Runner) : IAsyncDisposable
    {
        public Task EnqueueAsync(string kind, params long[] subjects) => EnqueueAsync(kind, isLong: false, subjects);

        public Task EnqueueAsync(string kind, bool isLong, params long[] subjects) =>
            Db.WriteAsync(tx =>
            {
                foreach (var subject in subjects)
                {
                    Queue.Enqueue(tx, kind, 1, subject, isLong);
                }
            });

        public Task LapseAsync() =>
            Db.WriteAsync(tx =>
            {
                using var lapse = tx.Query("UPDATE jobs SET lease_until = 0");
                lapse.Run();
            });

        /// <summary>So many wait, and stay waiting once the runner has looked again.</summary>
        public async Task IsQuietAsync(int queued)
        {
            Queue.Wake();
            for (var look = 0; look < 20; look++)
            {
                await Db.WriteAsync(_ => { });
            }

            Assert.Equal(
                queued,
                await Db.ReadAsync(session =>
                {
                    using var count = session.Query("SELECT count(*) FROM jobs WHERE status = 'queued'");
                    count.Step();
                    return (int)count.Int64(0);
                })
            );
        }

        public async ValueTask DisposeAsync()
        {
            await Runner.StopAsync(CancellationToken.None);
            Runner.Dispose();
            Queue.Dispose();
        }
    }

    /// <summary>Work that runs until the test ends it.</summary>
    private sealed class Work(string kind, int atOnce) : IJobHandler
    {
        private readonly System.Threading.Channels.Channel<Running> begun =
            System.Threading.Channels.Channel.CreateUnbounded<Running>();

        public string Kind => kind;

        public int AtOnce => atOnce;

        public async Task<JobOutcome> RunAsync(Job job, CancellationToken ct)
        {
            var running = new Running(job);
            begun.Writer.TryWrite(running);
            return await running.Ended.WaitAsync(ct);
        }

        public async Task<Running> NextAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            return await begun.Reader.ReadAsync(limit.Token);
        }
    }

    private sealed class Running(Job job)
    {
        private readonly TaskCompletionSource<JobOutcome> ended = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Job Job => job;

        public Task<JobOutcome> Ended => ended.Task;

        public void End() => ended.TrySetResult(JobOutcome.Done);

        public void Fail() => ended.TrySetException(new InvalidOperationException("as told"));
    }
}
