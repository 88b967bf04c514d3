using System.Buffers;
using System.Text;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>A message ready to be written: encoded, hashed and counted before it reaches the writer's thread.</summary>
internal sealed class PreparedMessage(SettledMessage settled)
{
    public MessageDraft Draft { get; } = settled.Draft;
    public MessageKey Key { get; } = settled.Key;
    public int Parent { get; set; } = settled.Parent;
    public bool OnPath { get; set; } = settled.OnPath;

    /// <summary>Stored JSON of the parts; empty where the message is one plain text.</summary>
    public ReadOnlyMemory<byte> Parts { get; set; }
    public ReadOnlyMemory<byte> Extras { get; set; }
    public IReadOnlyList<StoredAttachment> Attachments { get; set; } = [];
    public long Hash { get; set; }
    public int Words { get; set; }

    /// <summary>The row's id, once it is known.</summary>
    public long Id { get; set; }
}

/// <summary>
/// A settled draft with everything computed that needs no store: done beside the writer, so that the one writing
/// thread only binds and steps. Owns the draft.
/// </summary>
internal sealed class PreparedConversation : IDisposable
{
    private const int PreviewCharacters = 160;

    /// <summary>A longer tail of messages without text (tool calls) has no preview worth the reading.</summary>
    public const int PreviewLooksAt = 20;

    private PreparedConversation(ConversationDraft draft, List<PreparedMessage> messages)
    {
        Draft = draft;
        Messages = messages;
    }

    public ConversationDraft Draft { get; }
    public List<PreparedMessage> Messages { get; }

    /// <summary>Messages that were left out because they were deleted here.</summary>
    public List<PreparedMessage> Dropped { get; } = [];
    public string? Preview { get; private set; }

    /// <summary>Bytes of text and JSON it holds: how batches are sized.</summary>
    public long Size => Draft.Arena.Length + (Messages.Count * 200L) + 500;

    /// <param name="store">Stores an attachment's bytes before the row that names them (reliability.md section 2).</param>
    public static PreparedConversation Of(
        ConversationDraft draft,
        Func<AttachmentDraft, StoredAttachment> store,
        Action<TreeOddity, string?>? odd = null
    )
    {
        var settled = MessageTree.Settle(draft, odd);
        var prepared = new PreparedConversation(draft, [.. settled.Select(m => new PreparedMessage(m))]);
        foreach (var message in prepared.Messages)
        {
            Prepare(message, draft.Arena, store);
        }

        prepared.Preview = PreviewOf(prepared.Messages);
        return prepared;
    }

    public static void Prepare(PreparedMessage message, Utf8Arena arena, Func<AttachmentDraft, StoredAttachment> store)
    {
        var draft = message.Draft;
        foreach (var part in draft.Parts)
        {
            if (part.Attachment is { } file)
            {
                message.Attachments = [.. message.Attachments, store(file)];
            }
        }

        if (!PartsCodec.IsPlain(draft))
        {
            var json = new ArrayBufferWriter<byte>(256);
            PartsCodec.Write(json, draft, message.Attachments);
            message.Parts = arena.Add(json.WrittenSpan);
        }

        message.Extras = MessageExtras.Of(draft, arena);
        message.Hash = HashOf(draft);
        message.Words = Words(draft);
    }

    private static long HashOf(MessageDraft draft)
    {
        var hash = default(ContentHash);
        hash.Add((int)draft.Role + ((int)draft.Status * 256) + (draft.Hidden ? 65536 : 0));
        hash.Add(draft.CreatedAt ?? -1);
        hash.Add(draft.Model);
        foreach (var part in draft.Parts)
        {
            hash.Add((int)part.Kind + (part.IsError ? 256 : 0));
            hash.Add(part.Name);
            hash.Add(part.CallId);
            hash.Add(part.Url);
            hash.Add(part.Text.Span);
            hash.Add(part.Extras.Span);
            if (part.Attachment is { } file)
            {
                hash.Add(file.Name);
                hash.Add(file.ProviderId);
                hash.Add(file.ExtractedText.Span);
                hash.Add(file.Open is null && !file.HadBytes ? 0 : 1);
            }
        }

        hash.Add(draft.Extras.Span);
        return hash.Value;
    }

    /// <summary>Runs of text between blanks, over text, code and thinking: cheap, and the same for every import.</summary>
    private static int Words(MessageDraft draft)
    {
        var words = 0;
        foreach (var part in draft.Parts)
        {
            if (part.Kind is PartKind.Text or PartKind.Code or PartKind.Thinking && !part.Text.IsEmpty)
            {
                var span = part.Text.Span;
                words += 1 + span.Count((byte)' ') + span.Count((byte)'\n');
            }
        }

        return words;
    }

    /// <summary>The beginning of the last visible user or assistant text on the active path, white space folded.</summary>
    private static string? PreviewOf(List<PreparedMessage> messages)
    {
        var looked = 0;
        for (var i = messages.Count - 1; i >= 0 && looked < PreviewLooksAt; i--)
        {
            if (messages[i] is { OnPath: true, Draft: { Hidden: false, Role: Role.User or Role.Assistant } draft })
            {
                looked++;
                if (PreviewOf(draft) is { } preview)
                {
                    return preview;
                }
            }
        }

        return null;
    }

    public static string? PreviewOf(MessageDraft draft)
    {
        foreach (var part in draft.Parts)
        {
            if (part.Kind == PartKind.Text && !part.Text.Span.Trim(" \t\r\n"u8).IsEmpty)
            {
                return Fold(part.Text.Span.TrimStart(" \t\r\n"u8));
            }
        }

        return null;
    }

    private static string Fold(ReadOnlySpan<byte> text)
    {
        Span<char> folded = stackalloc char[PreviewCharacters + 1];
        var length = 0;
        for (var looked = 0; looked < PreviewCharacters * 4 && length < PreviewCharacters && !text.IsEmpty; )
        {
            _ = Rune.DecodeFromUtf8(text, out var rune, out var size);
            text = text[size..];
            looked += size;
            if (!Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune))
            {
                length += rune.EncodeToUtf16(folded[length..]);
            }
            else if (length > 0 && folded[length - 1] != ' ')
            {
                folded[length++] = ' ';
            }
        }

        return new string(folded[..length].TrimEnd());
    }

    /// <summary>Takes these messages out; what answers them hangs on the nearest one that stays. Gives what went.</summary>
    public List<PreparedMessage> Drop(IReadOnlySet<MessageKey> keys)
    {
        var places = new int[Messages.Count];
        var kept = new List<PreparedMessage>(Messages.Count);
        var gone = new List<PreparedMessage>();
        for (var i = 0; i < Messages.Count; i++)
        {
            var message = Messages[i];
            var parent = message.Parent < 0 ? -1 : places[message.Parent];
            if (keys.Contains(message.Key))
            {
                places[i] = parent;
                gone.Add(message);
            }
            else
            {
                places[i] = kept.Count;
                message.Parent = parent;
                kept.Add(message);
            }
        }

        if (kept.Count < Messages.Count)
        {
            Messages.Clear();
            Messages.AddRange(kept);
            Preview = PreviewOf(Messages);
        }

        return gone;
    }

    public void Dispose() => Draft.Dispose();
}
