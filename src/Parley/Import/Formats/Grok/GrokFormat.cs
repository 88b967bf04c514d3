using Parley.Conversations;
using Parley.Kernel.Archives;

namespace Parley.Import.Formats.Grok;

/// <summary>The export of grok.com (imports.md 6.1): one JSON object, often large, and bytes of files beside it.</summary>
internal sealed class GrokFormat : IImportFormat
{
    private static readonly string[] Arrays =
    [
        "conversations",
        "projects",
        "tasks",
        "media_posts",
        "media_generations",
    ];

    public string Name => "grok";

    public string Provider => "xai";

    public Claim Recognise(EntryHead head)
    {
        if (head.FileName is "prod-mc-auth-mgmt-api.json" or "prod-mc-billing.json")
        {
            // The account, its sessions, its balance.
            return Claim.Ignored;
        }

        return
            head.Json is { IsObject: true, IsLines: false } json
            && json.Has("conversations")
            && (
                (json.Has("conversations[].conversation") && json.Has("conversations[].responses"))
                || head.FileName == "prod-grok-backend.json"
            )
            ? Claim.Conversations
            : Claim.None;
    }

    public IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context)
    {
        var record = new RecordContext(context);
        var assets = new GrokAssets(context.Source);
        foreach (var entry in claimed)
        {
            var conversations = new GrokConversations(record, assets, Projects(entry, context));
            using var records = RecordReader.Values(entry, record, Arrays);
            while (records.MoveNext())
            {
                if (records.Path == "conversations")
                {
                    if (conversations.Read(records.Current, Provider) is { } draft)
                    {
                        yield return draft;
                    }
                }
                else if (records.Path is "media_posts" or "media_generations" or "tasks")
                {
                    record.Ignore(
                        "no-conversation",
                        $"an element of {records.Path}: a picture asked for, or a task, without a chat"
                    );
                }
            }
        }
    }

    /// <summary>
    /// Names of the projects, which stand behind the conversations in the file: it is read twice, the first time only
    /// for them. What is broken is reported the second time.
    /// </summary>
    private static Dictionary<string, string> Projects(SourceEntry entry, ImportContext context)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        using var stream = entry.Open();
        using var slices = new JsonSlices(stream, Arrays);
        while (Next(slices))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (slices.Current is { Path: "projects", Error: null })
            {
                Add(names, slices.Current.Bytes);
            }
        }

        return names;
    }

    private static bool Next(JsonSlices slices)
    {
        try
        {
            return slices.MoveNext();
        }
        catch (Exception e) when (e is InvalidDataException or SourceException)
        {
            return false;
        }
    }

    private static void Add(Dictionary<string, string> names, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonSlices.Parse(bytes);
            var project = new Json(document.RootElement);
            if (
                project.Any("workspace_id", "id", "project_id").Scalar() is { } id
                && project.Any("name", "title").String() is { Length: > 0 } name
            )
            {
                names.TryAdd(id, name);
            }
        }
        catch (System.Text.Json.JsonException)
        {
            return;
        }
    }
}
