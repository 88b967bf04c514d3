using Parley.Chat.Prompts;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Chat;

/// <summary>The end of an account's answers and prompts: what runs is stopped, prompts and the record of answers go to its heir, or go.</summary>
internal sealed class AccountChats(TurnRunner runner) : IAccountWitness
{
    private const int RowsAtOnce = 5_000;

    public void Born(DbTransaction tx, long userId) { }

    public long Count(DbSession session, long userId) => PromptStore.Count(session, userId);

    public LeaveStep Leave(DbTransaction tx, RemovedAccount account)
    {
        var running = false;
        foreach (var turn in runner.Turns)
        {
            if (turn.Place.OwnerId == account.Id && !turn.Log.HasEnded)
            {
                turn.Stop(StopCause.Owner);
                running = true;
            }
        }

        if (running)
        {
            return LeaveStep.Later;
        }

        ExchangeRows.Leave(tx, account.Id);
        SummaryRows.Leave(tx, account.Id);
        PromptStore.Leave(tx, account.Id, account.Heir);
        TurnStore.Leave(tx, account.Id, account.Heir, RowsAtOnce);
        return tx.Changes < RowsAtOnce ? LeaveStep.Done : LeaveStep.More;
    }
}
