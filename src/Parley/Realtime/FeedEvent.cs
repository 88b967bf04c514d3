using System.Buffers;
using System.Buffers.Text;
using Parley.Chat;

namespace Parley.Realtime;

/// <summary>
/// One event of a feed: either JSON, encoded once for all who read it, or a place in a turn's log, where its words are
/// kept anyway.
/// </summary>
internal readonly struct FeedEvent
{
    private const int Own = 64;

    private readonly byte[]? json;
    private readonly Turn? turn;
    private readonly int position;
    private readonly int number;

    private FeedEvent(long sequence, string type, long at, byte[]? json, Turn? turn, int position, int number)
    {
        Sequence = sequence;
        Type = type;
        At = at;
        this.json = json;
        this.turn = turn;
        this.position = position;
        this.number = number;
    }

    /// <summary>Rises in its feed by one an event; 0 for what only one reader is told.</summary>
    public long Sequence { get; }

    public string Type { get; }

    /// <summary>When it happened, in milliseconds of any clock.</summary>
    public long At { get; }

    /// <summary>Bytes of memory it holds. Those of a turn's log are the turn's.</summary>
    public int Cost => Own + (json?.Length ?? 0);

    public static FeedEvent Of(long sequence, string type, long at, byte[] json) =>
        new(sequence, type, at, json, null, 0, 0);

    /// <param name="position">Of the event in the turn's log.</param>
    /// <param name="number">Of the event in the turn.</param>
    public static FeedEvent Of(long sequence, long at, Turn turn, int position, int number) =>
        new(sequence, "turn_event", at, null, turn, position, number);

    /// <summary>The event's JSON.</summary>
    public void WriteData(IBufferWriter<byte> to)
    {
        if (turn is null)
        {
            to.Write(json);
            return;
        }

        var log = new TurnLogReader(turn.Log.Since(position).Span);
        log.TryRead(out var read);
        to.Write("{\"type\":\"turn_event\",\"turn_id\":\""u8);
        Write(to, TurnId.Format(turn.Id));
        to.Write("\",\"number\":"u8);
        Utf8Formatter.TryFormat(number, to.GetSpan(16), out var digits);
        to.Advance(digits);
        to.Write(",\"event\":\""u8);
        to.Write(TurnEventKinds.Name(read.Kind));
        to.Write("\",\"data\":"u8);
        SseWriter.WriteData(to, read);
        to.Write("}"u8);
    }

    /// <summary>Text of ids and names: ASCII.</summary>
    public static void Write(IBufferWriter<byte> to, string ascii) =>
        to.Advance(System.Text.Encoding.ASCII.GetBytes(ascii, to.GetSpan(ascii.Length)));
}
