using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Chat;

/// <summary>
/// Keeps what comes of turns: several times a second the new stretches of all logs are saved in one write (R6), so a
/// thousand answers cost one commit. At the start it makes what a run before left under way interrupted answers; at
/// the stop it lets turns end, and then cuts them.
/// </summary>
internal sealed class TurnKeeper(
    Db db,
    TurnRunner runner,
    TurnEnds ends,
    TokenCounts tokens,
    ChatSettings settings,
    TimeProvider time,
    ILogger<TurnKeeper> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(5);

    private DateTimeOffset nudged;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using (var limit = new CancellationTokenSource(settings.StopLimit, time))
        {
            await WaitAsync(limit.Token);
        }

        foreach (var turn in runner.Turns)
        {
            turn.Stop(StopCause.Shutdown);
        }

        using (var limit = new CancellationTokenSource(Cut, time))
        {
            await WaitAsync(limit.Token);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (db.ReadOnlyReason is not null)
        {
            return;
        }

        try
        {
            await RecoverAsync(stoppingToken);
            nudged = time.GetUtcNow();
            using var timer = new PeriodicTimer(Every, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SaveAsync();
                Upkeep();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; turns have ended by then.
        }
    }

    /// <summary>Nothing stays streaming after a restart.</summary>
    private async Task RecoverAsync(CancellationToken ct)
    {
        var left = await db.ReadAsync(TurnStore.ListUnderWay, ct);
        foreach (var row in left)
        {
            var turn = new Turn(row.Id, row.Place, row.Model) { FirstAt = row.FirstAt };
            turn.Log.Restore(await db.ReadAsync(session => TurnStore.Pieces(session, row.Id), ct));
            runner.Remember(turn);
            var some = row.Place.Continues || TurnParts.HasContent(turn.Log.Whole().Span);
            await ends.EndAsync(
                turn,
                row.Spending?.End(tokens, turn.Log.Whole().Span) ?? [],
                new TurnOutcome(
                    some ? MessageStatus.Interrupted : MessageStatus.Failed,
                    some ? "interrupted" : "failed",
                    "interrupted",
                    "the server ended before the answer was whole",
                    "parley"
                )
            );
        }

        if (left.Count > 0)
        {
            ChatLog.Recovered(log, left.Count);
        }
    }

    private async Task SaveAsync()
    {
        var dirty = new List<TurnPiece>();
        foreach (var turn in runner.Turns)
        {
            if (!turn.Log.HasEnded && (turn.Log.Length > turn.Saved || turn.Spending != turn.SavedSpending))
            {
                // The words first: what is said to be used is then never less than what they tell.
                dirty.Add(new TurnPiece(turn, turn.Log.Whole(turn.Saved), turn.Spending));
            }
        }

        if (dirty.Count == 0)
        {
            return;
        }

        try
        {
            await db.WriteAsync(tx => Save(tx, dirty), CancellationToken.None);
            foreach (var (turn, piece, spending) in dirty)
            {
                turn.Saved += piece.Length;
                turn.SavedSpending = spending;
                turn.SaidStreaming |= turn.FirstAt is not null;
            }
        }
        catch (StoreException failure)
        {
            ChatLog.SavePutOff(log, failure.Message);
        }
    }

    private static void Save(DbTransaction tx, List<TurnPiece> dirty)
    {
        foreach (var (turn, piece, spending) in dirty)
        {
            if (turn.EndedAt is not null || turn.Log.HasEnded || turn.IsEnding)
            {
                continue; // its end came into the lane before this
            }

            if (!piece.IsEmpty)
            {
                TurnStore.SavePiece(tx, turn.Id, turn.Saved, piece.Span);
            }

            if (spending is not null && spending != turn.SavedSpending)
            {
                TurnStore.SaveSpending(tx, turn.Id, spending);
            }

            if (turn is { SaidStreaming: false, FirstAt: not null })
            {
                TurnStore.SayStreaming(tx, turn);
            }
        }
    }

    private void Upkeep()
    {
        var now = time.GetUtcNow();
        runner.Forget(now - settings.KeepEnded);
        if (now - nudged < Heartbeat)
        {
            return;
        }

        nudged = now;
        foreach (var turn in runner.Turns)
        {
            turn.Log.Nudge();
        }
    }

    private async Task WaitAsync(CancellationToken limit)
    {
        try
        {
            foreach (var turn in runner.Turns)
            {
                await turn.Ended.WaitAsync(limit);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // What has not ended is cut.
        }
    }

    /// <summary>What is to be saved of a turn.</summary>
    private readonly record struct TurnPiece(Turn Turn, ReadOnlyMemory<byte> Piece, TurnSpending? Spending);
}
