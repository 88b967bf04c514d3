using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>What happens to a group that cannot be kept.</summary>
internal sealed partial class WriterLane
{
    /// <summary>Takes the group back and tells its callers. Essential writes that met a full disk get a second chance.</summary>
    private void FailGroup(Exception failure)
    {
        if (_connection.InTransaction)
        {
            TryRun("ROLLBACK");
        }

        var told = Explain(failure);
        var again = new List<QueuedWrite>();
        foreach (var write in _group)
        {
            if (told is StoreFullException && write is { Kind: WriteKind.Essential, Retried: false })
            {
                again.Add(write);
            }
            else
            {
                write.Fail(told);
            }
        }

        _group.Clear();
        if (told is StoreFullException)
        {
            _log.MakeRoom();
        }

        foreach (var write in again)
        {
            RunAgain(write);
        }
    }

    /// <summary>Runs an essential write alone, now that the reserve is given up.</summary>
    private void RunAgain(QueuedWrite write)
    {
        write.Retried = true;
        _group.Add(write);
        if (Begin() && RunOne(write))
        {
            Commit();
        }
    }

    private Exception Explain(Exception failure)
    {
        if (failure is not SqliteException error)
        {
            return failure;
        }

        if (!error.IsConstraint)
        {
            LastError = error.Message;
        }

        return error switch
        {
            { IsFull: true } => _reserve.Open(error),
            { IsBusy: true } => new StoreBusyException("another process is writing to the store", error),
            _ => error,
        };
    }
}
