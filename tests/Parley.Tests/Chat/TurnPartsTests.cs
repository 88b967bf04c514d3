using System.Text;
using Parley.Chat;
using Parley.Conversations;

namespace Parley.Tests.Chat;

public sealed class TurnPartsTests
{
    [Fact]
    public void Runs_of_pieces_become_parts_and_calls_stand_between_them()
    {
        var log = new TurnLog();
        log.Append(TurnEventKind.MessageCreated, "{}"u8);
        log.Append(TurnEventKind.Thinking, "let "u8);
        log.Append(TurnEventKind.Thinking, "me see"u8);
        log.Append(TurnEventKind.Token, "Looking"u8);
        log.Append(TurnEventKind.ToolCall, """{"id":"c1","name":"search","arguments":{"q":"tea"}}"""u8);
        log.Append(TurnEventKind.ToolResult, """{"id":"c1","name":"search","content":"found","is_error":false}"""u8);
        log.Append(TurnEventKind.Token, "It is "u8);
        log.Append(TurnEventKind.Token, "tea."u8);

        using var arena = new Utf8Arena();
        var draft = new MessageDraft { Role = Role.Assistant };
        TurnParts.Add(log.Whole().Span, draft, arena);

        Assert.Equal(
            [
                (PartKind.Thinking, "let me see"),
                (PartKind.Text, "Looking"),
                (PartKind.ToolCall, """{"q":"tea"}"""),
                (PartKind.ToolResult, "found"),
                (PartKind.Text, "It is tea."),
            ],
            draft.Parts.Select(p => (p.Kind, Encoding.UTF8.GetString(p.Text.Span)))
        );
        Assert.True(TurnParts.HasContent(log.Whole().Span));
    }

    [Fact]
    public void The_rest_of_an_answer_goes_on_in_its_last_text()
    {
        var log = new TurnLog();
        log.Append(TurnEventKind.Token, " world"u8);
        using var arena = new Utf8Arena();
        var draft = new MessageDraft { Role = Role.Assistant };
        draft.AddText(arena.Add("hello"));
        TurnParts.Add(log.Whole().Span, draft, arena);

        Assert.Equal("hello world", Encoding.UTF8.GetString(Assert.Single(draft.Parts).Text.Span));
    }

    [Fact]
    public void Nothing_is_one_empty_text()
    {
        using var arena = new Utf8Arena();
        var draft = new MessageDraft { Role = Role.Assistant };
        TurnParts.Add([], draft, arena);

        Assert.True(Assert.Single(draft.Parts) is { Kind: PartKind.Text, Text.IsEmpty: true });
        Assert.False(TurnParts.HasContent([]));
    }
}
