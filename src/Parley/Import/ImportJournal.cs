using System.Buffers;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>Writes what undo needs: which known messages an import holds too, and rows as they were before it changed them.</summary>
internal sealed class ImportJournal(long importId) : IMergeJournal
{
    public IReadOnlySet<long>? SeenBefore(DbTransaction tx, long conversationId)
    {
        using var find = tx.Query(
            "SELECT messages FROM import_sightings WHERE import_id = ?1 AND conversation_id = ?2"
        );
        find.Bind(1, importId);
        find.Bind(2, conversationId);
        return find.Step() ? IdList.Read(find.Blob(0)) : null;
    }

    public void Hold(DbTransaction tx, long otherId, long conversationId, IReadOnlyCollection<long> messageIds) =>
        new ImportJournal(otherId).Seen(tx, conversationId, messageIds);

    public void Seen(DbTransaction tx, long conversationId, IReadOnlyCollection<long> messageIds)
    {
        var all = SeenBefore(tx, conversationId) is { } before ? new SortedSet<long>(before) : [];
        all.UnionWith(messageIds);
        using var write = tx.Query(
            "INSERT OR REPLACE INTO import_sightings (import_id, conversation_id, messages) VALUES (?1, ?2, ?3)"
        );
        write.Bind(1, importId);
        write.Bind(2, conversationId);
        write.BindBlob(3, IdList.Write(all));
        write.Run();
    }

    /// <summary>The image also says what the import made of each field ('set'): of what it did last, where it changes the row again.</summary>
    public void Changing(DbTransaction tx, long conversationId, ImportedHead after)
    {
        using var write = tx.Query(
            """
            INSERT INTO import_changes (import_id, row_kind, row_id, turn, before)
            SELECT ?1, 1, id, (SELECT coalesce(max(turn), 0) + 1 FROM import_changes WHERE row_kind = 1 AND row_id = ?2),
                json_object('title', title, 'updated_at', updated_at, 'sort_at', sort_at, 'archived', archived, 'starred', starred, 'pinned', pinned,
                    'model_id', model_id, 'active_leaf_id', active_leaf_id, 'set', json_object('title', ?3, 'updated_at', ?4, 'archived', ?5,
                    'starred', ?6, 'pinned', ?7, 'model_id', ?8, 'active_leaf_id', ?9))
            FROM conversations WHERE id = ?2
            ON CONFLICT DO UPDATE SET before = json_set(before, '$.set', json(excluded.before -> '$.set'))
            """
        );
        write.Bind(1, importId).Bind(2, conversationId).Bind(3, after.Title).Bind(4, after.UpdatedAt);
        write.Bind(5, after.Archived).Bind(6, after.Starred).Bind(7, after.Pinned).Bind(8, after.ModelId);
        write.Bind(9, after.Leaf).Run();
    }

    public void Changing(DbTransaction tx, ChangedRow kind, long rowId)
    {
        using var write = tx.Query(
            kind switch
            {
                ChangedRow.Message => """
                INSERT INTO import_changes (import_id, row_kind, row_id, turn, before)
                SELECT ?1, ?2, id, (SELECT coalesce(max(turn), 0) + 1 FROM import_changes WHERE row_kind = ?2 AND row_id = ?3), json_object('parent_id', parent_id, 'ord', ord, 'role', role, 'status', status, 'hidden', hidden, 'created_at', created_at,
                    'model_id', model_id, 'text', text, 'parts', parts, 'extras', extras, 'hash', hash, 'words', words,
                    'attachments', (SELECT json_group_array(json_object('id', a.id, 'name', a.name, 'media_type', a.media_type, 'size', a.size,
                        'blob', hex(a.blob), 'source_ref', a.source_ref)) FROM attachments a
                        WHERE a.conversation_id = messages.conversation_id AND a.message_id = messages.id))
                FROM messages WHERE id = ?3 ON CONFLICT DO NOTHING
                """,
                ChangedRow.Document => """
                INSERT INTO import_changes (import_id, row_kind, row_id, turn, before)
                SELECT ?1, ?2, id, (SELECT coalesce(max(turn), 0) + 1 FROM import_changes WHERE row_kind = ?2 AND row_id = ?3), json_object('name', name, 'updated_at', updated_at, 'text', text, 'hash', hash, 'extras', extras)
                FROM documents WHERE id = ?3 ON CONFLICT DO NOTHING
                """,
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            }
        );
        write.Bind(1, importId);
        write.Bind(2, (long)kind);
        write.Bind(3, rowId);
        write.Run();
    }
}

/// <summary>Ascending ids, each as a LEB128 difference to the one before.</summary>
internal static class IdList
{
    public static byte[] Write(SortedSet<long> ids)
    {
        var bytes = new ArrayBufferWriter<byte>(16 + (ids.Count * 4));
        long last = 0;
        foreach (var id in ids)
        {
            var rest = (ulong)(id - last);
            last = id;
            do
            {
                bytes.GetSpan(1)[0] = (byte)((rest & 0x7F) | (rest > 0x7F ? 0x80UL : 0));
                bytes.Advance(1);
                rest >>= 7;
            } while (rest != 0);
        }

        return bytes.WrittenSpan.ToArray();
    }

    public static HashSet<long> Read(ReadOnlySpan<byte> bytes)
    {
        var ids = new HashSet<long>();
        long last = 0;
        ulong value = 0;
        var shift = 0;
        foreach (var b in bytes)
        {
            value |= (ulong)(b & 0x7F) << shift;
            shift += 7;
            if (b < 0x80)
            {
                last += (long)value;
                ids.Add(last);
                value = 0;
                shift = 0;
            }
        }

        return ids;
    }
}
