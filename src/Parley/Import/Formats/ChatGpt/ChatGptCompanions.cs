using System.Text.Json;
using Parley.Kernel.Archives;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// The small files beside the conversations (imports.md 3.1): names of assets, ratings, shared links, the manifest.
/// Account, settings and shop data are not read.
/// </summary>
internal sealed class ChatGptCompanions
{
    private static readonly HashSet<string> Read =
    [
        "export_manifest.json",
        "conversation_asset_file_names.json",
        "message_feedback.json",
        "shared_conversations.json",
        "model_comparisons.json",
        "group_chats.json",
    ];

    private static readonly HashSet<string> NotWanted =
    [
        "user_settings.json",
        "ads.json",
        "basispoints.json",
        "shopping.json",
        "sora.json",
        "library_files.json",
    ];

    private readonly Dictionary<string, byte[]> feedback = [];
    private readonly Dictionary<string, byte[]> shared = [];

    /// <summary>Asset file → the name its owner gave it.</summary>
    public Dictionary<string, string> AssetNames { get; } = [];

    /// <summary>The rating of a message, raw; null where it has none.</summary>
    public byte[]? Feedback(string messageId) => feedback.GetValueOrDefault(messageId);

    /// <summary>The shared link made of a conversation, raw; null where there is none.</summary>
    public byte[]? Shared(string conversationId) => shared.GetValueOrDefault(conversationId);

    public static Claim Recognise(EntryHead head)
    {
        var name = head.FileName.ToLowerInvariant();
        if (Read.Contains(name) || ChatGptTextDocs.Is(head.Json))
        {
            return Claim.Companion;
        }

        // user.json occurs in other archives too.
        return NotWanted.Contains(name) || (name == "user.json" && head.Json.Has("chatgpt_plus_user"))
            ? Claim.Ignored
            : Claim.None;
    }

    public void Add(SourceEntry entry, ImportContext context)
    {
        switch (entry.FileName.ToLowerInvariant())
        {
            case "conversation_asset_file_names.json":
                ForEach(entry, context, AddName);
                break;
            case "message_feedback.json":
                ForEach(entry, context, record => Keep(feedback, record.Value.Any("id", "message_id"), record.Value));
                break;
            case "shared_conversations.json":
                ForEach(entry, context, record => Keep(shared, record.Value["conversation_id"u8], record.Value));
                break;
            case "export_manifest.json":
                ForEach(entry, context, record => CheckShards(record.Name, record.Value, entry, context));
                break;
            default:
                CountOnly(entry, context);
                break;
        }
    }

    private void AddName((string Name, Json Value) record)
    {
        if (record.Value.String() is { } name)
        {
            AssetNames[record.Name] = name;
        }
    }

    private static void Keep(Dictionary<string, byte[]> to, Json id, Json record)
    {
        if (id.Scalar() is { } key)
        {
            to[key] = record.RawBytes().ToArray();
        }
    }

    /// <summary>A shard that the manifest lists may be missing, and one be there that it does not list: what is there is read.</summary>
    private static void CheckShards(string member, Json files, SourceEntry entry, ImportContext context)
    {
        if (member != "logical_files")
        {
            return;
        }

        var listed = new HashSet<string>();
        foreach (var file in files["conversations.json"u8]["files"u8].Items())
        {
            if (
                file.String() is { Length: > 0 } path
                && listed.Add(path[(path.LastIndexOf('/') + 1)..])
                && context.Source.Find(path[(path.LastIndexOf('/') + 1)..]) is null
            )
            {
                context.Report.Warn(
                    "missing-shard",
                    $"the manifest names {path}, which is not in the archive",
                    entry.Name
                );
            }
        }

        foreach (var other in context.Source.Entries)
        {
            if (
                listed.Count > 0
                && ChatGptFormat.IsConversationsFile(other.FileName)
                && !listed.Contains(other.FileName)
            )
            {
                context.Report.Warn(
                    "unlisted-shard",
                    "the manifest does not name this file; it is read all the same",
                    other.Name
                );
            }
        }
    }

    /// <summary>Comparisons of answers, and group chats of no shape that is known: their number is reported.</summary>
    private static void CountOnly(SourceEntry entry, ImportContext context)
    {
        var records = 0;
        ForEach(
            entry,
            context,
            record =>
                records +=
                    ChatGptTextDocs.Add(record.Value, context) ? 0
                    : record.Value.IsArray ? record.Value.Count
                    : record.Value.IsObject ? 1
                    : 0
        );
        if (records > 0)
        {
            context.Report.Ignore(
                "companion",
                $"{records} records of {entry.FileName}, which are no conversations",
                entry.Name
            );
        }
    }

    /// <summary>Elements of a root array, or members of a root object with their names.</summary>
    private static void ForEach(SourceEntry entry, ImportContext context, Action<(string Name, Json Value)> each)
    {
        try
        {
            using var stream = entry.Open();
            using var slices = new JsonSlices(stream, []);
            while (slices.MoveNext())
            {
                var slice = slices.Current;
                if (slice.Error is { } error)
                {
                    context.Report.Warn("bad-companion", error, entry.Name, slice.Index);
                    continue;
                }

                using var document = JsonSlices.Parse(slice.Bytes);
                each((slice.Path, new Json(document.RootElement)));
            }
        }
        catch (Exception e) when (e is JsonException or SourceException)
        {
            context.Report.Warn("bad-companion", $"cannot be read on: {e.Message}", entry.Name);
        }
    }
}
