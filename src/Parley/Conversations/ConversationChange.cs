using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Applies one <see cref="ChangeConversation"/> to one conversation, counters included.</summary>
internal sealed class ConversationChange(
    DbTransaction tx,
    ConversationHead head,
    ChangeConversation change,
    MessageWriter writer,
    long now
)
{
    private readonly LabelWrites labels = new(tx, head.OwnerId, now);

    public void Run()
    {
        Title();
        Space();
        Archive();
        if (change.Tags is { } tags)
        {
            labels.SetTags(head.Id, tags);
        }

        if (change.ActiveLeaf is { } leaf)
        {
            ActivePath.Set(tx, head.Id, Message(leaf));
        }

        if (change.Folder is not null)
        {
            Set("folder_id", labels.Folder(change.Folder));
        }

        if (change.Model is not null)
        {
            Set("model_id", labels.Model(change.Model));
        }

        SetText("system_prompt", change.SystemPrompt);
        SetFlag("pinned", change.Pinned);
        SetFlag("starred", change.Starred);
        if (change.ExtraData is { } extra)
        {
            using var update = tx.Query("UPDATE conversations SET extra_data = ?2 WHERE id = ?1");
            ConversationEdits.BindJson(update.Bind(1, head.Id), 2, extra).Run();
        }

        Set("version", head.Version + 1);
    }

    private void Title()
    {
        if (change.Title is null)
        {
            return;
        }

        SetText("title", change.Title);
        Set("own_title", 1);
        var batch = new WriteBatch();
        batch.Titles.Add(
            new WrittenTitle(
                head.Id,
                head.OwnerId,
                head.Provider,
                ConversationEdits.NullIfEmpty(change.Title),
                IsNew: false
            )
        );
        writer.Publish(tx, batch);
    }

    private void Space()
    {
        if (change.Space is null || labels.Space(change.Space) is var space && space == head.SpaceId)
        {
            return;
        }

        Set("space_id", space);
        ConversationRows.AddToSpace(tx, head.SpaceId, -1);
        ConversationRows.AddToSpace(tx, space, 1);
    }

    private void Archive()
    {
        if (change.Archived is not { } archived || archived == head.Archived)
        {
            return;
        }

        SetFlag("archived", archived);
        var stats = new StatsDelta(head.OwnerId);
        stats.Conversation(head.Provider, head.Archived, deleted: false, sign: -1);
        stats.Conversation(head.Provider, archived, deleted: false);
        stats.Write(tx);
    }

    private long Message(string id)
    {
        using var find = tx.Query("SELECT 1 FROM messages WHERE id = ?1 AND conversation_id = ?2");
        return Ids.TryParse(id, IdKind.Message, out var known) && find.Bind(1, known).Bind(2, head.Id).Step()
            ? known
            : throw QueryReader.Invalid("active_leaf", "is no message of this conversation");
    }

    private void SetFlag(string column, bool? value)
    {
        if (value is { } known)
        {
            Set(column, known ? 1 : 0);
        }
    }

    private void SetText(string column, string? value)
    {
        if (value is not null)
        {
            using var update = tx.Query($"UPDATE conversations SET {column} = ?2 WHERE id = ?1");
            update.Bind(1, head.Id).Bind(2, ConversationEdits.NullIfEmpty(value)).Run();
        }
    }

    private void Set(string column, long? value)
    {
        using var update = tx.Query($"UPDATE conversations SET {column} = ?2 WHERE id = ?1");
        update.Bind(1, head.Id).Bind(2, value).Run();
    }
}
