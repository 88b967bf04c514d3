using Parley.Conversations;

namespace Parley.Import.Formats.Perplexity;

/// <summary>One thread: each entry is a question and its answer.</summary>
internal sealed class PerplexityThread(RecordContext record)
{
    private static readonly FieldMap Thread = new(
        "thread",
        mapped: "metadata conversations entries id uuid title",
        kept: "status has_next_page next_cursor background_entries exportedAt version"
    );

    private static readonly FieldMap Entry = new(
        "entry",
        mapped: "uuid query query_str answer model display_model timestamp entry_updated_datetime updated_datetime created_at sources blocks attachments related_queries",
        kept: """
        backend_uuid context_uuid frontend_uuid frontend_context_uuid status thread_url_slug thread_title slug mode search_focus source user_selected_model
        reconnectable personalized privacy_state bookmark_state text_completed message_mode author_username author_id query_source collection_info gpt4
        read_write_token s3_social_preview_url structured_answer_block_usages media_items widget_data step_type final expect_search_results
        """,
        dropped: "author_image plan image_completions image_counter"
    );

    /// <summary>Blocks that show progress or repeat what the others say.</summary>
    private static readonly HashSet<string> Silent =
    [
        "plan_block",
        "reasoning_plan_block",
        "diff_block",
        "answer_modes_block",
        "pending_followups_block",
        "intended_usage",
    ];

    private static readonly string[] IdMembers =
    [
        "thread_uuid",
        "thread_id",
        "thread_context_uuid",
        "context_uuid",
        "thread_url_slug",
        "thread_slug",
        "thread_url",
    ];

    /// <summary>The thread's own id where an extension wrote one; else its first entry's, which stays when it grows.</summary>
    public static string? IdOf(Json value)
    {
        var first = Entries(value).Items().FirstOrDefault();
        return Find(value["metadata"])
            ?? Find(first)
            ?? value.Any("uuid", "id").Scalar()
            ?? (first["uuid"].Scalar() is { } entry ? "of:" + entry : null);
    }

    public void Fill(ConversationDraft draft, Json value)
    {
        draft.Linear = true;
        var metadata = value["metadata"];
        var entries = Entries(value);
        draft.Title =
            metadata.Any("thread_title", "title").String()
            ?? value["title"].String()
            ?? entries.Items().FirstOrDefault()["thread_title"].String();
        draft.CreatedAt = record.Time(metadata.Any("thread_created_at", "created_at"));
        draft.UpdatedAt = record.Time(metadata.Any("thread_updated_at", "updated_at"));
        foreach (var entry in entries.Items())
        {
            AddEntry(draft, entry);
        }

        record.Id = draft.ProviderId;
        draft.Model = draft.Messages.FindLast(m => m.Model is not null)?.Model;
        DraftDefaults.TitleFromPrompt(draft);
        DraftDefaults.TimesFromMessages(draft);
        draft.Extras = record.BeginExtras(value, Thread).Add("metadata"u8, metadata).Finish(draft.Arena);
    }

    private static Json Entries(Json value) => value["entries"].IsArray ? value["entries"] : value["conversations"];

    private static string? Find(Json at) => at.Any(IdMembers).Scalar() is { Length: > 0 } id ? id : null;

    private void AddEntry(ConversationDraft draft, Json entry)
    {
        var id = entry["uuid"].Scalar();
        record.Id = id ?? draft.ProviderId;
        var time = record.Time(entry.Any("timestamp", "created_at", "entry_updated_datetime", "updated_datetime"));
        var question = new MessageDraft
        {
            ProviderId = id is null ? null : id + ":query",
            Role = Role.User,
            CreatedAt = time,
        };
        OpenAiContent.AddText(question, PartKind.Text, entry.Any("query", "query_str"), draft.Arena);
        foreach (var attachment in entry["attachments"].Items())
        {
            var address = attachment.IsString ? attachment.String() : attachment.Any("url", "file_url").String();
            question.Add(
                new PartDraft(PartKind.File)
                {
                    Url = address,
                    Attachment = new AttachmentDraft
                    {
                        Name = attachment.Any("name", "file_name").String() ?? NameOf(address),
                    },
                }
            );
        }

        draft.Messages.Add(question);
        var answer = new MessageDraft
        {
            ProviderId = id,
            Role = Role.Assistant,
            CreatedAt = time,
            Model = entry.Any("model", "display_model").String(),
        };
        OpenAiContent.AddText(answer, PartKind.Text, entry["answer"], draft.Arena);
        foreach (var block in entry["blocks"].Items())
        {
            AddBlock(answer, block, draft.Arena);
        }

        AddSources(answer, entry["sources"], draft.Arena);
        answer.Extras = record.Rest(entry, Entry, draft.Arena);
        draft.Messages.Add(answer);
    }

    private static string? NameOf(string? url) =>
        url is null ? null
        : url[(url.LastIndexOf('/') + 1)..] is { Length: > 0 } name ? name.Split('?')[0]
        : null;

    private void AddBlock(MessageDraft answer, Json block, Utf8Arena arena)
    {
        var known = false;
        foreach (var (name, value) in block.Members())
        {
            if (name is "markdown_block")
            {
                AddMarkdown(answer, value, arena);
                known = true;
            }
            else if (name is "web_result_block" or "sources_answer_mode_block" or "sources_mode_block")
            {
                AddSources(answer, value.Any("web_results", "rows", "results"), arena);
                known = true;
            }
            else if (Silent.Contains(name))
            {
                known |= name != "intended_usage";
            }
        }

        if (!known)
        {
            answer.Add(record.Unknown(block["intended_usage"].String(), block, arena));
        }
    }

    /// <summary>The text stands whole, and in pieces while it is being written; several blocks may repeat it.</summary>
    private static void AddMarkdown(MessageDraft answer, Json markdown, Utf8Arena arena)
    {
        var text = markdown["answer"].Utf8(arena);
        if (text.IsEmpty)
        {
            var room = arena.Reserve(markdown["chunks"].RawBytes().Length);
            var written = 0;
            foreach (var chunk in markdown["chunks"].Items())
            {
                written += System.Text.Encoding.UTF8.GetBytes(chunk.String() ?? "", room.Span[written..]);
            }

            text = arena.Commit(written);
        }

        if (!text.IsEmpty && !answer.Parts.Exists(p => p.Kind == PartKind.Text && p.Text.Span.SequenceEqual(text.Span)))
        {
            answer.AddText(text);
        }
    }

    private static void AddSources(MessageDraft answer, Json sources, Utf8Arena arena)
    {
        foreach (var source in sources.Items())
        {
            var result = source["web_result"].IsObject ? source["web_result"] : source;
            var url = result.IsString ? result.String() : result["url"].String();
            if (!answer.Parts.Exists(p => p.Kind == PartKind.Citation && p.Url == url))
            {
                answer.Add(
                    new PartDraft(PartKind.Citation)
                    {
                        Name = result.Any("title", "name").String(),
                        Url = url,
                        Text = result.Any("snippet", "text").Utf8(arena),
                    }
                );
            }
        }
    }
}
