using Parley.Conversations;

namespace Parley.Import.Formats.LobeChat;

/// <summary>The tables of an export, joined: a conversation is a topic, or what stands in a session outside topics.</summary>
internal sealed class LobeChatTables
{
    private static readonly FieldMap Topic = new(
        "topic",
        mapped: "id title createdAt updatedAt favorite sessionId",
        kept: "historySummary metadata agentId groupId",
        dropped: "userId clientId accessedAt"
    );

    private readonly RecordContext record;
    private readonly LobeChatMessage messages;
    private readonly Dictionary<string, List<Json>> byConversation = [];
    private readonly Dictionary<string, Json> topics;
    private readonly Dictionary<string, Json> sessions;
    private readonly Dictionary<string, Json> agents;
    private readonly Dictionary<string, string> agentOfSession = [];

    public LobeChatTables(Json tables, RecordContext record)
    {
        this.record = record;
        topics = ById(tables["topics"]);
        sessions = ById(tables["sessions"]);
        agents = ById(tables["agents"]);
        messages = new LobeChatMessage(
            record,
            ById(tables["messagePlugins"]),
            ById(tables["files"]),
            FilesOfMessages(tables)
        );
        foreach (var link in tables["agentsToSessions"].Items())
        {
            if (link["sessionId"].Scalar() is { } session && link["agentId"].Scalar() is { } agent)
            {
                agentOfSession[session] = agent;
            }
        }

        foreach (var message in tables["messages"].Items())
        {
            var id =
                message["topicId"].Scalar()
                ?? "session:" + (message["sessionId"].Scalar() ?? message["groupId"].Scalar() ?? "inbox");
            if (!byConversation.TryGetValue(id, out var list))
            {
                Ids.Add(id);
                byConversation[id] = list = [];
            }

            list.Add(message);
        }
    }

    /// <summary>Conversations in the order of their first message.</summary>
    public List<string> Ids { get; } = [];

    public void Fill(ConversationDraft draft)
    {
        var list = byConversation[draft.ProviderId!];
        var topic = topics.GetValueOrDefault(draft.ProviderId!);
        var session = topic["sessionId"].Scalar() ?? list[0]["sessionId"].Scalar();
        var name = session is null ? null : NameOf(session);
        draft.Title =
            topic["title"].String() is { Length: > 0 } title ? title
            : topic.Exists ? null
            : name;
        draft.Starred = topic["favorite"].Bool();
        draft.CreatedAt = record.Time(topic["createdAt"]);
        draft.UpdatedAt = record.Time(topic["updatedAt"]);
        draft.ProjectId = session;
        draft.ProjectName = name;
        AddMessages(draft, list);
        record.Id = draft.ProviderId;
        draft.Model = draft.Messages.FindLast(m => m.Model is not null)?.Model;
        DraftDefaults.TimesFromMessages(draft);
        draft.Extras = topic.Exists ? record.Rest(topic, Topic, draft.Arena) : default;
    }

    /// <summary>Parents are stated for answers only, in most versions: a message without one follows the one before it.</summary>
    private void AddMessages(ConversationDraft draft, List<Json> list)
    {
        var ids = list.Select(m => m["id"].Scalar()).ToHashSet();
        string? before = null;
        foreach (var value in list)
        {
            var message = messages.Read(value, draft.Arena);
            message.Parent =
                value["parentId"].Scalar() is { } parent && ids.Contains(parent) && parent != message.ProviderId
                    ? parent
                    : before;
            before = message.ProviderId ?? before;
            draft.Messages.Add(message);
        }

        draft.Linear = draft.Messages.TrueForAll(m => m.ProviderId is null);
    }

    private string? NameOf(string session)
    {
        var row = sessions.GetValueOrDefault(session);
        var agent = agentOfSession.TryGetValue(session, out var id) ? agents.GetValueOrDefault(id) : default;
        var name =
            row["meta"]["title"].String() ?? row["title"].String() ?? agent["title"].String() ?? row["slug"].String();
        return string.IsNullOrEmpty(name) ? null : name;
    }

    private static Dictionary<string, Json> ById(Json table)
    {
        var rows = new Dictionary<string, Json>();
        foreach (var row in table.Items())
        {
            if (row["id"].Scalar() is { } id)
            {
                rows[id] = row;
            }
        }

        return rows;
    }

    private static Dictionary<string, List<string>> FilesOfMessages(Json tables)
    {
        var files = new Dictionary<string, List<string>>();
        foreach (var link in tables.Any("messagesFiles", "messageFiles").Items())
        {
            if (link["messageId"].Scalar() is { } message && link["fileId"].Scalar() is { } file)
            {
                (files.TryGetValue(message, out var list) ? list : files[message] = []).Add(file);
            }
        }

        return files;
    }
}
