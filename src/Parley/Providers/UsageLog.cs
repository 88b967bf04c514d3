using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Kernel;

namespace Parley.Providers;

/// <summary>One call of a model.</summary>
internal sealed record ModelCall(long UserId, long UpstreamId, string Model)
{
    public DateTimeOffset At { get; init; }

    /// <summary>What it used; null where nothing was answered.</summary>
    public SpentTokens? Spent { get; init; }
    public TimeSpan? FirstByte { get; init; }
    public TimeSpan Total { get; init; }

    /// <summary>What the caller was answered; 499 where they left before the end.</summary>
    public int Status { get; init; }
}

/// <summary>
/// Books calls of models and charges their tokens, many in one write, beside the answers and not before them. Past
/// <see cref="Room"/> waiting calls new ones are dropped and counted in the log: booking must not stop answering. A call
/// that goes on is written down several times a second with what has come of it; what a killed server left of such is
/// charged at the start. Thread-safe.
/// </summary>
internal sealed class UsageLog(Db db, CostBook book, IdSource ids, TimeProvider time, ILogger<UsageLog> log)
    : BackgroundService
{
    private const int Room = 10_000;
    private const int Batch = 500;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Between two writes, so that calls in quick succession share one: a commit of each its own would take a core from the
    /// answers.
    /// </summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    private readonly Channel<BookedCall> calls = Channel.CreateBounded<BookedCall>(
        new BoundedChannelOptions(Room) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );
    private readonly ConcurrentDictionary<long, OpenCall> open = new();
    private readonly CancellationTokenSource closing = new();

    /// <summary>An answer begins: until <see cref="Add"/> it is kept as far as it has come.</summary>
    public OpenCall Begin(long userId, Func<SpentTokens?> soFar)
    {
        var now = time.GetUtcNow();
        var call = new OpenCall(ids.Next(now.ToUnixTimeMilliseconds()), userId, now, soFar);
        open[call.Id] = call;
        return call;
    }

    /// <param name="begun">Where it had begun: this is its end.</param>
    public void Add(ModelCall call, OpenCall? begun = null)
    {
        if (begun is not null)
        {
            begun.HasEnded = true;
            open.TryRemove(begun.Id, out _);
        }

        var id = begun?.Id ?? ids.Next(call.At.ToUnixTimeMilliseconds());
        if (!calls.Writer.TryWrite(new BookedCall(id, call)))
        {
            ProvidersLog.NotBooked(log, 1, "too many wait");
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        calls.Writer.TryComplete();
        await closing.CancelAsync();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var keeping = KeepAsync(stoppingToken);
        var batch = new List<BookedCall>(Batch);

        // Until the channel is closed, not until the token: what was answered is booked.
        while (await calls.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < Batch && calls.Reader.TryRead(out var call))
            {
                batch.Add(call);
            }

            await WriteAsync(batch.Count, tx => Write(tx, batch));
            batch.Clear();
            await RestAsync();
        }

        await keeping;
    }

    public override void Dispose()
    {
        closing.Dispose();
        base.Dispose();
    }

    /// <summary>By the system's clock, whatever the server's own says: it is the machine that is spared.</summary>
    private async Task RestAsync()
    {
        try
        {
            await Task.Delay(Rest, TimeProvider.System, closing.Token);
        }
        catch (OperationCanceledException)
        {
            // The server stops: what waits is booked now.
        }
    }

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (db.ReadOnlyReason is not null)
            {
                return;
            }

            await WriteAsync(1, ChargeLeft);
            using var timer = new PeriodicTimer(Every, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SaveAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what is still open is booked by its end.
        }
    }

    private async Task SaveAsync()
    {
        List<(OpenCall Call, SpentTokens Spent)>? grown = null;
        foreach (var call in open.Values)
        {
            if (call.SoFar() is { } spent && spent.Usage.Total > call.Saved)
            {
                (grown ??= []).Add((call, spent));
            }
        }

        if (grown is not null && await WriteAsync(0, tx => UsageRows.Save(tx, grown)))
        {
            foreach (var (call, spent) in grown)
            {
                call.Saved = spent.Usage.Total;
            }
        }
    }

    private void ChargeLeft(DbTransaction tx)
    {
        foreach (var (id, userId, spent) in UsageRows.ListLeft(tx))
        {
            UsageRows.EndLeft(tx, id, book.Charge(tx, userId, spent));
        }
    }

    private void Write(DbTransaction tx, List<BookedCall> batch)
    {
        foreach (var (id, call) in batch)
        {
            UsageRows.End(tx, id, call, call.Spent is { } spent ? book.Charge(tx, call.UserId, spent) : null);
        }
    }

    /// <param name="count">Calls that are lost where it fails; 0: it is tried again.</param>
    private async Task<bool> WriteAsync(int count, Action<DbTransaction> write)
    {
        try
        {
            await db.WriteAsync(write, CancellationToken.None);
            return true;
        }
        catch (Exception failure) when (failure is StoreException or ObjectDisposedException)
        {
            if (count > 0)
            {
                ProvidersLog.NotBooked(log, count, failure.Message);
            }

            return false;
        }
    }

    private readonly record struct BookedCall(long Id, ModelCall Call);
}
