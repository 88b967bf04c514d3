using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Search;
using Parley.Search.Sqlite;

namespace Parley.Tests.Search;

/// <summary>A store with the Search room, filled through the writer that imports use too.</summary>
internal sealed class SearchStore : IAsyncDisposable
{
    private readonly TempFolder? own;
    private readonly ServiceProvider services;

    /// <param name="kept">Where the store is and stays; else in a folder of its own.</param>
    /// <param name="clock">What time it is; else the real one.</param>
    /// <param name="pieces">Who holds pieces of documents.</param>
    public SearchStore(TempFolder? kept = null, TimeProvider? clock = null, IPassageSource? pieces = null)
    {
        own = kept is null ? new TempFolder() : null;
        var rooms = new ServiceCollection();
        rooms.AddLogging();
        rooms.AddKernel((kept ?? own!).Path);
        if (clock is not null)
            rooms.AddSingleton(clock);
        rooms.AddIdentity(Accounts.Options(singleUser: true));
        rooms.AddConversations();
        // So few pages that searches push out each other's.
        rooms.AddSearch(new SearchOptions { PagesKept = 16 });
        if (pieces is not null)
            rooms.AddSingleton(pieces);
        services = rooms.BuildServiceProvider();
    }

    public Db Db => services.GetRequiredService<Db>();

    public ISearchIndex Index => services.GetRequiredService<ISearchIndex>();

    public SearchOptions Options => services.GetRequiredService<SearchOptions>();

    public IndexKeeper Keeper => services.GetRequiredService<IndexKeeper>();

    public IndexMerger Merger => services.GetRequiredService<IndexMerger>();

    public SegmentSets Sets => services.GetRequiredService<SegmentSets>();

    public TimeProvider Clock => services.GetRequiredService<TimeProvider>();

    public SegmentTable Segments => services.GetRequiredService<SegmentTable>();

    public PageCache Cache => services.GetRequiredService<PageCache>();

    public OwnMessages Messages => services.GetRequiredService<OwnMessages>();

    public MessageWriter Writer => services.GetRequiredService<MessageWriter>();

    /// <summary>Writes conversations in one transaction; gives their ids.</summary>
    public Task<List<long>> AddAsync(params ConversationDraft[] drafts) => AddAsync(Db, Writer, drafts);

    public static async Task<List<long>> AddAsync(Db db, MessageWriter writer, params ConversationDraft[] drafts)
    {
        var prepared = drafts
            .Select(d =>
                PreparedConversation.Of(d, f => new StoredAttachment(f.StoredId ?? 1, f.MediaType, f.Size, null))
            )
            .ToList();
        var outcomes = await db.WriteAsync(tx =>
            writer.Write(tx, prepared, [], new WriteContext(1, SpaceId(tx), 1_750_000_000_000_000))
        );
        prepared.ForEach(p => p.Dispose());
        return [.. outcomes.Select(o => o.ConversationId)];
    }

    public Task PublishAsync(WriteBatch batch) => Db.WriteAsync(tx => Writer.Publish(tx, batch));

    public Task<SearchAnswer> SearchAsync(string query, SearchSort sort = SearchSort.Newest, int limit = 50) =>
        Index.SearchAsync(
            new SearchRequest(1, SearchQuery.Parse(query), sort, limit),
            TestContext.Current.CancellationToken
        );

    /// <summary>The texts of the hits, in order: what a test compares.</summary>
    public async Task<string> FindAsync(string query, SearchSort sort = SearchSort.Newest) =>
        string.Join(" | ", (await SearchAsync(query, sort)).Hits.Select(h => h.Snippet.Text));

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        own?.Dispose();
    }

    private static long SpaceId(DbTransaction tx)
    {
        using var find = tx.Query("SELECT id FROM spaces WHERE owner_id = 1 ORDER BY id LIMIT 1");
        if (find.Step())
        {
            return find.Int64(0);
        }

        tx.Execute("INSERT INTO spaces (owner_id, name, name_key, created_at) VALUES (1, 'default', 'DEFAULT', 0)");
        return tx.LastInsertRowId;
    }
}

/// <summary>Writes a draft in a line or two.</summary>
internal static class Drafts
{
    private const long Start = 1_735_689_600_000_000; // 2025-01-01

    public static ConversationDraft New(string? title = null, string provider = "claude", int day = 0) =>
        new()
        {
            Provider = provider,
            ProviderId = Guid.NewGuid().ToString(),
            Title = title,
            CreatedAt = Start + (day * 86_400_000_000),
            UpdatedAt = Start + (day * 86_400_000_000),
            Linear = true,
        };

    public static ConversationDraft User(this ConversationDraft draft, string text) =>
        draft.Part(Role.User, PartKind.Text, text);

    public static ConversationDraft Assistant(this ConversationDraft draft, string text, string? model = null) =>
        draft.Part(Role.Assistant, PartKind.Text, text, model);

    public static ConversationDraft Part(
        this ConversationDraft draft,
        Role role,
        PartKind kind,
        string text,
        string? model = null
    )
    {
        draft.Message(role, model).Add(new PartDraft(kind) { Text = draft.Arena.Add(Encoding.UTF8.GetBytes(text)) });
        return draft;
    }

    public static ConversationDraft Tag(this ConversationDraft draft, string tag)
    {
        draft.Tags.Add(tag);
        return draft;
    }

    public static ConversationDraft File(this ConversationDraft draft, string name, string extracted)
    {
        var message = draft.Message(Role.User, null);
        message.AddText(draft.Arena.Add("see the file"));
        message.Add(
            new PartDraft(PartKind.File)
            {
                Attachment = new AttachmentDraft { Name = name, ExtractedText = draft.Arena.Add(extracted) },
            }
        );
        return draft;
    }

    public static ConversationDraft Archived(this ConversationDraft draft)
    {
        draft.Archived = true;
        return draft;
    }

    private static MessageDraft Message(this ConversationDraft draft, Role role, string? model)
    {
        var at = (draft.Messages.LastOrDefault()?.CreatedAt ?? draft.CreatedAt) + 1_000_000;
        var message = new MessageDraft
        {
            Role = role,
            Model = model,
            CreatedAt = at,
            ProviderId = Guid.NewGuid().ToString(),
        };
        draft.Messages.Add(message);
        return message;
    }
}
