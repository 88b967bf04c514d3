using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>What a person does to conversations. Each call is one transaction, answered when it is committed. Thread-safe.</summary>
internal sealed class ConversationEdits(
    Db db,
    IdempotentWrites writes,
    MessageWriter writer,
    EventBus events,
    IdSource ids,
    TimeProvider time
)
{
    public const string OwnProvider = "parley";

    /// <summary>Of the bin, deleted in one write: few enough that others wait no longer than for a batch of an import.</summary>
    private const int BinnedPerWrite = 10;

    /// <summary>How long one request goes on emptying the bin.</summary>
    private static readonly TimeSpan EmptyingLimit = TimeSpan.FromSeconds(5);

    private const string InsertSql = """
        INSERT INTO conversations (id, owner_id, provider, title, created_at, updated_at, sort_at, stored_at, model_id, space_id, folder_id,
            system_prompt, extra_data, parent_source_id, own_title)
        VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1)
        """;

    public Task<StoredAnswer> CreateAsync(
        Caller caller,
        Body<CreateConversation> body,
        IdempotencyKey key,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            caller.OwnerId,
            key,
            body.Utf8,
            tx => Created(tx, caller.OwnerId, Create(tx, caller.OwnerId, body.Value)),
            ct
        );

    /// <summary>An empty conversation, for callers that go on to fill it in the same transaction.</summary>
    /// <param name="startedFrom">The conversation it is a copy of.</param>
    public long Create(DbTransaction tx, long ownerId, CreateConversation request, string? startedFrom = null)
    {
        var now = ApiTime.Micros(time.GetUtcNow());
        var labels = new LabelWrites(tx, ownerId, now);
        var id = ids.Next(MessageWriter.Milliseconds(now), conversation: true);
        var space = labels.Space(request.Space);
        using (var insert = tx.Query(InsertSql))
        {
            insert
                .Bind(1, id)
                .Bind(2, ownerId)
                .Bind(3, OwnProvider)
                .Bind(4, NullIfEmpty(request.Title))
                .Bind(5, now)
                .Bind(6, labels.Model(request.Model));
            insert.Bind(7, space).Bind(8, labels.Folder(request.Folder)).Bind(9, NullIfEmpty(request.SystemPrompt));
            BindJson(insert, 10, request.ExtraData).Bind(11, startedFrom).Run();
        }

        ConversationRows.AddToSpace(tx, space, 1);
        labels.SetTags(id, request.Tags ?? []);
        var stats = new StatsDelta(ownerId);
        stats.Conversation(OwnProvider, archived: false, deleted: false);
        stats.Write(tx);
        var batch = new WriteBatch();
        batch.Titles.Add(new WrittenTitle(id, ownerId, OwnProvider, NullIfEmpty(request.Title), IsNew: true));
        writer.Publish(tx, batch);
        return id;
    }

    public static StoredAnswer Created(DbSession session, long ownerId, long id)
    {
        var view = ConversationReads.Find(session, ownerId, id)!;
        return StoredAnswer.Of(
            view,
            ConversationsJson.Default.ConversationView,
            StatusCodes.Status201Created,
            "/api/conversations/" + view.Id,
            ETags.Of(view.Version)
        );
    }

    public Task<ConversationView> ChangeAsync(
        Caller caller,
        long id,
        ChangeConversation change,
        IfMatch match,
        CancellationToken ct
    ) =>
        db.WriteAsync(
            tx =>
            {
                var head = ConversationAccess.GetLive(tx, caller.OwnerId, id, Rights.Write);
                if (head.ActorId != head.OwnerId)
                {
                    change.RequireOfMany();
                }

                match.Require(head.Version);
                new ConversationChange(tx, head, change, writer, ApiTime.Micros(time.GetUtcNow())).Run();
                ConversationChanged.Tell(tx, events, head);
                return ConversationAccess.Read(tx, caller.OwnerId, id)!;
            },
            ct
        );

    /// <summary>Into the bin, out of lists, search and totals; doing it twice is doing it once.</summary>
    public Task BinAsync(Caller caller, long id, IfMatch match, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                var head = ConversationAccess.GetOwn(tx, caller.OwnerId, id);
                match.Require(head.Version);
                if (!head.InBin)
                {
                    Move(tx, head, ApiTime.Micros(time.GetUtcNow()));
                    ConversationChanged.Tell(tx, events, head, isGone: true);
                }
            },
            ct
        );

    /// <summary>One's own among them into the bin, in one transaction; gives which they were.</summary>
    public Task<HashSet<long>> BinManyAsync(Caller caller, IReadOnlyList<long> ids, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                var binned = new HashSet<long>();
                foreach (var id in ids)
                {
                    if (ConversationHead.Find(tx, caller.OwnerId, id) is not { } head || !binned.Add(id))
                    {
                        continue;
                    }

                    if (!head.InBin)
                    {
                        Move(tx, head, ApiTime.Micros(time.GetUtcNow()));
                        ConversationChanged.Tell(tx, events, head, isGone: true);
                    }
                }

                return binned;
            },
            ct
        );

    public Task<ConversationView> RestoreAsync(Caller caller, long id, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                var head = ConversationAccess.GetOwn(tx, caller.OwnerId, id);
                if (head.InBin)
                {
                    Move(tx, head, deletedAt: null);
                    ConversationChanged.Tell(tx, events, head);
                }

                return ConversationReads.Find(tx, caller.OwnerId, id)!;
            },
            ct
        );

    /// <summary>For good, from the archive or from the bin.</summary>
    public Task RemoveAsync(Caller caller, long id, IfMatch match, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                var head = ConversationAccess.GetOwn(tx, caller.OwnerId, id);
                match.Require(head.Version);
                ConversationRemoval.Run(tx, caller.OwnerId, [head], writer, ApiTime.Micros(time.GetUtcNow()));
                ConversationChanged.Tell(tx, events, head, isGone: true);
            },
            ct
        );

    /// <summary>All that lies in the bin now, for good; some of it where it is more than some seconds delete.</summary>
    public async Task<BinEmptied> EmptyBinAsync(Caller caller, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var before = ApiTime.Micros(time.GetUtcNow());
        for (long removed = 0; ; )
        {
            var count = await db.WriteEssentialAsync(tx => EmptyBin(tx, caller.OwnerId, before), ct);
            removed += count;
            var more = count == BinnedPerWrite;
            if (!more || time.GetElapsedTime(began) > EmptyingLimit)
            {
                return new BinEmptied(removed, more);
            }
        }
    }

    private int EmptyBin(DbTransaction tx, long ownerId, long before)
    {
        var heads = new List<ConversationHead>();
        using (
            var rows = tx.Query(
                """
                SELECT id FROM conversations INDEXED BY conversations_in_bin
                WHERE owner_id = ?1 AND deleted_at IS NOT NULL AND deleted_at <= ?2 LIMIT ?3
                """
            )
        )
        {
            rows.Bind(1, ownerId).Bind(2, before).Bind(3, BinnedPerWrite);
            while (rows.Step())
            {
                heads.Add(ConversationHead.Find(tx, ownerId, rows.Int64(0))!);
            }
        }

        ConversationRemoval.Run(tx, ownerId, heads, writer, ApiTime.Micros(time.GetUtcNow()));
        foreach (var head in heads)
        {
            ConversationChanged.Tell(tx, events, head, isGone: true);
        }

        return heads.Count;
    }

    internal static DbStatement BindJson(DbStatement statement, int index, RawJson? json) =>
        json is { } given && given.Utf8.Length > 2 ? statement.Bind(index, given.Utf8.Span) : statement.BindNull(index);

    internal static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static void Move(DbTransaction tx, ConversationHead head, long? deletedAt)
    {
        var sign = deletedAt is null ? 1 : -1;
        var stats = new StatsDelta(head.OwnerId);
        stats.Conversation(head.Provider, head.Archived, deleted: deletedAt is null, sign: -1);
        stats.Conversation(head.Provider, head.Archived, deleted: deletedAt is not null);
        head.CountMessages(tx, stats, sign);
        stats.Write(tx);
        head.CountLabels(tx, sign);
        using var update = tx.Query("UPDATE conversations SET deleted_at = ?2, version = version + 1 WHERE id = ?1");
        update.Bind(1, head.Id).Bind(2, deletedAt).Run();
    }
}
