using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>
/// Whose a conversation is and what a caller may do with it: the one place that says so (S16). One's own is found by the
/// statement that names its owner; only what is not is looked for among grants, of the conversation and of its space.
/// What lies in its owner's bin is nobody else's.
/// </summary>
internal static class ConversationAccess
{
    /// <summary>The conversation as the caller sees it; null where they have none of that id and nobody lets them read it.</summary>
    public static ConversationView? Read(DbSession session, long callerId, long id) =>
        ConversationReads.Find(session, callerId, id) is { } own ? own
        : FindShared(session, callerId, id) is { } shared ? Shown(session, shared, id)
        : null;

    /// <summary>What a change needs to know of it.</summary>
    /// <exception cref="ProblemException">404; 403 for one that the caller may read, but not so; 409 for one in the bin.</exception>
    public static ConversationHead GetLive(DbSession session, long callerId, long id, Rights needed) =>
        (ConversationHead.Find(session, callerId, id) ?? GetShared(session, callerId, id, needed)).RequireLive();

    /// <summary>The same for what only its owner does, whatever was granted.</summary>
    /// <exception cref="ProblemException">404; 403 for one that the caller may only read or write.</exception>
    public static ConversationHead GetOwn(DbSession session, long callerId, long id) =>
        ConversationHead.Find(session, callerId, id) ?? GetShared(session, callerId, id, needed: null);

    /// <summary>Whether the caller may read what belongs to another's conversation: a file of it.</summary>
    public static bool MayReadShared(DbSession session, long callerId, long id) =>
        FindShared(session, callerId, id) is not null;

    /// <summary>Whether the caller may read another's conversation, or could before it went to its owner's bin.</summary>
    public static bool CouldReadShared(DbSession session, long callerId, long id)
    {
        long space;
        using (var row = session.Query("SELECT space_id FROM conversations WHERE id = ?1 AND owner_id <> ?2"))
        {
            if (!row.Bind(1, id).Bind(2, callerId).Step())
            {
                return false;
            }

            space = row.Int64(0);
        }

        return (
            Grants.Of(session, callerId, IdKind.Conversation, id) | Grants.Of(session, callerId, IdKind.Space, space)
        ).HasFlag(Rights.Read);
    }

    /// <summary>Somebody else's conversation that the caller may at least read.</summary>
    public static SharedAccess? FindShared(DbSession session, long callerId, long id)
    {
        long owner;
        long space;
        using (
            var row = session.Query(
                "SELECT owner_id, space_id FROM conversations WHERE id = ?1 AND deleted_at IS NULL AND owner_id <> ?2"
            )
        )
        {
            if (!row.Bind(1, id).Bind(2, callerId).Step())
            {
                return null;
            }

            (owner, space) = (row.Int64(0), row.Int64(1));
        }

        var bySpace = Grants.Of(session, callerId, IdKind.Space, space);
        var rights = bySpace | Grants.Of(session, callerId, IdKind.Conversation, id);
        return rights.HasFlag(Rights.Read) ? new SharedAccess(owner, rights, bySpace.HasFlag(Rights.Read)) : null;
    }

    /// <summary>What its owner arranged for themselves is not shown: folder, tags, marks, and the space unless that is shared.</summary>
    private static SharedBy Describe(DbSession session, SharedAccess shared) =>
        new(
            UserId.Format(shared.OwnerId),
            Accounts.Find(session, shared.OwnerId)?.Name ?? "",
            RightWords.Of(shared.Rights)
        );

    /// <summary>An item of a list of what is shared.</summary>
    public static ConversationItem Shown(DbSession session, long callerId, ConversationItem item) =>
        FindShared(session, callerId, item.Position.Id) is { } shared
            ? item with
            {
                Space = shared.BySpace ? item.Space : "",
                Folder = null,
                Tags = [],
                Pinned = false,
                Starred = false,
                Archived = false,
                Shared = Describe(session, shared),
            }
            : throw new InvalidOperationException("a list of what is shared holds what is not");

    private static ConversationView? Shown(DbSession session, SharedAccess shared, long id) =>
        ConversationReads.Find(session, shared.OwnerId, id) is { } view
            ? view with
            {
                Space = shared.BySpace ? view.Space : "",
                Folder = null,
                Tags = [],
                Pinned = false,
                Starred = false,
                Archived = false,
                Shared = Describe(session, shared),
            }
            : null;

    /// <param name="needed">Null: no grant is enough.</param>
    private static ConversationHead GetShared(DbSession session, long callerId, long id, Rights? needed)
    {
        if (FindShared(session, callerId, id) is not { } shared)
        {
            throw new ProblemException(ProblemCodes.NotFound, "there is no such conversation");
        }

        return needed is { } right && shared.Rights.HasFlag(right)
            ? ConversationHead.Get(session, shared.OwnerId, id) with
            {
                ActorId = callerId,
            }
            : throw new ProblemException(
                ProblemCodes.Forbidden,
                needed is null ? "only its owner may do that" : "you may read the conversation, but not change it"
            );
    }
}

/// <summary>What a caller may do with a conversation of another's.</summary>
/// <param name="BySpace">Its space is shared with the caller.</param>
internal sealed record SharedAccess(long OwnerId, Rights Rights, bool BySpace);

/// <summary>Whose a shared conversation is, and what one may do with it.</summary>
internal sealed record SharedBy(string OwnerId, string OwnerName, IReadOnlyList<string> Rights);
