using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Reads of conversations and their messages, each one snapshot. Thread-safe.</summary>
internal sealed class ConversationStore(Db db, IEnumerable<ITitleIndex> titles)
{
    /// <summary>Titles that a title filter looks through at most, newest first.</summary>
    private const int TitleMatches = 2_000;

    private const char ListCursor = 'c';
    private const char BinCursor = 'b';
    private const char MessageCursor = 'm';

    private readonly ITitleIndex? titles = titles.FirstOrDefault();

    /// <summary>Newest change first; the bin by when things came into it.</summary>
    public Task<Page<ConversationItem>> ListAsync(
        Caller caller,
        ConversationFilter filter,
        PageRequest page,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
                filter.Shared
                    ? SharedConversations.List(session, caller.OwnerId, filter, page)
                    : List(session, caller.OwnerId, filter, page),
            ct
        );

    /// <summary>One conversation without its messages; null where the caller has none of that id.</summary>
    public Task<ConversationView?> FindAsync(Caller caller, long id, CancellationToken ct) =>
        db.ReadAsync(session => ConversationAccess.Read(session, caller.OwnerId, id), ct);

    /// <summary>One conversation with the first messages of its path or tree.</summary>
    /// <param name="limit">How many; null for all that fit into one answer.</param>
    public async Task<ConversationView?> OpenAsync(
        Caller caller,
        long id,
        MessageOrderOf order,
        int? limit,
        CancellationToken ct
    )
    {
        var found = await db.LookUpAsync(session => ConversationAccess.Read(session, caller.OwnerId, id), ct);
        if (found is null or { MessageCount: 0 })
        {
            return found is null ? null : found with { Messages = [] };
        }

        return await db.ReadAsync(
            session =>
            {
                // Anew: the conversation and its messages come from one state of the store.
                if (ConversationAccess.Read(session, caller.OwnerId, id) is not { } conversation)
                {
                    return null;
                }

                var messages = MessageReads.List(session, id, order, null, limit ?? int.MaxValue - 1, 0);
                return conversation with { Messages = messages.Items, NextCursor = CursorOf(messages) };
            },
            ct
        );
    }

    /// <summary>A page of messages; null where the caller has no such conversation.</summary>
    public Task<Page<MessageView>?> ListMessagesAsync(
        Caller caller,
        long id,
        MessageOrderOf order,
        PageRequest page,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
            {
                if (ConversationAccess.Read(session, caller.OwnerId, id) is not { } conversation)
                {
                    return null;
                }

                long bound = 0;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, MessageCursor, new Span<long>(ref bound));
                }

                var messages = MessageReads.List(
                    session,
                    id,
                    order,
                    page.Cursor is null ? null : bound,
                    page.Limit,
                    page.Offset
                );
                var total = order == MessageOrderOf.Tree ? conversation.MessageCount : conversation.PathCount;
                return new Page<MessageView>(messages.Items, total, CursorOf(messages))
                {
                    Number = page.Page,
                    PageSize = page.Page is null ? null : page.Limit,
                };
            },
            ct
        );

    /// <summary>The shape of a conversation; null where the caller has no such.</summary>
    public Task<MessageOutline?> OutlineAsync(
        Caller caller,
        long id,
        MessageOutline.OutlineOptions options,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
                ConversationAccess.Read(session, caller.OwnerId, id) is { } conversation
                    ? MessageOutline.Read(session, id, conversation.ActiveLeaf, options)
                    : null,
            ct
        );

    /// <summary>One message; null where the caller has no such conversation, or it no such message.</summary>
    public Task<MessageView?> FindMessageAsync(Caller caller, long id, long messageId, CancellationToken ct) =>
        db.ReadAsync(
            session =>
                ConversationAccess.Read(session, caller.OwnerId, id) is null
                    ? null
                    : MessageReads.Find(session, id, messageId),
            ct
        );

    private static string? CursorOf(MessagePage page) =>
        page.More ? Cursor.Write(MessageCursor, page.Items is [.., var last] ? last.Ord : -1) : null;

    private Page<ConversationItem> List(DbSession session, long ownerId, ConversationFilter filter, PageRequest page)
    {
        var matches = filter.Title is null ? null : titles?.Match(session, ownerId, filter.Title, TitleMatches) ?? [];
        if (ConversationQuery.Of(session, ownerId, filter, matches) is not { } query)
        {
            return Page<ConversationItem>.Of([], page, 0, _ => "");
        }

        var kind = filter.Binned ? BinCursor : ListCursor;
        if (page.Cursor is not null)
        {
            Span<long> position = stackalloc long[2];
            Cursor.Read(page.Cursor, kind, position);
            query.After(position[0], position[1]);
        }

        var items = new List<ConversationItem>(page.Limit + 1);
        using var rows = query.Open(session, ConversationReads.ItemColumns, page.Limit + 1, page.Offset);
        while (rows.Step())
        {
            items.Add(ConversationReads.ReadItem(rows, filter.Binned));
        }

        return Page<ConversationItem>.Of(
            items,
            page,
            ConversationTotals.Find(session, ownerId, filter),
            i => Cursor.Write(kind, i.Position.At, i.Position.Id)
        );
    }
}
