using System.Buffers;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>
/// Links by which anybody reads what their owner shows (S20): a copy of a path as it was, found by 256 random bits of which
/// only the hash is kept. A conversation in the bin, and one of an account that is disabled, is not shown. Thread-safe.
/// </summary>
internal sealed class ShareLinks(Db db, IdSource ids, TimeProvider time, AuditLog audit)
{
    private const int MostOfOneOwner = 1_000;

    private const string Columns = """
        s.id, s.conversation_id, (SELECT title FROM conversations WHERE id = s.conversation_id), s.created_at, s.expires_at, s.message_count
        """;

    /// <exception cref="ProblemException">404 and 403 as for what only the owner does; 409 for one in the bin, and for too many links.</exception>
    public async Task<NewShareView> MakeAsync(
        RequestOrigin origin,
        long conversationId,
        CreateShare wanted,
        CancellationToken ct
    )
    {
        var owner = origin.Caller!.OwnerId;
        var now = time.GetUtcNow();
        DateTimeOffset? expires = wanted.ExpiresInDays is { } days ? now.AddDays(days) : null;
        var shown = await db.ReadAsync(
            session =>
            {
                var head = ConversationAccess.GetOwn(session, owner, conversationId).RequireLive();
                return new ShareSnapshot(session, head, wanted).Take(
                    ApiTime.Format(ApiTime.Micros(now))!,
                    ApiTime.Format(expires is { } end ? ApiTime.Micros(end) : null)
                );
            },
            ct
        );
        var body = new ArrayBufferWriter<byte>();
        JsonOut.Write(body, shown, ConversationsJson.Default.SharedConversation);
        var secret = Secrets.Make(Secrets.SharePrefix);
        var share = await db.WriteAsync(
            tx =>
            {
                ConversationAccess.GetOwn(tx, owner, conversationId).RequireLive();
                RequireRoom(tx, owner);
                var id = ids.Next(now.ToUnixTimeMilliseconds());
                using (
                    var insert = tx.Query(
                        "INSERT INTO shares (id, owner_id, conversation_id, hash, created_at, expires_at, message_count, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                    )
                )
                {
                    insert.Bind(1, id).Bind(2, owner).Bind(3, conversationId).BindBlob(4, Secrets.Hash(secret));
                    insert
                        .Bind(5, ApiTime.Micros(now))
                        .Bind(6, expires is { } end ? ApiTime.Micros(end) : null)
                        .Bind(7, shown.Messages.Count)
                        .BindBlob(8, body.WrittenSpan);
                    insert.Run();
                }

                Note(tx, origin, AuditActions.ShareMade, conversationId, id);
                return List(tx, owner, conversationId, after: id - 1, limit: 1, offset: 0)[0];
            },
            ct
        );
        return new NewShareView(share, "/s/" + secret, "/api/shared/" + secret);
    }

    /// <summary>One's own links, the oldest first.</summary>
    /// <param name="conversationId">Only its own; null for all.</param>
    public Task<Page<ShareView>> ListAsync(
        Caller caller,
        long? conversationId,
        PageRequest page,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
            {
                if (conversationId is { } id)
                {
                    ConversationAccess.GetOwn(session, caller.OwnerId, id);
                }

                long after = 0;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, 'l', new Span<long>(ref after));
                }

                var items = List(session, caller.OwnerId, conversationId, after, page.Limit + 1L, page.Offset);
                return Page<ShareView>.Of(items, page, null, s => Cursor.Write('l', s.Number));
            },
            ct
        );

    /// <summary>From now on it opens nothing. False where the caller has no such link.</summary>
    public Task<bool> RevokeAsync(RequestOrigin origin, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                using var delete = tx.Query(
                    "DELETE FROM shares WHERE id = ?1 AND owner_id = ?2 RETURNING conversation_id"
                );
                if (!delete.Bind(1, id).Bind(2, origin.Caller!.OwnerId).Step())
                {
                    return false;
                }

                Note(tx, origin, AuditActions.ShareRevoked, delete.Int64(0), id);
                return true;
            },
            ct
        );

    /// <summary>What a link shows, as JSON of a <see cref="SharedConversation"/>; null where it opens nothing.</summary>
    public async Task<byte[]?> FindAsync(string token, CancellationToken ct)
    {
        if (!token.StartsWith(Secrets.SharePrefix, StringComparison.Ordinal) || token.Length > 100)
        {
            return null;
        }

        var now = ApiTime.Micros(time.GetUtcNow());
        return await db.ReadAsync(
            session =>
            {
                using var row = session.Query(
                    """
                    SELECT s.owner_id, s.body FROM shares s JOIN conversations c ON c.id = s.conversation_id
                    WHERE s.hash = ?1 AND (s.expires_at IS NULL OR s.expires_at > ?2) AND c.deleted_at IS NULL
                    """
                );
                return
                    row.BindBlob(1, Secrets.Hash(token)).Bind(2, now).Step()
                    && Accounts.Find(session, row.Int64(0)) is not { Disabled: true }
                    ? row.Blob(1).ToArray()
                    : null;
            },
            ct
        );
    }

    /// <summary>The conversation is gone, or another's now.</summary>
    public static void Forget(DbTransaction tx, long conversationId)
    {
        using var delete = tx.Query("DELETE FROM shares WHERE conversation_id = ?1");
        delete.Bind(1, conversationId).Run();
    }

    public static bool HasEnded(DbSession session, long now)
    {
        using var find = session.Query("SELECT 1 FROM shares WHERE expires_at <= ?1 LIMIT 1");
        return find.Bind(1, now).Step();
    }

    public static void ForgetEnded(DbTransaction tx, long now)
    {
        using var delete = tx.Query("DELETE FROM shares WHERE expires_at <= ?1");
        delete.Bind(1, now).Run();
    }

    private List<ShareView> List(
        DbSession session,
        long ownerId,
        long? conversationId,
        long after,
        long limit,
        int offset
    )
    {
        var now = ApiTime.Micros(time.GetUtcNow());
        var items = new List<ShareView>();
        using var rows = session.Query(
            conversationId is null
                ? $"SELECT {Columns} FROM shares s INDEXED BY shares_of_owner WHERE s.owner_id = ?1 AND s.id > ?2 ORDER BY s.id LIMIT ?3 OFFSET ?4"
                : $"SELECT {Columns} FROM shares s INDEXED BY shares_of_conversation WHERE s.conversation_id = ?5 AND s.owner_id = ?1 AND s.id > ?2 ORDER BY s.id LIMIT ?3 OFFSET ?4"
        );
        rows.Bind(1, ownerId).Bind(2, after).Bind(3, limit).Bind(4, offset);
        if (conversationId is { } only)
        {
            rows.Bind(5, only);
        }

        while (rows.Step())
        {
            items.Add(
                new ShareView(
                    ShareId.Format(rows.Int64(0)),
                    ConversationId.Format(rows.Int64(1)),
                    rows.Text(2),
                    ApiTime.Format(rows.Int64(3))!,
                    ApiTime.Format(rows.Int64OrNull(4)),
                    rows.Int64(5),
                    rows.Int64OrNull(4) <= now
                )
                {
                    Number = rows.Int64(0),
                }
            );
        }

        return items;
    }

    private static void RequireRoom(DbTransaction tx, long ownerId)
    {
        using var count = tx.Query("SELECT count(*) FROM shares WHERE owner_id = ?1");
        if (count.Bind(1, ownerId).Step() && count.Int64(0) >= MostOfOneOwner)
        {
            throw new ProblemException(ProblemCodes.Conflict, $"there are {MostOfOneOwner} links: revoke one first");
        }
    }

    private void Note(DbTransaction tx, RequestOrigin origin, string action, long conversationId, long id) =>
        audit.AddAbout(tx, origin, action, ConversationId.Format(conversationId), detail: "link " + ShareId.Format(id));
}
