using System.Text;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Tests.Search.Matching;

/// <summary>A store that is filled and changed at random, as imports and people do.</summary>
internal sealed class RandomStore(RandomTexts texts) : IAsyncDisposable
{
    private static readonly TestClock Clock = new();
    private readonly TempFolder _folder = new();

    public SearchStore Store { get; private set; } = null!;

    /// <summary>What is there now; read anew after each change.</summary>
    public ReferenceStore Reference { get; private set; } = null!;

    public async Task OpenAsync(int conversations)
    {
        Open();
        while (conversations > 0)
        {
            var some = Math.Min(conversations, texts.Random.Next(1, 8));
            await Store.AddAsync([.. Enumerable.Range(0, some).Select(_ => Conversation(texts.Random.Next(90)))]);
            conversations -= some;
        }

        await Store.Db.WriteAsync(tx =>
            tx.Execute("INSERT INTO spaces (owner_id, name, name_key, created_at) VALUES (1, 'work', 'WORK', 0)")
        );
        await ReadAsync();
    }

    public async Task ReadAsync() => Reference = await ReferenceStore.ReadAsync(Store);

    /// <summary>As after a crash: nothing is told that it ends.</summary>
    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
    }

    public Task AddAsync(int day) => Store.AddAsync(Conversation(day));

    public ConversationDraft Conversation(int day)
    {
        var title = texts.Chance(4) ? null : texts.Text(5);
        var draft = Drafts.New(title, texts.Any(["claude", "chatgpt", "gemini"]), day);
        for (var messages = texts.Random.Next(1, 8); messages > 0; messages--)
            AddMessage(draft);
        foreach (var message in draft.Messages)
        {
            message.CreatedAt = texts.Chance(4) ? null : message.CreatedAt;
            message.Hidden = texts.Chance(12);
        }

        if (texts.Chance(3))
            draft.Tag(texts.Any(["tea", "work"]));
        draft.Archived = texts.Chance(5);
        if (texts.Chance(3) && draft.Messages.Count > 2)
            Branch(draft);
        return draft;
    }

    /// <summary>One change by a person; nothing where there is nothing to change.</summary>
    public async Task ChangeAsync()
    {
        if (Reference.Conversations.Count == 0)
            return;
        var conversation = texts.Any([.. Reference.Conversations.OrderBy(known => known.Id)]);
        var messages = Reference
            .Documents.Where(document => document.Conversation == conversation.Id && document.Kind > 0)
            .ToList();
        await Store.Db.WriteAsync(tx => Change(tx, conversation, messages));
    }

    /// <summary>Writes, removes and retitles in a transaction that comes to nothing.</summary>
    public async Task FailAsync()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Store.Db.WriteAsync(tx =>
            {
                var ids = Reference.Documents.Select(document => document.Id).Order().Take(5).ToList();
                var batch = new WriteBatch();
                batch.Removed.AddRange(ids.Where(id => !Ids.IsConversation(id)));
                batch.RemovedTitles.AddRange(ids.Where(Ids.IsConversation));
                var draft = new MessageDraft { Role = Role.User }.AddText("green tea that is not"u8.ToArray());
                batch.Added.Add(new WrittenMessage(Ids.Floor(Ids.EpochMs + 5_000) + 2, 1, 1, "claude", draft));
                Store.Writer.Publish(tx, batch);
                throw new InvalidOperationException("undone");
            })
        );
    }

    private void Open()
    {
        Store = new SearchStore(_folder, Clock);
        (Store.Options.CountLimit, Store.Options.WorkLimit) = (100_000_000, 10_000_000);
        Store.Options.TimeLimit = TimeSpan.FromSeconds(30);
    }

    private void Change(DbTransaction tx, ReferenceConversation conversation, List<ReferenceDocument> messages)
    {
        var head = ConversationHead.Get(tx, 1, conversation.Id);
        using var arena = new Utf8Arena();
        switch (texts.Random.Next(9))
        {
            case 0 or 1 or 2 when messages.Count > 0:
                var draft = new MessageDraft { Role = Role.User, Model = texts.Any([null, "opus", "gpt-4o"]) };
                draft.AddText(arena.Add(texts.Text(20)));
                Store.Messages.Replace(tx, head, texts.Any(messages).Id, draft, arena);
                break;
            case 3 when messages.Count > 1:
                new MessageRemoval(tx, head, Store.Writer, 1).Run(texts.Any(messages).Id, branch: false);
                break;
            case 4:
                Apply(tx, head, new ChangeConversation { Title = texts.Chance(4) ? "" : texts.Text(4) });
                break;
            case 5:
                Apply(
                    tx,
                    head,
                    new ChangeConversation
                    {
                        Archived = texts.Chance(2),
                        Pinned = texts.Chance(2),
                        Starred = texts.Chance(2),
                    }
                );
                break;
            case 6:
                Apply(
                    tx,
                    head,
                    new ChangeConversation
                    {
                        Tags = texts.Chance(2) ? [] : ["tea"],
                        Space = texts.Any(["work", "default"]),
                    }
                );
                break;
            case 7:
                tx.Execute(
                    $"UPDATE conversations SET deleted_at = {(conversation.InBin ? "NULL" : "7")} WHERE id = {head.Id}"
                );
                break;
            case 8:
                ConversationRemoval.Run(tx, 1, [head], Store.Writer, 1);
                break;
        }
    }

    private void Apply(DbTransaction tx, ConversationHead head, ChangeConversation change) =>
        new ConversationChange(tx, head, change, Store.Writer, 1_750_000_000_000_000).Run();

    private void AddMessage(ConversationDraft draft)
    {
        var text = texts.Text(20);
        var model = texts.Any([null, "opus", "gpt-4o", "gpt-4o-mini"]);
        switch (texts.Random.Next(8))
        {
            case 0 or 1 or 2:
                draft.User(text);
                break;
            case 3 or 4:
                draft.Assistant(text, model);
                break;
            case 5:
                draft.Assistant($"{text}\n```python\n{texts.Text(8)}\n```\n{texts.Text(4)}", model);
                break;
            case 6:
                draft.Part(Role.Tool, PartKind.ToolResult, text);
                break;
            default:
                draft.Part(Role.Assistant, PartKind.Thinking, text, model);
                draft.Messages[^1].AddText(draft.Arena.Add(Encoding.UTF8.GetBytes(texts.Text(6))));
                break;
        }
    }

    /// <summary>The last message is another answer to what the one before it answered.</summary>
    private static void Branch(ConversationDraft draft)
    {
        draft.Linear = false;
        for (var index = 1; index < draft.Messages.Count; index++)
            draft.Messages[index].Parent = draft.Messages[index - 1].ProviderId;
        draft.Messages[^1].Parent = draft.Messages[^3].ProviderId;
        draft.ActiveLeaf = draft.Messages[^1].ProviderId;
    }
}
