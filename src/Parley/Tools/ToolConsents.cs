using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Tools;

/// <summary>How long a yes holds.</summary>
internal enum ConsentScope
{
    /// <summary>For this call.</summary>
    Once = 0,

    /// <summary>For this tool in this conversation, as the tool is now.</summary>
    Conversation,

    /// <summary>For this tool everywhere, as it is now. Only for tools that read.</summary>
    Always,
}

/// <summary>
/// Which tools of servers a person has said yes to (S42): a tool that has changed since, or that writes and was not
/// allowed in this conversation, asks again. Parley's own tools only read, and the question names them. Thread-safe.
/// </summary>
internal sealed class ToolConsents(Db db, TimeProvider time)
{
    private const long Everywhere = 0;

    /// <summary>Whether the person must be asked before this tool runs.</summary>
    public Task<bool> AreNeededAsync(Caller caller, RemoteTool tool, long conversationId, CancellationToken ct) =>
        db.ReadAsync(session => !Has(session, caller.OwnerId, tool, conversationId), ct);

    public Task RememberAsync(
        Caller caller,
        RemoteTool tool,
        long conversationId,
        ConsentScope scope,
        CancellationToken ct
    ) =>
        scope == ConsentScope.Once
            ? Task.CompletedTask
            : db.WriteAsync(
                tx =>
                {
                    using var write = tx.Query(
                        """
                        INSERT INTO tool_consents (user_id, tool, conversation_id, fingerprint, given_at) VALUES (?1, ?2, ?3, ?4, ?5)
                        ON CONFLICT DO UPDATE SET fingerprint = ?4, given_at = ?5
                        """
                    );
                    write
                        .Bind(1, caller.OwnerId)
                        .Bind(2, tool.Name)
                        .Bind(3, scope == ConsentScope.Always ? Everywhere : conversationId)
                        .BindBlob(4, tool.Fingerprint)
                        .Bind(5, ApiTime.Micros(time.GetUtcNow()))
                        .Run();
                },
                ct
            );

    /// <summary>Takes back every yes of the caller's to a tool; false where there was none.</summary>
    public Task<bool> ForgetAsync(Caller caller, string tool, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                using var delete = tx.Query("DELETE FROM tool_consents WHERE user_id = ?1 AND tool = ?2");
                delete.Bind(1, caller.OwnerId).Bind(2, tool).Run();
                return tx.Changes > 0;
            },
            ct
        );

    private static bool Has(DbSession session, long ownerId, RemoteTool tool, long conversationId)
    {
        using var rows = session.Query(
            "SELECT conversation_id, fingerprint FROM tool_consents WHERE user_id = ?1 AND tool = ?2 AND conversation_id IN (0, ?3)"
        );
        rows.Bind(1, ownerId).Bind(2, tool.Name).Bind(3, conversationId);
        while (rows.Step())
        {
            var everywhere = rows.Int64(0) == Everywhere;
            if (rows.Blob(1).SequenceEqual(tool.Fingerprint) && !(everywhere && tool.Writes))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The end of an account: its yeses go with it, and its place among the users of servers.</summary>
internal sealed class AccountTools : IAccountWitness
{
    public void Born(DbTransaction tx, long userId) { }

    public long Count(DbSession session, long userId) => 0;

    public LeaveStep Leave(DbTransaction tx, RemovedAccount account)
    {
        foreach (var table in (ReadOnlySpan<string>)["tool_consents", "tool_server_users"])
        {
            using var delete = tx.Query($"DELETE FROM {table} WHERE user_id = ?1");
            delete.Bind(1, account.Id).Run();
        }

        return LeaveStep.Done;
    }
}
