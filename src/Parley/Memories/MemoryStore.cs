using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Memories;

/// <summary>A fact as it is told.</summary>
internal readonly record struct ToldMemory(long Id, string Text);

/// <summary>The facts of each owner. Thread-safe.</summary>
internal sealed class MemoryStore(Db db, IdempotentWrites writes, TimeProvider time)
{
    /// <summary>So many an owner may have.</summary>
    public const int MostMemories = 1_000;

    private const char ListCursor = 'm';
    private const string Columns = """
        m.id, m.text, m.kept, (SELECT name FROM spaces WHERE id = m.space_id),
        (SELECT conversation_id FROM messages WHERE id = m.message_id), m.message_id,
        m.confidence, m.valid_from, m.valid_until, m.created_at, m.updated_at, m.version
        """;
    private const string ListSql =
        $"SELECT {Columns} FROM memories m WHERE m.owner_id = ?1 AND m.id < ?2 AND (?5 < 0 OR m.kept = ?5) ORDER BY m.id DESC LIMIT ?3 OFFSET ?4";
    private const string FindSql = $"SELECT {Columns} FROM memories m WHERE m.id = ?1 AND m.owner_id = ?2";
    private const string ToldSql = """
        SELECT id, text FROM memories
        WHERE owner_id = ?1 AND kept = 1 AND (space_id IS NULL OR space_id = ?2)
            AND (valid_from IS NULL OR valid_from <= ?3) AND (valid_until IS NULL OR valid_until > ?3)
        ORDER BY id DESC
        """;

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, FindSql, ToldSql];

    /// <summary>Newest first.</summary>
    /// <param name="kept">Only those that are, or are not; null: all.</param>
    public Task<Page<MemoryView>> ListAsync(long ownerId, bool? kept, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                var before = long.MaxValue;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, ListCursor, new Span<long>(ref before));
                }

                using var rows = session.Query(ListSql);
                rows.Bind(1, ownerId).Bind(2, before).Bind(3, page.Limit + 1L).Bind(4, page.Offset);
                rows.Bind(5, kept is { } wanted ? (wanted ? 1 : 0) : -1);
                var items = new List<MemoryView>();
                while (rows.Step())
                {
                    items.Add(Read(rows));
                }

                return Page<MemoryView>.Of(items, page, null, last => Cursor.Write(ListCursor, IdOf(last)));
            },
            ct
        );

    public Task<MemoryView?> FindAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(session => Find(session, ownerId, id), ct);

    /// <exception cref="ProblemException">There are too many, or the space or message is not there.</exception>
    public Task<StoredAnswer> CreateAsync(
        long ownerId,
        Body<SaveMemory> body,
        IdempotencyKey key,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            ownerId,
            key,
            body.Utf8,
            tx =>
            {
                var memory = body.Value;
                if (string.IsNullOrWhiteSpace(memory.Text))
                {
                    throw QueryReader.Invalid("text", "is required");
                }

                if (Count(tx, ownerId) >= MostMemories)
                {
                    throw new ProblemException(
                        ProblemCodes.Conflict,
                        $"{MostMemories} facts are remembered already: forget one first"
                    );
                }

                using var insert = tx.Query(
                    """
                    INSERT INTO memories (owner_id, text, kept, space_id, message_id, confidence, valid_from, valid_until, created_at, updated_at)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9) RETURNING id
                    """
                );
                insert.Bind(1, ownerId).Bind(2, memory.Text).Bind(3, memory.State != "proposed");
                insert.Bind(4, Space(tx, ownerId, memory.Space)).Bind(5, Message(tx, ownerId, memory.MessageId));
                insert.Bind(6, memory.Confidence ?? 1).Bind(7, Time(memory.ValidFrom)).Bind(8, Time(memory.ValidUntil));
                insert.Bind(9, ApiTime.Micros(time.GetUtcNow())).Step();
                var made = Find(tx, ownerId, insert.Int64(0))!;
                return StoredAnswer.Of(
                    made,
                    MemoriesJson.Default.MemoryView,
                    StatusCodes.Status201Created,
                    "/api/memories/" + made.Id,
                    ETags.Of(made.Version)
                );
            },
            ct
        );

    /// <summary>Changes what the request says; an empty text takes a space or a time away.</summary>
    /// <returns>Null where there is no such memory.</returns>
    public Task<MemoryView?> ChangeAsync(
        long ownerId,
        long id,
        SaveMemory change,
        IfMatch match,
        CancellationToken ct
    ) =>
        db.WriteAsync(
            tx =>
            {
                if (Find(tx, ownerId, id) is not { } before)
                {
                    return null;
                }

                match.Require(before.Version);
                if (change.Text is not null && string.IsNullOrWhiteSpace(change.Text))
                {
                    throw QueryReader.Invalid("text", "must not be empty: delete the memory to forget it");
                }

                var (from, until) = (change.ValidFrom ?? before.ValidFrom, change.ValidUntil ?? before.ValidUntil);
                if (Time(from) >= Time(until))
                {
                    throw QueryReader.Invalid("valid_until", "must come after valid_from");
                }

                using var update = tx.Query(
                    """
                    UPDATE memories SET text = ?3, kept = ?4, space_id = ?5, message_id = ?6, confidence = ?7,
                        valid_from = ?8, valid_until = ?9, updated_at = ?10, version = version + 1
                    WHERE id = ?1 AND owner_id = ?2
                    """
                );
                update.Bind(1, id).Bind(2, ownerId).Bind(3, change.Text ?? before.Text);
                update.Bind(4, (change.State ?? before.State) == "kept");
                update.Bind(5, Space(tx, ownerId, change.Space ?? before.Space));
                update.Bind(6, Message(tx, ownerId, change.MessageId ?? before.MessageId));
                update.Bind(7, change.Confidence ?? before.Confidence).Bind(8, Time(from)).Bind(9, Time(until));
                update.Bind(10, ApiTime.Micros(time.GetUtcNow())).Run();
                return Find(tx, ownerId, id);
            },
            ct
        );

    /// <returns>Whether there was such a memory.</returns>
    public Task<bool> DeleteAsync(long ownerId, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                using var delete = tx.Query("DELETE FROM memories WHERE id = ?1 AND owner_id = ?2");
                delete.Bind(1, id).Bind(2, ownerId).Run();
                return tx.Changes > 0;
            },
            ct
        );

    /// <summary>What is agreed to and holds now, in conversations of this space; newest first.</summary>
    public List<ToldMemory> ListTold(DbSession session, long ownerId, long spaceId)
    {
        using var rows = session.Query(ToldSql);
        rows.Bind(1, ownerId).Bind(2, spaceId).Bind(3, ApiTime.Micros(time.GetUtcNow()));
        var told = new List<ToldMemory>();
        while (rows.Step())
        {
            told.Add(new ToldMemory(rows.Int64(0), rows.Text(1)!));
        }

        return told;
    }

    public static long Count(DbSession session, long ownerId)
    {
        using var count = session.Query("SELECT count(*) FROM memories WHERE owner_id = ?1");
        return count.Bind(1, ownerId).Step() ? count.Int64(0) : 0;
    }

    private static MemoryView? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query(FindSql);
        return row.Bind(1, id).Bind(2, ownerId).Step() ? Read(row) : null;
    }

    private static MemoryView Read(DbStatement row) =>
        new(
            MemoryId.Format(row.Int64(0)),
            row.Text(1)!,
            row.Bool(2) ? "kept" : "proposed",
            row.Text(3),
            row.Int64OrNull(4) is { } conversation ? Ids.Format(conversation, IdKind.Conversation) : null,
            row.IsNull(4) ? null : Ids.Format(row.Int64(5), IdKind.Message),
            row.Double(6),
            Iso.Micros(row.Int64OrNull(7)),
            Iso.Micros(row.Int64OrNull(8)),
            Iso.Micros(row.Int64(9)),
            Iso.Micros(row.Int64(10)),
            row.Int64(11)
        );

    private static long IdOf(MemoryView memory) => Ids.TryParse(memory.Id, IdKind.Memory, out var id) ? id : 0;

    private static long? Space(DbTransaction tx, long ownerId, string? name) =>
        string.IsNullOrEmpty(name) ? null
        : SpaceNames.Find(tx, ownerId, name) is { } id ? id
        : throw QueryReader.Invalid("space", "there is no such space");

    private static long? Message(DbTransaction tx, long ownerId, string? text)
    {
        if (text is null)
        {
            return null;
        }

        using var find = tx.Query(
            "SELECT 1 FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.id = ?1 AND c.owner_id = ?2"
        );
        return Ids.TryParse(text, IdKind.Message, out var id) && find.Bind(1, id).Bind(2, ownerId).Step()
            ? id
            : throw QueryReader.Invalid("message_id", "there is no such message");
    }

    private static long? Time(string? text) =>
        !string.IsNullOrEmpty(text) && ApiTime.TryParse(text, out var micros) ? micros : null;
}
