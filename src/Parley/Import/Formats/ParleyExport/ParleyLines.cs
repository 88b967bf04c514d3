using Parley.Conversations;

namespace Parley.Import.Formats.ParleyExport;

/// <summary>JSON lines: one the conversation, then one a message, parents first; another conversation may follow.</summary>
internal sealed class ParleyLines(RecordContext record, ParleyMessage messages)
{
    public IEnumerable<ConversationDraft> Read(SourceEntry entry)
    {
        ConversationDraft? open = null;
        using var lines = RecordReader.Lines(entry, record);
        while (lines.MoveNext())
        {
            var line = lines.Current;
            if (line["type"].Is("conversation"u8))
            {
                if (open is not null)
                {
                    yield return Settled(open);
                }

                open = Begin(line);
            }
            else if (open is null || !line["message"].IsObject)
            {
                record.Ignore("stray-line", "a line that belongs to no conversation");
            }
            else
            {
                Add(open, line);
            }
        }

        if (open is not null)
        {
            yield return Settled(open);
        }
    }

    private ConversationDraft? Begin(Json line)
    {
        var value = line["conversation"];
        record.Id = value["id"].Scalar();
        return record.Fill(
            ParleyConversation.Begin(value),
            draft =>
            {
                ParleyConversation.Fill(draft, value);
                draft.Account = line["account"].String();
                draft.Extras = ParleyConversation.Object(line["source_extras"], draft.Arena);
            }
        );
    }

    private void Add(ConversationDraft draft, Json line)
    {
        try
        {
            draft.Messages.Add(messages.Of(draft, line["message"], line));
        }
        catch (Exception e) when (RecordContext.IsBadRecord(e))
        {
            record.Fail("bad-record", e.Message);
        }
    }

    private static ConversationDraft Settled(ConversationDraft draft)
    {
        ParleyConversation.Settle(draft);
        return draft;
    }
}
