using System.Threading.Channels;
using Parley.Kernel;
using Parley.Kernel.Http;

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
/// <see cref="Room"/> waiting calls new ones are dropped and counted in the log: booking must not stop answering. Thread-safe.
/// </summary>
internal sealed class UsageLog(Db db, CostBook book, IdSource ids, ILogger<UsageLog> log) : BackgroundService
{
    private const int Room = 10_000;
    private const int Batch = 500;

    private readonly Channel<ModelCall> calls = Channel.CreateBounded<ModelCall>(
        new BoundedChannelOptions(Room) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );

    public void Add(ModelCall call)
    {
        if (!calls.Writer.TryWrite(call))
        {
            ProvidersLog.NotBooked(log, 1, "too many wait");
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        calls.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var batch = new List<ModelCall>(Batch);

        // Until the channel is closed, not until the token: what was answered is booked.
        while (await calls.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < Batch && calls.Reader.TryRead(out var call))
            {
                batch.Add(call);
            }

            try
            {
                await db.WriteAsync(tx => Write(tx, batch), CancellationToken.None);
            }
            catch (Exception failure) when (failure is StoreException or ObjectDisposedException)
            {
                ProvidersLog.NotBooked(log, batch.Count, failure.Message);
            }

            batch.Clear();
        }
    }

    private void Write(DbTransaction tx, List<ModelCall> batch)
    {
        foreach (var call in batch)
        {
            var used = call.Spent?.Usage;
            var cost = call.Spent is { } spent ? book.Charge(tx, call.UserId, spent) : null;
            using var insert = tx.Query(
                """
                INSERT INTO model_usage (id, at, user_id, upstream_id, model, prompt_tokens, completion_tokens, first_byte_ms, total_ms, status, estimated, cost_micros, currency)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                """
            );
            insert
                .Bind(1, ids.Next(call.At.ToUnixTimeMilliseconds()))
                .Bind(2, ApiTime.Micros(call.At))
                .Bind(3, call.UserId)
                .Bind(4, call.UpstreamId)
                .Bind(5, call.Model)
                .Bind(6, used?.PromptTokens)
                .Bind(7, used?.CompletionTokens)
                .Bind(8, (long?)call.FirstByte?.TotalMilliseconds)
                .Bind(9, (long)call.Total.TotalMilliseconds)
                .Bind(10, call.Status)
                .Bind(11, used is { Estimated: true })
                .Bind(12, cost?.Micros)
                .Bind(13, cost?.Currency)
                .Run();
        }
    }
}
