using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Who else may read, write or share a conversation, or all that lies in a space. Thread-safe.</summary>
internal sealed class Sharing(Db db, Grants grants)
{
    /// <exception cref="ProblemException">404; 403 for who may not share it.</exception>
    public Task<Page<GrantView>> ListAsync(Caller caller, IdKind kind, long id, CancellationToken ct) =>
        db.ReadAsync(session => Show(session, Require(session, caller.OwnerId, kind, id).Of), ct);

    /// <summary>These and no others from now on.</summary>
    /// <exception cref="ProblemException">404; 403 for who may not share it, or not so; 400 for a grant to nobody.</exception>
    public Task<Page<GrantView>> SetAsync(
        RequestOrigin origin,
        IdKind kind,
        long id,
        IReadOnlyList<WantedGrant> wanted,
        CancellationToken ct
    ) =>
        db.WriteAsync(
            tx =>
            {
                var (of, rights) = Require(tx, origin.Caller!.OwnerId, kind, id);
                grants.Set(tx, of, wanted, rights, origin);
                return Show(tx, of);
            },
            ct
        );

    private static Page<GrantView> Show(DbSession session, Resource of)
    {
        var items = Grants.List(session, of).ConvertAll(GrantView.Of);
        return new Page<GrantView>(items, items.Count, null);
    }

    private static (Resource Of, Rights Rights) Require(DbSession session, long callerId, IdKind kind, long id)
    {
        var (owner, rights) =
            kind == IdKind.Space ? OfSpace(session, callerId, id) : OfConversation(session, callerId, id);
        if (!rights.HasFlag(Rights.Read))
        {
            throw new ProblemException(
                ProblemCodes.NotFound,
                kind == IdKind.Space ? "there is no such space" : "there is no such conversation"
            );
        }

        return rights.HasFlag(Rights.Share)
            ? (new Resource(kind, id, owner), rights)
            : throw new ProblemException(ProblemCodes.Forbidden, "you may read it, but not share it");
    }

    private static (long Owner, Rights Rights) OfConversation(DbSession session, long callerId, long id) =>
        ConversationHead.Find(session, callerId, id) is not null ? (callerId, Rights.All)
        : ConversationAccess.FindShared(session, callerId, id) is { } shared ? (shared.OwnerId, shared.Rights)
        : default;

    private static (long Owner, Rights Rights) OfSpace(DbSession session, long callerId, long id)
    {
        using var row = session.Query("SELECT owner_id FROM spaces WHERE id = ?1");
        if (!row.Bind(1, id).Step())
        {
            return default;
        }

        var owner = row.Int64(0);
        return (owner, owner == callerId ? Rights.All : Grants.Of(session, callerId, IdKind.Space, id));
    }
}
