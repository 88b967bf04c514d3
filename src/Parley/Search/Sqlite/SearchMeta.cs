using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Parley.Conversations;

namespace Parley.Search.Sqlite;

/// <summary>
/// Words for what never changes about a document, so that filters are part of the match and not a look-up a row. Each
/// begins with a byte that no text can produce as part of a word; the letter behind it is the kind.
/// </summary>
internal static class SearchMeta
{
    public const byte Mark = 1;

    private const int MaxValueBytes = 120;

    public static byte[] IsMessage { get; } = Word('k', "m");

    public static byte[] IsTitle { get; } = Word('k', "t");

    public static byte[] IsDocument { get; } = Word('k', "d");

    public static byte[] IsHidden { get; } = Word('x', "hidden");

    public static byte[] Provider(string name) => Word('p', name);

    public static byte[] Role(string name) => Word('r', name);

    public static byte[] Model(string name) => Word('m', name);

    public static byte[] Has(string what) => Word('h', what);

    public static byte[] Conversation(long id) => Word('c', id.ToString("x"));

    /// <summary>Writes the meta words of a message.</summary>
    public static void Write(ArrayBufferWriter<byte> to, in WrittenMessage message, MessageFields fields)
    {
        to.Write(IsMessage);
        Write(to, 'p', message.Provider);
        Write(to, 'r', Roles.Name(message.Message.Role));
        Write(to, 'm', message.Message.Model);
        Write(to, message.ConversationId);
        if (message.Message.Hidden)
            to.Write(IsHidden);
        if (fields.HasCode)
            Write(to, 'h', "code");
        if (fields.HasAttachment)
            Write(to, 'h', "attachment");
        if (fields.HasThinking)
            Write(to, 'h', "thinking");
        if (fields.HasTool)
            Write(to, 'h', "tool");
    }

    public static void Write(ArrayBufferWriter<byte> to, in WrittenTitle title)
    {
        to.Write(IsTitle);
        Write(to, 'p', title.Provider);
        Write(to, title.ConversationId);
    }

    public static void Write(ArrayBufferWriter<byte> to, in WrittenDocument document)
    {
        to.Write(IsDocument);
        Write(to, 'p', document.Provider);
    }

    private static byte[] Word(char kind, string value)
    {
        var to = new ArrayBufferWriter<byte>();
        Write(to, kind, value);
        return to.WrittenSpan.ToArray();
    }

    private static void Write(ArrayBufferWriter<byte> to, long conversationId)
    {
        var room = to.GetSpan(20);
        (room[0], room[1]) = (Mark, (byte)'c');
        Utf8Formatter.TryFormat(conversationId, room[2..], out var written, new StandardFormat('x'));
        to.Advance(2 + written);
    }

    /// <summary>Lower case, without control characters, cut where it is very long; nothing for no value.</summary>
    private static void Write(ArrayBufferWriter<byte> to, char kind, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        var room = to.GetSpan(MaxValueBytes + 2);
        (room[0], room[1]) = (Mark, (byte)kind);
        var used = 2;
        foreach (var rune in value.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
                continue;
            var lower = Rune.ToLowerInvariant(rune);
            if (used + lower.Utf8SequenceLength > MaxValueBytes + 2)
                break;
            used += lower.EncodeToUtf8(room[used..]);
        }

        to.Advance(used);
    }
}
