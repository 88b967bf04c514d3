using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>
/// The shape of a conversation without its words: what a page needs to lay out any number of messages, to know each
/// message's branches and to ask for exactly those it shows.
/// </summary>
/// <param name="Items">Every branch, parents before children, as <c>messages?tree=true</c> has them.</param>
/// <param name="ActiveLeaf">The message the active path ends at.</param>
/// <param name="NextCursor">Null on the last page.</param>
internal sealed record MessageOutline(IReadOnlyList<OutlineItem> Items, string? ActiveLeaf, string? NextCursor)
{
    private const char List = 'o';

    // Sizes are read from the row's header: no text is loaded (octet_length).
    private const string Sql = """
        SELECT m.id, m.parent_id, m.role, m.hidden, m.active, COALESCE(octet_length(m.text), octet_length(m.parts), 0), m.ord FROM (
            SELECT id, ord FROM messages INDEXED BY messages_of_path WHERE conversation_id = ?1 AND active = 0 AND ord > ?2
            UNION ALL
            SELECT id, ord FROM messages INDEXED BY messages_of_path WHERE conversation_id = ?1 AND active = 1 AND ord > ?2
            ORDER BY ord LIMIT ?3
        ) page CROSS JOIN messages m ON m.id = page.id ORDER BY page.ord
        """;

    /// <summary>Whose the conversation is must be settled before.</summary>
    public static MessageOutline Read(
        DbSession session,
        long conversationId,
        string? activeLeaf,
        OutlineOptions options
    )
    {
        using var rows = session.Query(Sql);
        rows.Bind(1, conversationId).Bind(2, options.After).Bind(3, options.Limit + 1L);
        var items = new List<OutlineItem>();
        long last = -1;
        while (rows.Step())
        {
            if (items.Count == options.Limit)
            {
                return new MessageOutline(items, activeLeaf, Cursor.Write(List, last));
            }

            last = rows.Int64(6);
            items.Add(
                new OutlineItem(
                    MessageId.Format(rows.Int64(0)),
                    rows.Int64OrNull(1) is { } parent ? MessageId.Format(parent) : null,
                    Roles.Name((Role)rows.Int64(2)),
                    rows.Bool(3),
                    rows.Bool(4),
                    rows.Int64(5)
                )
            );
        }

        return new MessageOutline(items, activeLeaf, null);
    }

    /// <param name="After">Order number of the last message before the page.</param>
    internal sealed record OutlineOptions(int Limit, long After) : IEndpointParameterMetadataProvider
    {
        private const int Longest = 10_000;

        public static ValueTask<OutlineOptions?> BindAsync(HttpContext http)
        {
            var query = new QueryReader(http.Request.Query);
            long after = -1;
            if (query.Text("cursor") is { } cursor)
            {
                Cursor.Read(cursor, List, new Span<long>(ref after));
            }

            return ValueTask.FromResult<OutlineOptions?>(
                new OutlineOptions(query.Int("limit", 1, Longest) ?? Longest, after)
            );
        }

        public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
        {
            builder.Metadata.Add(
                new QueryParameter("limit", "integer", "Messages at most")
                {
                    Min = 1,
                    Max = Longest,
                    Default = "10000",
                }
            );
            builder.Metadata.Add(new QueryParameter("cursor", "string", "next_cursor of the page before"));
        }
    }
}

/// <summary>A message without its words.</summary>
/// <param name="Active">On the active path.</param>
/// <param name="Size">Of its text or parts, in bytes.</param>
internal sealed record OutlineItem(string Id, string? ParentId, string Role, bool Hidden, bool Active, long Size);
