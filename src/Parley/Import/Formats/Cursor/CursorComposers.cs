using Parley.Conversations;

namespace Parley.Import.Formats.Cursor;

/// <summary>
/// One conversation of Cursor. Its bubbles stand in rows of their own, named in order by
/// <c>fullConversationHeadersOnly</c>; or inline (<c>conversation</c>, <c>conversationMap</c>, a tab's <c>bubbles</c>).
/// Bubbles without a header were taken back by the person: kept, beside the active path.
/// </summary>
internal sealed class CursorComposers(SqliteSource source, RecordContext record, SqliteTable store)
{
    private static readonly FieldMap Fields = new(
        "Cursor composer",
        mapped: """
        composerId tabId id name chatTitle title createdAt lastUpdatedAt lastSendTime fullConversationHeadersOnly conversation conversationMap bubbles
        isArchived workspaceIdentifier
        """,
        kept: "subtitle status unifiedMode forceMode modelConfig todos plan latestConversationSummary usageData subComposerIds subagentComposerIds subagentInfo createdOnBranch",
        dropped: "_v text richText context codeBlockData originalFileStates capabilities capabilityContexts generatingBubbleIds speculativeSummarizationEncryptionKey hasLoaded"
    )
    {
        KeepUnknownUpTo = 512,
    };

    private readonly CursorBubbles bubbles = new(record);
    private readonly SqliteTable heads = new(source, "composerHeaders", record);
    private Dictionary<string, List<long>>? headOf;

    public static bool HasMessages(Json composer) =>
        composer["conversation"].Count > 0
        || composer["bubbles"].Count > 0
        || composer["conversationMap"].Members().Any();

    public void Read(Json composer, ConversationDraft draft)
    {
        if (!composer.IsObject)
        {
            throw new FormatException("the composer is no object");
        }

        draft.ProviderId ??= composer.Any("composerId", "tabId", "id").Scalar();
        draft.Title = composer.Any("name", "chatTitle", "title").String() is { Length: > 0 } title ? title : null;
        draft.CreatedAt = composer["createdAt"].Time();
        draft.UpdatedAt = composer.Any("lastUpdatedAt", "lastSendTime").Time();
        draft.Archived = composer["isArchived"].Bool();
        draft.Model = composer["modelConfig"]["modelName"].String() is { Length: > 0 } model and not "default"
            ? model
            : null;
        draft.ParentConversationId = composer["subagentInfo"]["parentComposerId"].Scalar();
        SetProject(composer["workspaceIdentifier"], draft);
        ReadHead(draft);
        ReadInline(composer, draft);
        ReadRows(composer["fullConversationHeadersOnly"], draft);
        draft.Extras = record.Rest(composer, Fields, draft.Arena);
    }

    /// <summary>Newer versions keep the name and the workspace in a table of their own.</summary>
    private void ReadHead(ConversationDraft draft)
    {
        headOf ??= heads.GroupBy("composerId");
        foreach (var rowId in headOf.GetValueOrDefault(draft.ProviderId ?? "") ?? [])
        {
            heads.Read(
                rowId,
                row =>
                {
                    using var json = row.Json("value");
                    var head = json is null ? default : new Json(json.RootElement);
                    draft.Title ??= head["name"].String();
                    draft.CreatedAt ??= row.Time("createdAt");
                    draft.UpdatedAt ??= row.Time("lastUpdatedAt");
                    draft.Archived |= row.Bool("isArchived");
                    draft.ParentConversationId ??= head["subagentInfo"]["parentComposerId"].Scalar();
                    SetProject(head["workspaceIdentifier"], draft);
                }
            );
        }
    }

    private static void SetProject(Json workspace, ConversationDraft draft)
    {
        var path = workspace["uri"].Any("fsPath", "path").String() ?? workspace["uri"].String();
        if (draft.ProjectId is null && !string.IsNullOrWhiteSpace(path))
        {
            draft.ProjectId = path;
            var trimmed = path.TrimEnd('/', '\\');
            draft.ProjectName = trimmed[(trimmed.LastIndexOfAny(['/', '\\']) + 1)..] is { Length: > 0 } last
                ? last
                : path;
        }
    }

    private void ReadInline(Json composer, ConversationDraft draft)
    {
        foreach (var bubble in composer["conversation"].Items().Concat(composer["bubbles"].Items()))
        {
            Add(bubble, bubble.Any("bubbleId", "id").Scalar(), draft, onPath: true);
        }

        var map = composer["conversationMap"];
        foreach (var header in composer["fullConversationHeadersOnly"].Items())
        {
            if (header["bubbleId"].Scalar() is { } id && map[id] is { IsObject: true } bubble)
            {
                Add(bubble, id, draft, onPath: true);
            }
        }

        if (draft.Messages.Count == 0)
        {
            foreach (var (id, bubble) in map.Members())
            {
                Add(bubble, id, draft, onPath: true);
            }
        }
    }

    private void ReadRows(Json headers, ConversationDraft draft)
    {
        var rows = Rows(draft.ProviderId);
        var known = draft.Messages.Select(m => m.ProviderId).ToHashSet();
        var hasHeaders = headers.Count > 0;
        foreach (var header in headers.Items())
        {
            if (header["bubbleId"].Scalar() is { } id && known.Add(id) && !AddRow(id, rows, draft, onPath: true))
            {
                record.Warn("missing-bubble", "a message is named by its conversation, but is not in the database");
            }
        }

        foreach (var id in rows.Keys.Order(StringComparer.Ordinal).ToList())
        {
            if (known.Add(id))
            {
                AddRow(id, rows, draft, onPath: !hasHeaders);
            }
        }

        if (!hasHeaders && rows.Count > 0)
        {
            // Without headers only the times tell the order; equal ones keep that of the ids.
            var ordered = draft.Messages.OrderBy(m => m.CreatedAt ?? 0).ToList();
            draft.Messages.Clear();
            draft.Messages.AddRange(ordered);
            draft.Linear = true;
        }

        Link(draft);
    }

    private Dictionary<string, long> Rows(string? composerId)
    {
        var rows = new Dictionary<string, long>();
        if (string.IsNullOrEmpty(composerId))
        {
            return rows;
        }

        var prefix = $"bubbleId:{composerId}:";
        foreach (var rowId in store.FindPrefix("key", prefix))
        {
            store.Read(rowId, row => rows[row.Text("key")?[prefix.Length..] ?? ""] = rowId);
        }

        return rows;
    }

    private bool AddRow(string id, Dictionary<string, long> rows, ConversationDraft draft, bool onPath)
    {
        if (!rows.TryGetValue(id, out var rowId))
        {
            return false;
        }

        return store.Read(
            rowId,
            row =>
            {
                if (row.Bytes("value").IsEmpty)
                {
                    return;
                }

                try
                {
                    using var json = CursorFormat.Value(row);
                    Add(new Json(json.RootElement), id, draft, onPath);
                }
                catch (Exception e) when (RecordContext.IsBadRecord(e))
                {
                    record.Warn("bad-json", $"a bubble cannot be parsed, kept raw: {e.Message}");
                    var message = new MessageDraft { Role = Role.Assistant, ProviderId = id };
                    Keep(
                        message.Add(new PartDraft(PartKind.Unknown) { Text = row.Utf8("value", draft.Arena) }),
                        draft,
                        onPath
                    );
                }
            }
        );
    }

    private void Add(Json bubble, string? id, ConversationDraft draft, bool onPath)
    {
        if (bubbles.Read(bubble, id, draft.Arena) is { } message)
        {
            Keep(message, draft, onPath);
        }
    }

    private static void Keep(MessageDraft message, ConversationDraft draft, bool onPath)
    {
        draft.ActiveLeaf = onPath ? message.ProviderId : draft.ActiveLeaf;
        draft.Messages.Add(message);
    }

    /// <summary>The path and what was taken back are two chains; a bubble without id makes it one.</summary>
    private static void Link(ConversationDraft draft)
    {
        draft.Linear |= draft.Messages.Exists(m => m.ProviderId is null);
        var leaf = draft.Messages.FindIndex(m => m.ProviderId == draft.ActiveLeaf);
        for (var i = 1; i < draft.Messages.Count; i++)
        {
            draft.Messages[i].Parent = i == leaf + 1 ? null : draft.Messages[i - 1].ProviderId;
        }
    }
}
