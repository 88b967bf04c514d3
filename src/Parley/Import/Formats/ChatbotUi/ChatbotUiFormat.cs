using Parley.Conversations;

namespace Parley.Import.Formats.ChatbotUi;

/// <summary>
/// chatbot-ui's export: <c>{version,history[],folders[],prompts[]}</c>, before version 2 the bare history. Messages have
/// neither ids nor times. Saved prompts become documents.
/// </summary>
internal sealed class ChatbotUiFormat : IImportFormat
{
    private static readonly string[] Lists = ["history", "folders", "prompts"];

    private static readonly FieldMap Conversation = new(
        "conversation",
        mapped: "id name title messages model folderId createdAt updatedAt",
        kept: "prompt temperature type",
        dropped: "isMessageStreaming"
    );

    private static readonly FieldMap Message = new("message", mapped: "role content", kept: "plugin");

    public string Name => "chatbot-ui";

    public string Provider => "chatbot-ui";

    public Claim Recognise(EntryHead head)
    {
        var json = head.Json;
        var current =
            json.Has("history[].messages") || (json.Has("history") && json.Has("folders") && json.Has("prompts"));
        var old =
            json.Has("[].messages[].role") && json.Has("[].prompt") && json.Has("[].name") && json.Has("[].model");
        return current || old ? Claim.Conversations : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        foreach (var entry in claimed)
        {
            // Folders stand behind the history: a first walk for their names.
            var folders = ReadFolders(entry, record);
            using var records = RecordReader.Values(entry, record, Lists);
            while (records.MoveNext())
            {
                var value = records.Current;
                record.Id = value["id"].Scalar();
                if (records.Path == "prompts")
                {
                    AddPrompt(value, folders, record);
                }
                else if (records.Path is "history" or "" && value.IsObject)
                {
                    var draft = new ConversationDraft { Provider = Provider, ProviderId = record.Id };
                    if (record.Fill(draft, d => Fill(d, value, folders, record)) is { } filled)
                    {
                        yield return filled;
                    }
                }
            }
        }
    }

    private static Dictionary<string, string> ReadFolders(SourceEntry entry, RecordContext record)
    {
        var folders = new Dictionary<string, string>();
        var quiet = new RecordContext(
            new ImportContext(record.Import.Source, new SilentReport(), record.Import.Cancellation)
            {
                Documents = static _ => { },
            }
        );
        using var records = RecordReader.Values(entry, quiet, Lists);
        while (records.MoveNext())
        {
            if (
                records.Path == "folders"
                && records.Current["id"].Scalar() is { } id
                && records.Current["name"].String() is { } name
            )
            {
                folders[id] = name;
            }
        }

        return folders;
    }

    private static void Fill(
        ConversationDraft draft,
        Json value,
        Dictionary<string, string> folders,
        RecordContext record
    )
    {
        draft.Linear = true;
        draft.Title = value.Any("name", "title").String() is { Length: > 0 } title ? title : null;
        draft.Model = value["model"].String() ?? value["model"].Any("id", "name").String();
        draft.CreatedAt = record.Time(value["createdAt"]);
        draft.UpdatedAt = record.Time(value["updatedAt"]);
        draft.ProjectId = value["folderId"].Scalar();
        draft.ProjectName = draft.ProjectId is { } folder ? folders.GetValueOrDefault(folder) : null;
        var content = new OpenAiContent(record);
        foreach (var item in value["messages"].Items())
        {
            var role = item["role"].String();
            var message = new MessageDraft
            {
                Role = Roles.Find(role) ?? Role.Assistant,
                RawRole = Roles.Find(role) is null ? role : null,
            };
            content.Add(message, item["content"], draft.Arena);
            message.Extras = record.Rest(item, Message, draft.Arena);
            draft.Messages.Add(message);
        }

        draft.Extras = record.Rest(value, Conversation, draft.Arena);
    }

    private static void AddPrompt(Json value, Dictionary<string, string> folders, RecordContext record)
    {
        using var arena = new Utf8Arena();
        var text = value["content"].Utf8(arena);
        if (text.IsEmpty)
        {
            record.Ignore("empty-prompt", "a saved prompt without text");
            return;
        }

        var folder = value["folderId"].Scalar();
        record.Import.Documents(
            new DocumentDraft(
                "chatbot-ui",
                "prompt:" + (record.Id ?? record.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                value["name"].String(),
                folder,
                folder is null ? null : folders.GetValueOrDefault(folder),
                null,
                null,
                text.ToArray(),
                record.Extras.Begin().Add("description"u8, value["description"]).Finish(arena).ToArray()
            )
        );
    }

    /// <summary>What a first walk meets is met again by the second, which reports it.</summary>
    private sealed class SilentReport : IImportReport
    {
        public void Warn(string code, string what, string entry, long index, string? id) { }

        public void Fail(string code, string reason, string entry, long index, string? id) { }

        public void Ignore(string code, string reason, string entry, long index, string? id) { }

        public void Progress(string entry, long position) { }
    }
}
