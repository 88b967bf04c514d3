namespace Parley.Import.Formats.ChatGpt;

/// <summary>
/// The members of ChatGPT's objects (imports.md 3.2 and 3.3) and what becomes of each. Of a message's metadata only
/// what says nothing about the conversation is dropped: request numbers, padding, training flags, repeated ids.
/// </summary>
internal static class ChatGptFields
{
    public static readonly FieldMap Conversation = new(
        "conversation",
        mapped: "id conversation_id title create_time update_time mapping current_node is_archived is_starred default_model_slug",
        kept: """
        gizmo_id gizmo_type conversation_template_id is_read_only is_do_not_remember is_study_mode pinned_time is_pinned
        moderation_results plugin_ids safe_urls blocked_urls voice async_status disabled_tool_ids context_scopes
        memory_scope conversation_origin owner sugar_item_id sugar_item_visible model_slug workspace_id is_temporary
        is_temporary_chat atlas_mode_enabled snippet kind attribution_id
        """
    );

    public static readonly FieldMap Node = new("node", mapped: "id parent children message");

    public static readonly FieldMap Message = new(
        "message",
        mapped: "id author create_time content status weight recipient metadata role",
        kept: "update_time end_turn channel"
    );

    public static readonly FieldMap Metadata = new(
        "message's metadata",
        mapped: "model_slug finish_details attachments is_visually_hidden_from_conversation",
        kept: """
        default_model_slug resolved_model_slug requested_model_slug citations content_references search_result_groups
        search_queries search_model_queries search_turns_count search_source search_display_string
        searched_display_string client_reported_search_source debug_sonic_thread_id sonic_classification_result
        image_results safe_urls blocked_urls _cite_metadata aggregate_result canvas dalle gizmo_id inline_gizmo_id
        targeted_reply targeted_reply_label targeted_reply_source_range voice_mode_message dictation
        dictation_asset_pointer real_time_audio_has_video reasoning_status reasoning_title reasoning_start_time
        reasoning_end_time reasoning_group_id skip_reasoning_title reasoning_recap_type is_thinking_preamble_message
        finished_duration_sec classifier_response source_analysis_msg_id source_message_ids tool_summary_type
        tool_icons invoked_plugin jit_plugin_data selected_github_repos selected_all_github_repos selected_sources
        selected_connector_ids selected_mcp_sources developer_mode_connector_ids selected_sync_knowledge_store_ids
        caterpillar_selected_sources system_hints command args kwargs status pro_progress async_task_id async_task_title
        async_task_type async_task_prompt async_task_conversation_id async_task_created_at async_task_status_messages
        async_task_original_message_id async_completion_message async_completion_id is_async_task_result_message
        is_async_task trigger_async_ux deep_research_version deep_research_widget_state chatgpt_sdk
        chatgpt_sdk_invocation is_user_system_message user_context_message_data is_error is_contextual_answers_system_message
        contextual_answers_message_type message_locale initial_text finished_text ui_card_title ui_card_description
        ui_card_shimmer is_loading_message shared_conversation_id paragen_variants_info paragen_variant_choice
        display_url display_title image_gen_title image_gen_async image_gen_multi_stream image_gen_task_id
        generated_image_urls is_image_edit exclude_after_next_user_message exclusive_key summarization_headline
        summarization_metadata disable_turn_actions request_latency thinking_effort hide_inline_actions is_study_mode
        cloud_doc_urls recipient_name connector_source source_metadata mcp_source memory_scope
        """,
        dropped: """
        timestamp_ message_type is_complete request_id turn_exchange_id parent_id message_source pad can_save
        serialization_metadata stop_reason rebase_system_message rebase_developer_message model_adjustments
        filter_out_for_training inline_cot_expandable_content paragen_stream_type_id
        """
    );

    public static readonly FieldMap Pointer = new(
        "asset pointer",
        mapped: "content_type asset_pointer size_bytes image_url",
        kept: """
        width height fovea metadata format tool_audio_direction expiry_datetime frames_asset_pointers message_type time
        sender image_payload output_type
        """
    );

    public static readonly FieldMap Attachment = new(
        "attachment",
        mapped: "id name size mime_type mimeType",
        kept: """
        width height fileTokenSize file_token_size is_big_paste source context_connector_info url cloud_doc_type
        library_file_id file_size_tokens created_at status is_starred
        """
    );
}
