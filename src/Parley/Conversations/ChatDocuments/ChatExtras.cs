namespace Parley.Conversations.ChatDocuments;

/// <summary>
/// What a document says and the tree has no field for. It lies in the extras of the row, under a name of its own beside
/// what the source of the row said there, so that forks, exports and imports of exports carry it along.
/// </summary>
internal static class ChatExtras
{
    private const string Mark = "chat_document";

    /// <summary>Open WebUI's records around a chat; the rest of what an import kept of one is the document's.</summary>
    private static readonly string[] OfRecord =
    [
        "share_id",
        "meta",
        "variables",
        "tasks",
        "summary",
        "current_message_id",
        "context_usage",
    ];

    /// <summary>Null where no document ever said anything.</summary>
    public static ChatMembers? Read(ReadOnlySpan<byte> source) =>
        source.IsEmpty || ChatMembers.Of(source.ToArray())[Mark] is not { } said ? null : ChatMembers.Of(said);

    /// <summary>What an import of Open WebUI kept of the same document.</summary>
    public static ChatMembers Kept(string provider, ReadOnlySpan<byte> source)
    {
        var kept = provider == "openwebui" && !source.IsEmpty ? ChatMembers.Of(source.ToArray()) : new ChatMembers();
        kept.Remove(Mark);
        foreach (var name in OfRecord)
        {
            kept.Remove(name);
        }

        return kept;
    }

    /// <summary>The source's own fields with that beside them; empty where neither is there.</summary>
    public static ReadOnlyMemory<byte> With(ReadOnlySpan<byte> source, ChatMembers said, bool always)
    {
        var all = source.IsEmpty ? new ChatMembers() : ChatMembers.Of(source.ToArray());
        all.Remove(Mark);
        if (always || !said.IsEmpty)
        {
            all.Set(Mark, said.ToJson());
        }

        return all.IsEmpty ? default : all.ToJson();
    }

    /// <summary>The part's own: null where no document made it.</summary>
    public static ChatMembers? Of(in PartDraft part) => Read(part.Extras.Span);
}
