using Parley.Conversations;

namespace Parley.Import.Formats.ParleyExport;

/// <summary>The conversation's own fields, which documents and lines spell alike.</summary>
internal static class ParleyConversation
{
    private const int LongestProvider = 32;

    public static ConversationDraft Begin(Json value) =>
        new()
        {
            Provider = value["provider"].String() is { } given && IsName(given) ? given : ConversationEdits.OwnProvider,
        };

    public static void Fill(ConversationDraft draft, Json value)
    {
        draft.ProviderId = value["source_id"].String();
        if (draft.ProviderId is null && draft.Provider == ConversationEdits.OwnProvider)
        {
            draft.ProviderId = value["id"].Scalar();
        }

        draft.Account = value["account"].String();
        draft.Title = value["title"].String() is { Length: > 0 } title ? title : null;
        draft.CreatedAt = value["created_at"].Time();
        draft.UpdatedAt = value["updated_at"].Time();
        draft.Model = value["model"].String();
        draft.Archived = value["archived"].Bool();
        draft.Starred = value["starred"].Bool();
        draft.Pinned = value["pinned"].Bool();
        draft.ActiveLeaf = value["active_leaf"].Scalar();
        draft.ParentConversationId = value["started_from"].String();
        draft.Tags.AddRange(value["tags"].Items().Select(t => t.String()).OfType<string>());
        draft.Extras = Object(value["source_extras"], draft.Arena);
        draft.Own = new OwnFields(
            value["space"].String(),
            value["folder"].String() ?? value["folder"]["name"].String(),
            value["system_prompt"].String(),
            value["extra_data"].Raw(draft.Arena)
        );
    }

    /// <summary>Documents of other programs list messages without saying what answers what.</summary>
    public static void Settle(ConversationDraft draft) =>
        draft.Linear =
            draft.Messages.TrueForAll(m => m.ProviderId is null)
            || (draft.ActiveLeaf is null && draft.Messages.TrueForAll(m => m.Parent is null));

    private static bool IsName(string provider) =>
        provider.Length is > 0 and <= LongestProvider
        && provider.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    public static ReadOnlyMemory<byte> Object(Json value, Utf8Arena arena) =>
        value.IsObject ? value.Raw(arena) : default;
}
