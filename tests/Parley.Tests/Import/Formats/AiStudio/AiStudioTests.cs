using System.Text;
using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class AiStudioTests
{
    [Fact]
    public void Thoughts_belong_to_the_answer_behind_them_and_repeated_text_counts_once()
    {
        var run = Read(
            """
            {"role":"user","text":"q","createTime":"2026-01-02T03:04:05Z","tokenCount":3},
            {"role":"model","isThought":true,"text":"whole thought","parts":[{"text":"whole","thought":true}]},
            {"role":"model","isThought":true,"text":"more"},
            {"role":"model","text":"one two","parts":[{"text":"one "},{"thought":true,"text":"aside"},{"text":"two"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}],"finishReason":"STOP"},
            {"role":"user","text":"again"},
            {"role":"model","isThought":true,"text":"came to nothing"},
            {"role":"user","text":"hello?"},null
            """
        );

        Assert.Equal(
            [Role.User, Role.Assistant, Role.User, Role.Assistant, Role.User],
            run.Messages.Select(m => m.Role)
        );
        var answer = run.Messages.ElementAt(1);
        Assert.Equal(["whole thought", "more", "one ", "aside", "two", ""], answer.Parts.Select(p => p.Text));
        Assert.Equal(
            [PartKind.Thinking, PartKind.Thinking, PartKind.Text, PartKind.Thinking, PartKind.Text, PartKind.Image],
            answer.Parts.Select(p => p.Kind)
        );
        Assert.Equal(8, answer.Parts[^1].AttachmentBytes!.Length);
        Assert.Equal(("STOP", "gemini-x"), (answer.Finish, answer.Model));
        Assert.Equal(1767323045000000, run.Conversations[0].CreatedAt);
        Assert.Equal("bad-message", Assert.Single(run.Warnings).Code);
    }

    [Fact]
    public void Files_code_sources_and_errors_are_kept()
    {
        var run = Read(
            """
            {"role":"user","driveDocument":{"id":"d1"}},{"role":"user","youtubeVideo":{"id":"yt"}},{"role":"user","inlineFile":{"mimeType":"text/plain","data":"!!not base64"}},
            {"role":"model","executableCode":{"language":"PYTHON","code":"print(1)"}},{"role":"model","codeExecutionResult":{"outcome":"OUTCOME_FAILED","output":"boom"}},
            {"role":"model","text":"found","grounding":{"webSearchQueries":["w"],"groundingSources":[{"uri":"https://e.org","title":"E"},3]}},
            {"role":"model","text":"","errorMessage":"quota","newField":1},{"role":"robot","text":"?","branchParent":{"promptId":"prompts/abc"}}
            """
        );

        var parts = run.Messages.SelectMany(m => m.Parts).ToList();
        Assert.Equal(
            [
                PartKind.File,
                PartKind.Video,
                PartKind.File,
                PartKind.Code,
                PartKind.ToolResult,
                PartKind.Text,
                PartKind.Citation,
                PartKind.ToolCall,
                PartKind.Text,
            ],
            parts.Select(p => p.Kind)
        );
        Assert.Equal(
            ("d1", "https://www.youtube.com/watch?v=yt", "python", true),
            (parts[0].AttachmentId, parts[1].Url, parts[3].Name, parts[4].IsError)
        );
        Assert.Null(parts[2].AttachmentBytes);
        Assert.Equal(MessageStatus.Failed, run.Messages.ElementAt(6).Status);
        Assert.Contains("quota", run.Messages.ElementAt(6).Extras, StringComparison.Ordinal);
        Assert.Equal("abc", run.Conversations[0].ParentConversationId);
        Assert.Equal(["unknown-field", "unknown-role"], run.Warnings.Select(w => w.Code).Order());
    }

    [Fact]
    public void Files_of_one_name_stay_apart_unless_they_begin_the_same()
    {
        var one = Read("""{"role":"user","text":"one"}""").Conversations[0].ProviderId;
        Assert.NotEqual(one, Read("""{"role":"user","text":"two"}""").Conversations[0].ProviderId);
        Assert.Equal(
            one,
            Read("""{"role":"user","text":"one"},{"role":"model","text":"grown"}""").Conversations[0].ProviderId
        );
        Assert.Equal(
            "1Aq2Sw3De4Fr5Gt6Hy7Ju8Ki9Lo",
            Read("""{"role":"user","text":"x"}""", "1Aq2Sw3De4Fr5Gt6Hy7Ju8Ki9Lo").Conversations[0].ProviderId
        );
    }

    [Fact]
    public void The_instruction_is_a_document_and_older_prompts_are_kept_as_they_stand()
    {
        var run = FormatRun.OfText(
            "Tone",
            """{"systemInstruction":{"parts":[{"text":"Be brief."}]},"chunkedPrompt":{"chunks":[{"role":"user","text":"q"}],"pendingInputs":[{"text":"draft"}]}}"""
        );
        Assert.Equal("Be brief.", Encoding.UTF8.GetString(Assert.Single(run.Documents).Text.Span));
        Assert.Contains("draft", run.Conversations[0].Extras, StringComparison.Ordinal);
        Assert.Equal("Tone", run.Conversations[0].Title);

        Assert.Equal(
            "tell",
            FormatRun.OfText("a.json", """{"runSettings":{},"textPrompt":{"value":"tell"}}""").Messages.Single().Text
        );
        Assert.Equal(
            PartKind.Unknown,
            FormatRun
                .OfText("a.json", """{"runSettings":{},"dataPrompt":{"rows":[]}}""")
                .Messages.Single()
                .Parts.Single()
                .Kind
        );
    }

    private static FormatRun Read(string chunks, string file = "Untitled prompt") =>
        FormatRun.OfText(
            file,
            """{"runSettings":{"model":"models/gemini-x"},"systemInstruction":{},"chunkedPrompt":{"chunks":["""
                + chunks
                + "]}}"
        );
}
