using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;

namespace Parley.Chat;

/// <summary>Events of a turn as server-sent events (WHATWG HTML, 9.2): <c>id</c> is the event's number in the turn.</summary>
internal static class SseWriter
{
    private const int Overhead = 96;

    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static ReadOnlySpan<byte> Heartbeat => ": heartbeat\n\n"u8;

    public static void Write(IBufferWriter<byte> to, long number, in TurnEvent written)
    {
        var name = TurnEventKinds.Name(written.Kind);
        var room = to.GetSpan(Overhead + Longest(written));
        var at = Put(room, 0, "id: "u8);
        Utf8Formatter.TryFormat(number, room[at..], out var digits);
        at = Put(room, at + digits, "\nevent: "u8);
        at = Put(room, at, name);
        at = Put(room, at, "\ndata: "u8);
        at = PutData(room, at, written);
        to.Advance(Put(room, at, "\n\n"u8));
    }

    /// <summary>The event's JSON alone, for wires that frame it another way.</summary>
    public static void WriteData(IBufferWriter<byte> to, in TurnEvent written) =>
        to.Advance(PutData(to.GetSpan(Overhead + Longest(written)), 0, written));

    /// <summary>An escape takes six bytes at most for one.</summary>
    private static int Longest(in TurnEvent written) =>
        written.Kind.IsText() ? written.Payload.Length * 6 : written.Payload.Length;

    private static int PutData(Span<byte> room, int at, in TurnEvent written)
    {
        if (!written.Kind.IsText())
        {
            return Put(room, at, written.Payload);
        }

        at = Put(room, at, "{\"content\":\""u8);
        at += Escape(written.Payload, room[at..]);
        return Put(room, at, "\"}"u8);
    }

    /// <summary>The text inside a JSON string; bytes that are no UTF-8 become U+FFFD.</summary>
    private static int Escape(ReadOnlySpan<byte> text, Span<byte> to)
    {
        if (Encoder.FindFirstCharacterToEncodeUtf8(text) < 0)
        {
            text.CopyTo(to);
            return text.Length;
        }

        Encoder.EncodeUtf8(text, to, out _, out var written);
        return written;
    }

    private static int Put(Span<byte> room, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(room[at..]);
        return at + bytes.Length;
    }
}
