namespace Parley.Import.Formats.Grok;

/// <summary>The members of a grok.com export (imports.md 6.1), and what becomes of each.</summary>
internal static class GrokFields
{
    public static readonly FieldMap Conversation = new(
        "Grok conversation",
        mapped: "id conversation_id title create_time modify_time starred leaf_response_id workspace_id responses",
        kept: "anon_user_id summary temporary system_prompt_id system_prompt_name asset_ids root_asset_id media_types kind team_id organization_id "
            + "shared_with_team shared_with_user_ids task_result_id controller x_user_id user_id"
    );

    public static readonly FieldMap Item = new("Grok conversation's item", mapped: "conversation responses");

    public static readonly FieldMap Wrapper = new("Grok response's wrapper", mapped: "response", kept: "share_link");

    public static readonly FieldMap Response = new(
        "Grok response",
        mapped: "_id response_id sender message create_time parent_response_id model thinking_trace thinking_start_time thinking_end_time "
            + "agent_thinking_traces steps web_search_results cited_web_search_results xpost_ids xposts file_attachments image_attachments "
            + "generated_image_urls image_edit_uri image_edit_uris card_attachments_json",
        kept: "query query_type error partial manual shared is_control media_types webpage_urls metadata debug_log file_attachments_metadata "
            + "file_uris tool_responses thread_parent_id parent_quoted_text ui_layout request_metadata",
        dropped: "conversation_id xai_user_id xai_anon_user_id"
    );
}
