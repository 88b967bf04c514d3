using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>Where the messages of stored exchanges are, by all that was said up to them. Rows go with their messages.</summary>
internal sealed class ExchangeRows : IWriteParticipant
{
    public void Apply(DbTransaction tx, WriteBatch batch)
    {
        foreach (var id in batch.Removed)
        {
            using var delete = tx.Query("DELETE FROM exchanges WHERE message_id = ?1");
            delete.Bind(1, id).Run();
        }
    }

    /// <summary>The message that stands at the end of just these words, in a conversation of the owner's that is not in the bin.</summary>
    public static (long ConversationId, long MessageId)? Find(DbSession session, long ownerId, byte[] chain)
    {
        using var row = session.Query(
            """
            SELECT e.conversation_id, e.message_id FROM exchanges e JOIN conversations c ON c.id = e.conversation_id
            WHERE e.owner_id = ?1 AND e.chain = ?2 AND c.owner_id = ?1 AND c.deleted_at IS NULL
            """
        );
        return row.Bind(1, ownerId).BindBlob(2, chain).Step() ? (row.Int64(0), row.Int64(1)) : null;
    }

    public static void Add(DbTransaction tx, long ownerId, byte[] chain, long conversationId, long messageId)
    {
        using var insert = tx.Query(
            "INSERT OR REPLACE INTO exchanges (owner_id, chain, conversation_id, message_id) VALUES (?1, ?2, ?3, ?4)"
        );
        insert.Bind(1, ownerId).BindBlob(2, chain).Bind(3, conversationId).Bind(4, messageId).Run();
    }

    public static void Leave(DbTransaction tx, long ownerId)
    {
        using var delete = tx.Query("DELETE FROM exchanges WHERE owner_id = ?1");
        delete.Bind(1, ownerId).Run();
    }

    /// <summary>The chain with one more message. Ids of calls are left out: programs and servers make them up.</summary>
    public static byte[] Extend(ReadOnlySpan<byte> chain, ModelMessage message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(chain);
        hash.AppendData([(byte)message.Role]);
        Append(hash, message.Text.Span);
        foreach (var image in message.Images)
        {
            Append(hash, image.Bytes.Span);
        }

        foreach (var call in message.Calls)
        {
            Append(hash, System.Text.Encoding.UTF8.GetBytes(call.Name));
            Append(hash, call.Arguments.Span);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> text)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        hash.AppendData(length);
        hash.AppendData(text);
    }
}
