using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Parley.Files;
using Parley.Kernel;
using Parley.Search;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Ops;

/// <summary>What one check found.</summary>
internal sealed record Finding(string Check, bool Sound, string? Detail);

/// <summary>
/// The store's invariants, checked on any store, beside a running server or without one (reliability.md section 5).
/// Reads only; each check has its own snapshot.
/// </summary>
internal sealed class Doctor(Db db, BlobStore blobs, NamedBlobs named, ISearchIndex index)
{
    /// <summary>Messages, spread over all time, that are searched for by their own words.</summary>
    private const int SearchSample = 1_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Each counts rows that break the promise; none may.</summary>
    private static readonly (string Check, string Sql)[] Counts =
    [
        (
            "messages belong to a conversation",
            "SELECT count(*) FROM messages m WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = m.conversation_id)"
        ),
        (
            "parents are in the same conversation and stand before",
            """
            SELECT count(*) FROM messages m LEFT JOIN messages p ON p.id = m.parent_id
            WHERE m.parent_id IS NOT NULL AND (p.id IS NULL OR p.conversation_id <> m.conversation_id OR p.ord >= m.ord)
            """
        ),
        (
            "active paths are whole",
            """
            SELECT count(*) FROM messages m JOIN messages p ON p.id = m.parent_id WHERE m.active = 1 AND p.active = 0
            """
        ),
        (
            "message counters equal counts",
            """
            SELECT count(*) FROM conversations c LEFT JOIN
                (SELECT conversation_id, count(*) n, sum(active) a FROM messages GROUP BY conversation_id) m ON m.conversation_id = c.id
            WHERE c.message_count <> coalesce(m.n, 0) OR c.path_count <> coalesce(m.a, 0)
            """
        ),
        (
            "space counters equal counts",
            """
            SELECT count(*) FROM spaces s
            WHERE s.conversation_count <> (SELECT count(*) FROM conversations c WHERE c.space_id = s.id AND c.deleted_at IS NULL)
            """
        ),
        (
            "tag counters equal counts",
            """
            SELECT count(*) FROM tags t WHERE t.conversation_count <>
                (SELECT count(*) FROM conversation_tags x JOIN conversations c ON c.id = x.conversation_id WHERE x.tag_id = t.id AND c.deleted_at IS NULL)
            """
        ),
        (
            "totals equal counts",
            """
            SELECT abs((SELECT coalesce(sum(messages), 0) FROM message_stats) - (SELECT count(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE c.deleted_at IS NULL))
                + abs((SELECT coalesce(sum(conversations), 0) FROM conversation_stats) - (SELECT count(*) FROM conversations))
                + abs((SELECT coalesce(sum(deleted), 0) FROM conversation_stats) - (SELECT count(*) FROM conversations WHERE deleted_at IS NOT NULL))
                + abs((SELECT coalesce(sum(archived), 0) FROM conversation_stats)
                    - (SELECT count(*) FROM conversations WHERE archived = 1 AND deleted_at IS NULL))
            """
        ),
        (
            "attachments belong to a message",
            "SELECT count(*) FROM attachments a WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = a.message_id)"
        ),
        (
            "files are kept as long as a document needs them",
            "SELECT count(*) FROM files f WHERE f.uses <> (SELECT count(*) FROM library_versions v WHERE v.file_id = f.id)"
        ),
        (
            "documents have the pieces they count",
            """
            SELECT count(*) FROM library_documents d JOIN library_versions v ON v.id = d.current_id
            WHERE v.chunks <> (SELECT count(*) FROM library_chunks c WHERE c.document_id = d.id)
            """
        ),
        ("nothing is still streaming", "SELECT count(*) FROM messages WHERE status = 2"),
    ];

    public async IAsyncEnumerable<Finding> ExamineAsync([EnumeratorCancellation] CancellationToken ct)
    {
        yield return await db.ReadAsync(CheckFile, Limit, ct);
        foreach (var (check, sql) in Counts)
        {
            yield return await db.ReadAsync(session => Count(session, check, sql), Limit, ct);
        }

        yield return await db.ReadAsync(CheckBlobs, Limit, ct);
        var found = await index.CheckAsync(SearchSample, ct);
        yield return new Finding(
            "messages are found by search",
            found.Sound,
            found.Sound ? null : string.Join("; ", found.Faults) + " (cure: parley doctor --rebuild-search)"
        );
    }

    private static Finding CheckFile(DbSession session)
    {
        using var rows = session.Query("PRAGMA integrity_check(5)");
        var faults = new List<string>();
        while (rows.Step())
        {
            faults.Add(rows.Text(0)!);
        }

        var sound = faults is ["ok"];
        return new Finding("the database file is sound", sound, sound ? null : string.Join("; ", faults));
    }

    private static Finding Count(DbSession session, string check, string sql)
    {
        using var rows = session.Query(sql);
        rows.Step();
        var wrong = rows.Int64(0);
        return new Finding(check, wrong == 0, wrong == 0 ? null : $"{wrong} are not");
    }

    /// <summary>Every row that names bytes finds them.</summary>
    private Finding CheckBlobs(DbSession session)
    {
        var missing = 0;
        foreach (var hash in named.List(session))
        {
            missing += blobs.Exists(hash) ? 0 : 1;
        }

        return new Finding(
            "the bytes of files are there",
            missing == 0,
            missing == 0 ? null : $"{missing} are missing"
        );
    }
}

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Finding))]
internal sealed partial class DoctorJson : JsonSerializerContext;
