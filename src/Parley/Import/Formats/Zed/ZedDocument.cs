using Parley.Conversations;

namespace Parley.Import.Formats.Zed;

/// <summary>
/// A thread's document (imports.md 7.2). Messages of the new form (<c>{"User":…}</c>, since 0.3.0) and of the old one
/// (<c>{"role":…}</c>) are told apart one by one, so a document of any version, known or not, is read as far as its
/// messages have either form.
/// </summary>
internal sealed class ZedDocument(RecordContext record)
{
    private static readonly HashSet<string?> KnownVersions = [null, "0.1.0", "0.2.0", "0.3.0", "1.0.0"];

    private static readonly FieldMap Fields = new(
        "Zed thread",
        mapped: "title summary messages updated_at model",
        kept: """
        version detailed_summary initial_project_snapshot cumulative_token_usage request_token_usage profile imported subagent_context speed
        thinking_enabled thinking_effort draft_prompt detailed_summary_state exceeded_window_error completion_mode tool_use_limit_reached
        """,
        dropped: "ui_scroll_position sandboxed_terminal_temp_dir"
    );

    /// <summary>Fills the draft with the messages and with what the thread's row does not say.</summary>
    /// <exception cref="FormatException">It is no thread's document.</exception>
    public ExtrasWriter Read(Json document, ConversationDraft draft)
    {
        if (!document.IsObject || (document["messages"].Exists && !document["messages"].IsArray))
        {
            throw new FormatException("the document is no object with messages");
        }

        if (!KnownVersions.Contains(document["version"].Scalar()))
        {
            record.Warn(
                "unknown-version",
                $"unknown document version {RecordContext.Short(document["version"].Scalar())}, read by its messages' form"
            );
        }

        draft.Linear = true;
        draft.Title ??= document.Any("title", "summary").String();
        draft.UpdatedAt ??= document["updated_at"].Time();
        draft.CreatedAt ??= document["initial_project_snapshot"]["timestamp"].Time();
        draft.Model = document["model"].String() ?? document["model"]["model"].String();
        draft.ParentConversationId ??= document["subagent_context"]["parent_thread_id"].Scalar();
        Project(document, draft);
        new ZedMessages(record, draft).Read(document["messages"]);
        return record.BeginExtras(document, Fields).Add("model_provider"u8, document["model"]["provider"]);
    }

    /// <summary>The first folder the thread was started in.</summary>
    private static void Project(Json document, ConversationDraft draft)
    {
        foreach (var snapshot in document["initial_project_snapshot"]["worktree_snapshots"].Items())
        {
            SetProject(draft, snapshot["worktree_path"].String());
        }
    }

    /// <summary>Keeps the first path that is given.</summary>
    public static void SetProject(ConversationDraft draft, string? path)
    {
        if (draft.ProjectId is null && !string.IsNullOrWhiteSpace(path))
        {
            draft.ProjectId = path;
            var trimmed = path.TrimEnd('/', '\\');
            draft.ProjectName = trimmed[(trimmed.LastIndexOfAny(['/', '\\']) + 1)..] is { Length: > 0 } last
                ? last
                : path;
        }
    }
}
