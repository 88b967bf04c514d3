using System.Globalization;
using System.Text;
using Parley.Conversations;
using Parley.Documents;
using Parley.Files;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Tools;

namespace Parley.Mcp;

/// <summary>
/// Reads a conversation or a document from any place on, as far as a budget goes; the cursor it ends with goes on there.
/// Thread-safe.
/// </summary>
internal sealed class PageReader(Db db, DocumentStore documents, BlobStore blobs)
{
    private const char MessageCursor = 'o';
    private const char TextCursor = 'x';

    /// <summary>Messages read at a time.</summary>
    private const int Step = 30;

    /// <summary>Tokens that the last line may take: where to go on.</summary>
    private const int Foot = 60;

    /// <summary>A piece of a message that is shorter is left to the next page, where it is not all there is.</summary>
    private const int ShortestPiece = 200;

    /// <param name="id">Of a conversation or document, or of a message or piece to begin at.</param>
    /// <param name="cursor">Where the page before ended.</param>
    /// <exception cref="ToolException">The caller has nothing of that id.</exception>
    public async Task ReadAsync(Caller caller, string id, string? cursor, Budget text, CancellationToken ct)
    {
        if (Ids.TryParse(id, IdKind.Conversation, out var conversation))
        {
            Require(caller, KeyScopes.Conversations);
            await ConversationAsync(caller, conversation, null, cursor, text, ct);
        }
        else if (Ids.TryParse(id, IdKind.Message, out var message))
        {
            Require(caller, KeyScopes.Conversations);
            conversation = await db.ReadAsync(session => ConversationOf(session, message), ct) ?? throw Unknown();
            await ConversationAsync(caller, conversation, message, cursor, text, ct);
        }
        else if (Ids.TryParse(id, IdKind.Document, out var document))
        {
            Require(caller, KeyScopes.Documents);
            await DocumentAsync(caller, document, 0, cursor, text, ct);
        }
        else if (Ids.TryParse(id, IdKind.Chunk, out var chunk))
        {
            Require(caller, KeyScopes.Documents);
            var (of, start) =
                await db.ReadAsync(session => DocumentReads.PlaceOf(session, caller.OwnerId, chunk), ct)
                ?? throw Unknown();
            await DocumentAsync(caller, of, start, cursor, text, ct);
        }
        else if (Ids.TryParse(id, IdKind.File, out var imported))
        {
            Require(caller, KeyScopes.Conversations);
            var whole = await db.ReadAsync(session => Imported(session, caller.OwnerId, imported), ct);
            Write(whole ?? throw Unknown(), $"Document {id}\n\n", cursor, 0, text);
        }
        else
        {
            throw Unknown();
        }
    }

    private async Task ConversationAsync(
        Caller caller,
        long id,
        long? at,
        string? cursor,
        Budget text,
        CancellationToken ct
    )
    {
        var place = new Place(0, 0, 0);
        if (cursor is not null)
        {
            Span<long> keys = stackalloc long[3];
            Cursor.Read(cursor, MessageCursor, keys);
            place = new Place(keys[0], keys[1], (int)Math.Clamp(keys[2], 0, int.MaxValue));
        }

        for (var first = true; ; first = false)
        {
            var from = place;
            var page =
                await db.ReadAsync(session => Read(session, caller, id, first && cursor is null ? at : null, from), ct)
                ?? throw Unknown();
            if (first && cursor is null)
            {
                place = page.From;
                text.Add(Head(page.Conversation));
            }

            foreach (var message in page.Messages)
            {
                if (Add(message, place, text) is { } stopped)
                {
                    text.Add(Go(Cursor.Write(MessageCursor, stopped.Tree, stopped.Ord, stopped.Offset)));
                    return;
                }

                place = new Place(place.Tree, message.Ord + 1, 0);
            }

            if (page.Messages.Count < Step)
            {
                return;
            }
        }
    }

    private static Page? Read(DbSession session, Caller caller, long id, long? at, Place from)
    {
        if (ConversationAccess.Read(session, caller.OwnerId, id) is not { } conversation)
        {
            return null;
        }

        if (at is { } message)
        {
            if (MessageReads.Find(session, id, message) is not { } found)
            {
                return null;
            }

            // One that was branched off is read with what was said behind it.
            from = new Place(found.Active ? 0 : 1, found.Ord, 0);
        }

        var order = from.Tree == 0 ? MessageOrderOf.Path : MessageOrderOf.Tree;
        return new Page(conversation, from, MessageReads.List(session, id, order, from.Ord - 1, Step, 0).Items);
    }

    /// <summary>Where the next page begins; null where all of the message was added.</summary>
    private static Place? Add(MessageView message, Place place, Budget text)
    {
        var offset = message.Ord == place.Ord ? place.Offset : 0;
        var words = message.Content.ToString();
        if (offset > 0 && offset >= words.Length)
        {
            return null; // all of it stood on the page before
        }

        words = words[offset..];
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"[{message.Role}{(message.Model is { } model ? " " + model : "")}, {message.CreatedAt?[..10] ?? "undated"}, {message.Id}]\n"
        );
        var tail = words.Length > 0 ? "\n\n" : "(no text)\n\n";
        if (TokensOf(head, words, tail) + Foot <= text.Left)
        {
            text.Add(head + words + tail);
            return null;
        }

        var keep = Foot + Providers.TokenEstimate.AtMost(head) + 1;
        var fitting = text.Fitting(words, keep);
        if (fitting >= ShortestPiece || (fitting > 0 && text.IsEmpty))
        {
            text.Add(head + words[..fitting] + "\n");
            return new Place(place.Tree, message.Ord, offset + fitting);
        }

        return new Place(place.Tree, message.Ord, offset);
    }

    private static int TokensOf(string head, string words, string tail) =>
        // The texts are counted apart: one of a megabyte is not copied to find that it does not fit.
        Providers.TokenEstimate.AtMost(head)
        + Providers.TokenEstimate.AtMost(words)
        + Providers.TokenEstimate.AtMost(tail);

    private async Task DocumentAsync(
        Caller caller,
        long id,
        long start,
        string? cursor,
        Budget text,
        CancellationToken ct
    )
    {
        if (
            await documents.FindTextAsync(caller.OwnerId, id, ct) is not { } found
            || blobs.Open(found.Hash) is not { } content
        )
        {
            throw new ToolException("there is no such document, or it has not been read yet");
        }

        await using (content)
        {
            var from = start;
            if (cursor is not null)
            {
                Cursor.Read(cursor, TextCursor, new Span<long>(ref from));
            }

            content.Position = Math.Clamp(from, 0, content.Length);
            // A token is rarely more than six letters: no more is read than the budget can show.
            var bytes = new byte[Math.Min(content.Length - content.Position, 8L * text.Left)];
            await content.ReadExactlyAsync(bytes, ct);
            var more = content.Position < content.Length;
            Write(
                Encoding.UTF8.GetString(Whole(bytes, more)),
                $"Document {DocumentId.Format(id)}: {found.Name}\n\n",
                cursor,
                from,
                text,
                more
            );
        }
    }

    /// <summary>Without the beginning of a sign that the cut went through.</summary>
    private static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> bytes, bool cut)
    {
        var end = bytes.Length;
        if (cut)
        {
            var back = 1;
            while (back < 4 && back <= end && (bytes[end - back] & 0xC0) == 0x80)
            {
                back++;
            }

            if (back <= end && bytes[end - back] >= 0xC0)
            {
                end -= back;
            }
        }

        return bytes[..end];
    }

    private static void Write(string whole, string head, string? cursor, long from, Budget text, bool more)
    {
        if (cursor is null)
        {
            text.Add(head);
        }

        var fitting = text.Fitting(whole, Foot);
        text.Add(whole[..fitting]);
        if (more || fitting < whole.Length)
        {
            text.Add("\n" + Go(Cursor.Write(TextCursor, from + Encoding.UTF8.GetByteCount(whole.AsSpan(0, fitting)))));
        }
    }

    /// <summary>A text that is in memory.</summary>
    private static void Write(byte[] whole, string head, string? cursor, long start, Budget text)
    {
        var from = start;
        if (cursor is not null)
        {
            Cursor.Read(cursor, TextCursor, new Span<long>(ref from));
        }

        var rest = whole.AsSpan((int)Math.Clamp(from, 0, whole.Length));
        Write(Encoding.UTF8.GetString(rest), head, cursor, from, text, more: false);
    }

    private static string Head(ConversationView conversation)
    {
        var about = string.Join(
            ", ",
            new[] { conversation.Provider, conversation.Model, conversation.CreatedAt?[..10] }.OfType<string>()
        );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Conversation {conversation.Id}: {conversation.Title ?? "untitled"} ({about}, {conversation.PathCount} messages)\n\n"
        );
    }

    private static string Go(string cursor) => $"More: cursor {cursor}\n";

    private static ToolException Unknown() => new("there is nothing of that id: give one that search or context gave");

    private static void Require(Caller caller, string scope)
    {
        if (!AgentRights.May(caller, scope, reads: true))
        {
            throw new ToolException(AgentRights.Missing(scope));
        }
    }

    private static long? ConversationOf(DbSession session, long message)
    {
        using var row = session.Query("SELECT conversation_id FROM messages WHERE id = ?1");
        return row.Bind(1, message).Step() ? row.Int64(0) : null;
    }

    /// <summary>A document that came with an import: what a project of a provider holds.</summary>
    private static byte[]? Imported(DbSession session, long ownerId, long id)
    {
        using var row = session.Query("SELECT text FROM documents WHERE id = ?1 AND owner_id = ?2");
        return row.Bind(1, id).Bind(2, ownerId).Step() ? row.Utf8(0).ToArray() : null;
    }

    /// <param name="Tree">0: the active path; 1: every branch.</param>
    /// <param name="Ord">Of the message.</param>
    /// <param name="Offset">Into its text, in UTF-16 units.</param>
    private readonly record struct Place(long Tree, long Ord, int Offset);

    private sealed record Page(ConversationView Conversation, Place From, IReadOnlyList<MessageView> Messages);
}
