using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Parley.Conversations;

namespace Parley.Import.Formats.Llm;

/// <summary>
/// llm's message store: messages known by the hash of their content and of what came before them, so that threads
/// share beginnings. A thread points at its last message; a turn is one call and says which messages it added, when,
/// and by which model. All branches that a thread's turns ever reached are its messages.
/// </summary>
internal sealed class LlmStore(SqliteSource source, RecordContext record)
{
    private static readonly FieldMap TurnColumns = new(
        "column of llm's turns",
        mapped: "id thread_id parent_message_hash tip_message_hash model resolved_model datetime_utc",
        kept: "options_json schema_id input_tokens output_tokens token_details duration_ms",
        dropped: "response_json"
    );

    private static readonly FieldMap ThreadColumns = new(
        "column of llm's threads",
        mapped: "id name tip_message_hash forked_from datetime_utc"
    );

    private readonly SqliteTable messages = new(source, "messages", record);
    private readonly SqliteTable turns = new(source, "turns", record);
    private readonly LlmParts parts = new(source, record);

    /// <summary>What the older tables need not tell again: ids of turns, and digests of the prompts by thread.</summary>
    private readonly HashSet<string> turnIds = [];
    private readonly Dictionary<string, HashSet<UInt128>> prompts = [];

    public bool HasThread(string id) => prompts.ContainsKey(id);

    /// <summary>Whether a call of the older tables is here too: as a turn, or as a prompt of the thread that its conversation became.</summary>
    public bool Holds(string? conversation, string responseId, string? prompt) =>
        turnIds.Contains(responseId)
        || (
            conversation is not null
            && prompt is not null
            && prompts.TryGetValue(conversation, out var said)
            && said.Contains(Digest(Encoding.UTF8.GetBytes(prompt)))
        );

    public IEnumerable<ConversationDraft> Read(SourceEntry entry)
    {
        var table = new SqliteTable(source, "threads", record);
        var turnsOf = turns.GroupBy("thread_id");
        var rowIds = table.RowIds();
        for (var i = 0; i < rowIds.Count; i++)
        {
            record.At(entry.Name, i);
            ConversationDraft? draft = null;
            table.Read(rowIds[i], row => draft = Read(row, turnsOf));
            if (draft is not null)
            {
                yield return draft;
            }

            record.Import.Report.Progress(entry.Name, source.Size / rowIds.Count * (i + 1));
        }
    }

    private ConversationDraft? Read(SqliteRow row, Dictionary<string, List<long>> turnsOf)
    {
        record.Id = row.Text("id");
        var draft = new ConversationDraft
        {
            Provider = "llm",
            ProviderId = record.Id,
            Title = row.Text("name"),
            CreatedAt = row.Time("datetime_utc"),
            ParentConversationId = row.Text("forked_from"),
            ActiveLeaf = row.Text("tip_message_hash"),
        };
        return record.Fill(
            draft,
            d =>
            {
                var known = new Dictionary<string, MessageDraft>();
                foreach (var rowId in turnsOf.GetValueOrDefault(d.ProviderId ?? "") ?? [])
                {
                    turns.Read(rowId, turn => AddTurn(turn, known, d));
                }

                AddChain(d.ActiveLeaf, known, d);
                prompts[d.ProviderId ?? ""] =
                [
                    .. d.Messages.Where(m => m.Role == Role.User).Select(m => Digest(Text(m, d.Arena).Span)),
                ];
                record.Extras.Begin();
                row.AddTo(record, ThreadColumns);
                d.Extras = record.Extras.Finish(d.Arena);
            }
        );
    }

    private static ReadOnlyMemory<byte> Text(MessageDraft message, Utf8Arena arena) =>
        Utf8Lines.Concat([.. message.Parts.Where(p => p.Kind == PartKind.Text).Select(p => p.Text)], arena);

    private static UInt128 Digest(ReadOnlySpan<byte> text) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(text));

    /// <summary>Messages that no earlier turn had are of this turn's time; what it answered, of its model.</summary>
    private void AddTurn(SqliteRow turn, Dictionary<string, MessageDraft> known, ConversationDraft draft)
    {
        if (turn.Text("id") is { } id)
        {
            turnIds.Add(id);
        }

        var time = turn.Time("datetime_utc");
        var tip = turn.Text("tip_message_hash");
        foreach (var message in AddChain(tip, known, draft))
        {
            message.CreatedAt = time;
            if (message.Role == Role.Assistant)
            {
                message.Model = turn.Text("resolved_model") ?? turn.Text("model");
                draft.Model ??= message.Model;
            }
        }

        draft.UpdatedAt = Math.Max(draft.UpdatedAt ?? 0, time ?? 0) is > 0 and var latest ? latest : null;
        if (tip is not null && known.TryGetValue(tip, out var answer) && answer.Extras.IsEmpty)
        {
            record.Extras.Begin();
            turn.AddTo(record, TurnColumns);
            answer.Extras = record.Extras.Finish(draft.Arena);
        }
    }

    /// <summary>Adds the messages from a tip up to the first that is known; gives the new ones, oldest first.</summary>
    private List<MessageDraft> AddChain(string? tip, Dictionary<string, MessageDraft> known, ConversationDraft draft)
    {
        var added = new List<MessageDraft>();
        for (var hash = tip; hash is not null && !known.ContainsKey(hash); )
        {
            MessageDraft? message = null;
            foreach (var rowId in messages.Find("hash", hash))
            {
                messages.Read(rowId, row => message = Read(row, hash, draft));
            }

            if (message is null)
            {
                break;
            }

            known[hash] = message;
            added.Add(message);
            hash = message.Parent;
        }

        added.Reverse();
        draft.Messages.AddRange(added);
        return added;
    }

    private MessageDraft Read(SqliteRow row, string hash, ConversationDraft draft)
    {
        var raw = row.Text("role");
        var role = Roles.Find(raw);
        if (role is null)
        {
            record.Warn("unknown-role", $"unknown role \"{RecordContext.Short(raw)}\", kept as an answer");
        }

        var message = new MessageDraft
        {
            ProviderId = hash,
            Parent = row.Text("parent_hash"),
            Role = role ?? Role.Assistant,
            RawRole = role is null ? raw : null,
        };
        parts.Add(hash, message, draft.Arena);
        return message;
    }
}
