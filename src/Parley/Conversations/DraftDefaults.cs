using System.Text;

namespace Parley.Conversations;

/// <summary>What a conversation says of itself through its messages, for sources that do not state it.</summary>
internal static class DraftDefaults
{
    private const int LongestTitle = 100;

    /// <summary>Created and updated where they are missing: the first and the last time of its messages.</summary>
    public static void TimesFromMessages(ConversationDraft draft)
    {
        long? first = null;
        long? last = null;
        foreach (var message in draft.Messages)
        {
            if (message.CreatedAt is { } time)
            {
                first = Math.Min(first ?? time, time);
                last = Math.Max(last ?? time, time);
            }
        }

        draft.TimesAreDerived = draft.CreatedAt is null && draft.UpdatedAt is null;
        draft.CreatedAt ??= first;
        draft.UpdatedAt ??= last;
    }

    /// <summary>The same once more, after messages went elsewhere.</summary>
    public static void Again(ConversationDraft draft, IEnumerable<PreparedMessage> without)
    {
        var gone = without.Select(m => m.Draft).ToHashSet();
        draft.Messages.RemoveAll(gone.Contains);
        if (draft.TimesAreDerived)
        {
            (draft.CreatedAt, draft.UpdatedAt) = (null, null);
            TimesFromMessages(draft);
        }

        if (draft.TitleIsDerived)
        {
            draft.Title = null;
            TitleFromPrompt(draft);
        }
    }

    /// <summary>The beginning of the first prompt as title, for tools that show it as such (coding agents).</summary>
    public static void TitleFromPrompt(ConversationDraft draft)
    {
        foreach (var message in draft.Messages)
        {
            if (draft.Title is not null)
            {
                return;
            }

            if (message is { Role: Role.User, Hidden: false })
            {
                draft.Title = FirstLine(message);
                draft.TitleIsDerived = true;
            }
        }
    }

    public static string? FirstLine(MessageDraft message)
    {
        foreach (var part in message.Parts)
        {
            var text = part.Text.Span.Trim(" \t\r\n"u8);
            if (part.Kind != PartKind.Text || text.IsEmpty)
            {
                continue;
            }

            var end = text.IndexOfAny((byte)'\r', (byte)'\n');
            var line = Encoding.UTF8.GetString(
                end < 0 ? text[..Math.Min(text.Length, LongestTitle * 4)] : text[..Math.Min(end, LongestTitle * 4)]
            );
            return Cut(line);
        }

        return null;
    }

    private static string Cut(string line)
    {
        if (line.Length <= LongestTitle)
        {
            return line.TrimEnd('\uFFFD');
        }

        var length = char.IsHighSurrogate(line[LongestTitle - 1]) ? LongestTitle - 1 : LongestTitle;
        return string.Concat(line.AsSpan(0, length).TrimEnd(), "…");
    }
}
