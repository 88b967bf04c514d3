using System.Text;
using System.Text.Json;

namespace Parley.Tests;

/// <summary>What a <see cref="FakeUpstream"/> does with one question, step by step.</summary>
internal sealed class FakeScript
{
    internal abstract record Step;

    /// <summary>Bytes of the inside of a JSON string: they may be half a character.</summary>
    internal sealed record Piece(byte[] Inside, bool Thinking) : Step;

    internal sealed record Call(string Id, string Name, string Arguments, int Pieces) : Step;

    internal sealed record Usage(long Prompt, long Completion) : Step;

    internal sealed record End(string Finish, bool Whole) : Step;

    internal sealed record Raw(byte[] Bytes) : Step;

    internal sealed record Wait(Task Signal) : Step;

    internal sealed record HangUp : Step;

    public List<Step> Steps { get; } = [];

    public int StatusCode { get; private set; } = 200;

    public string? ContentType { get; private set; }

    public byte[]? Body { get; private set; }

    public List<(string Name, string Value)> Headers { get; } = [];

    /// <summary>The texts, one piece each, with an end.</summary>
    public static FakeScript Of(params string[] pieces) => new FakeScript().Text(pieces).Finish();

    /// <summary>Refuses: a status and a body.</summary>
    public static FakeScript Refuse(int status, string body = "{}", string type = "application/json") =>
        new()
        {
            StatusCode = status,
            Body = Encoding.UTF8.GetBytes(body),
            ContentType = type,
        };

    public FakeScript Text(params string[] pieces) => Pieces(pieces, thinking: false);

    public FakeScript Thinking(params string[] pieces) => Pieces(pieces, thinking: true);

    /// <summary>A piece whose bytes need not be whole characters.</summary>
    public FakeScript Bytes(params byte[] inside) => With(new Piece(inside, false));

    /// <summary>A call of a tool, its arguments cut into as many pieces (on wires that cut them).</summary>
    public FakeScript CallOf(string name, string arguments, string id = "call_a", int pieces = 2) =>
        With(new Call(id, name, arguments, pieces));

    public FakeScript Used(long prompt, long completion) => With(new Usage(prompt, completion));

    /// <summary>The reason and the wire's own end.</summary>
    public FakeScript Finish(string reason = "stop") => With(new End(reason, Whole: true));

    /// <summary>The reason alone: the wire's end is missing.</summary>
    public FakeScript FinishReasonOnly(string reason = "stop") => With(new End(reason, Whole: false));

    /// <summary>Bytes as they are.</summary>
    public FakeScript Send(string raw) => With(new Raw(Encoding.UTF8.GetBytes(raw)));

    /// <inheritdoc cref="Send(string)"/>
    public FakeScript Send(byte[] raw) => With(new Raw(raw));

    /// <summary>Goes on when the task has ended.</summary>
    public FakeScript After(Task signal) => With(new Wait(signal));

    /// <summary>Says nothing more, until the client leaves.</summary>
    public FakeScript Silence() => With(new Wait(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System)));

    /// <summary>Breaks the connection.</summary>
    public FakeScript Break() => With(new HangUp());

    public FakeScript As(string contentType)
    {
        ContentType = contentType;
        return this;
    }

    public FakeScript Header(string name, string value)
    {
        Headers.Add((name, value));
        return this;
    }

    private FakeScript Pieces(string[] pieces, bool thinking)
    {
        Steps.AddRange(pieces.Select(p => new Piece(JsonEncodedText.Encode(p).EncodedUtf8Bytes.ToArray(), thinking)));
        return this;
    }

    private FakeScript With(Step step)
    {
        Steps.Add(step);
        return this;
    }
}
