using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Parley.Conversations;

namespace Parley.Import.Formats.Gemini;

/// <summary>Rows of one conversation as a draft. There are no branches, no model, and no title but the first prompt.</summary>
internal sealed class ActivityDrafts(RecordContext record, string provider)
{
    private const int LongestTitle = 100;

    private readonly ActivityFiles files = new(record.Import.Source);

    /// <summary>Null where none of the rows is a turn; the report then says so.</summary>
    public ConversationDraft? Draft(List<ActivityRow> rows)
    {
        var first = rows[0];
        if (!rows.Exists(r => r.IsTurn))
        {
            foreach (var row in rows)
            {
                record.At(row.Entry, row.Index, row.Conversation);
                record.Ignore(
                    "not-a-turn",
                    "activity that is no turn of a conversation: feedback, a chosen draft, a canvas"
                );
            }

            return null;
        }

        record.At(first.Entry, first.Index, first.Conversation);
        return record.Fill(
            new ConversationDraft
            {
                Provider = provider,
                Linear = true,
                ProviderId = first.Conversation ?? LoneId(first),
            },
            draft => Fill(draft, rows)
        );
    }

    /// <summary>The text of a canvas, which belongs to no conversation, as a document; null for rows without one.</summary>
    public DocumentDraft? Document(ActivityRow row) =>
        row.IsTurn || row.Prompt.Length == 0
            ? null
            : new DocumentDraft(
                provider,
                "activity:" + LoneId(row),
                row.Title,
                null,
                null,
                row.Time,
                row.Time,
                Encoding.UTF8.GetBytes(row.Prompt),
                Encoding.UTF8.GetBytes(row.Extras)
            );

    private void Fill(ConversationDraft draft, List<ActivityRow> rows)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var notes = new List<string>();
        foreach (var row in rows)
        {
            record.At(row.Entry, row.Index, draft.ProviderId);
            if (row.IsTurn)
            {
                Add(draft, row, seen);
                draft.CreatedAt = draft.CreatedAt is { } c && !(row.Time < c) ? c : row.Time ?? draft.CreatedAt;
                draft.UpdatedAt = draft.UpdatedAt is { } u && !(row.Time > u) ? u : row.Time ?? draft.UpdatedAt;
                draft.Title ??= Title(row.Prompt);
            }
            else if (row.Extras.Length > 0)
            {
                notes.Add(row.Extras);
            }
        }

        if (notes.Count > 0)
        {
            draft.Extras = draft.Arena.Add($$"""{"activity":[{{string.Join(',', notes)}}]}""");
        }
    }

    /// <summary>A prompt and its answer. The same row twice is one row; another answer to the same prompt stands beside the first.</summary>
    private void Add(ConversationDraft draft, ActivityRow row, Dictionary<string, int> seen)
    {
        var turn = TurnKey(row);
        if (seen.TryAdd(turn, 0))
        {
            draft.Messages.Add(User(draft.Arena, row, turn));
        }
        else if (row.Answer is null)
        {
            record.Ignore("repeated-row", "a row that stands in the export more than once");
            return;
        }

        if (row.Answer is null)
        {
            return;
        }

        if (!seen.TryAdd(turn + "\n" + Folded(row.Answer), 0))
        {
            record.Ignore("repeated-row", "a row that stands in the export more than once");
            return;
        }

        draft.Messages.Add(Answer(draft.Arena, row, turn + "\n" + seen[turn].ToString(CultureInfo.InvariantCulture)));
        seen[turn]++;
    }

    private MessageDraft User(Utf8Arena arena, ActivityRow row, string turn)
    {
        var message = new MessageDraft
        {
            Role = Role.User,
            CreatedAt = row.Time,
            Key = Key("user\n" + turn),
            Extras = arena.Add(row.Extras),
        };
        if (row.Prompt.Length > 0)
        {
            message.AddText(arena.Add(row.Prompt));
        }

        foreach (var file in row.Files)
        {
            // A picture the answer shows was made by it.
            if (!row.Media.Exists(m => m.Source == file.Name))
            {
                message.Add(files.Part(file, row.Entry));
            }
        }

        return message;
    }

    private MessageDraft Answer(Utf8Arena arena, ActivityRow row, string turn)
    {
        var message = new MessageDraft
        {
            Role = Role.Assistant,
            CreatedAt = row.Time,
            Key = Key("assistant\n" + turn),
        };
        if (row.Answer!.Length > 0)
        {
            message.AddText(arena.Add(row.Answer));
        }

        foreach (var medium in row.Media)
        {
            message.Add(files.Part(medium, row.Entry, arena));
        }

        return message;
    }

    /// <summary>
    /// What makes two rows the same turn: the time to the second and the prompt's words. The HTML file knows no
    /// fractions and writes white space otherwise than JSON, and the same row by either must not double.
    /// </summary>
    private static string TurnKey(ActivityRow row) =>
        Seconds(row)
        + "\n"
        + Folded(row.Prompt)
        + (row.Prompt.Length > 0 ? "" : string.Join('\n', row.Files.Select(f => f.Name)));

    private static string LoneId(ActivityRow row) =>
        Convert.ToHexStringLower(Hash(Seconds(row) + "\n" + Folded(row.Title)));

    private static string Seconds(ActivityRow row) =>
        row.Time is { } time ? (time / 1_000_000).ToString(CultureInfo.InvariantCulture) : "";

    private static string Folded(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static MessageKey Key(string text) => MessageKey.Derived(Hash(text));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16];

    private static string? Title(string prompt)
    {
        var line = prompt.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = (end < 0 ? line : line[..end]).TrimEnd();
        if (line.Length <= LongestTitle)
        {
            return line.IsEmpty ? null : line.ToString();
        }

        var length = char.IsHighSurrogate(line[LongestTitle - 1]) ? LongestTitle - 1 : LongestTitle;
        return string.Concat(line[..length].TrimEnd(), "…");
    }
}
