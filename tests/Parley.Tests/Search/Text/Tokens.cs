using System.Text;
using Parley.Search.Text;

namespace Parley.Tests.Search.Text;

/// <summary>Runs the tokenizer and writes what it said: terms in order, <c>=</c> before those that share a position.</summary>
internal static class Tokens
{
    internal sealed record Seen(string Term, string Surface, int Start, int End, TokenKind Kind);

    public static List<Seen> Of(ReadOnlySpan<byte> text)
    {
        var recorder = new Recorder([]);
        Assert.True(TextTokenizer.Run(text, ref recorder));
        return recorder.All;
    }

    public static string Line(string text) => Line(Encoding.UTF8.GetBytes(text));

    public static string Line(ReadOnlySpan<byte> text) =>
        string.Join(
            ' ',
            Of(text).Select(t => t.Kind is TokenKind.Joined or TokenKind.Symbolic ? "=" + t.Term : t.Term)
        );

    private readonly struct Recorder(List<Seen> all) : ITokenSink
    {
        public List<Seen> All { get; } = all;

        public bool Accept(scoped Token token)
        {
            Assert.InRange(token.Term.Length, 1, TextTokenizer.MaxTermBytes);
            All.Add(
                new Seen(
                    Encoding.UTF8.GetString(token.Term),
                    Encoding.UTF8.GetString(token.Surface),
                    token.Start,
                    token.End,
                    token.Kind
                )
            );
            return true;
        }
    }
}
