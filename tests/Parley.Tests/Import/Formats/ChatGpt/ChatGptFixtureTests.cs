using Parley.Conversations;

namespace Parley.Tests.Import.Formats.ChatGpt;

public sealed class ChatGptFixtureTests
{
    public static IEnumerable<TheoryDataRow<string>> Names() =>
        FixtureCounts
            .Names("chatgpt/")
            .Concat(FixtureCounts.Names("generated/chatgpt"))
            .Select(n => new TheoryDataRow<string>(n));

    [Theory]
    [MemberData(nameof(Names))]
    public void Counts_are_those_expected(string name)
    {
        FixtureCounts.Check(name);
        Assert.Equal(["chatgpt"], FormatRun.OfFixture(name).Formats);
    }

    [Theory]
    [InlineData("generated/chatgpt-v1.zip")]
    [InlineData("generated/chatgpt-v2.zip")]
    public void Needles_stand_where_the_generator_put_them(string name)
    {
        FixtureCounts.CheckNeedles(name);
        var run = FormatRun.OfFixture(name);
        Assert.Empty(run.Failures);
        Assert.DoesNotContain(run.Warnings, w => w.Code is "unknown-field" or "unknown-content-type");
    }

    [Fact]
    public void Real_exports_need_no_warning()
    {
        foreach (var name in FixtureCounts.Names("chatgpt/export-"))
        {
            Assert.Empty(FormatRun.OfFixture(name).Warnings);
        }
    }

    [Fact]
    public void Regenerated_answers_and_edited_prompts_are_all_there()
    {
        var conversation = Assert.Single(FormatRun.OfFixture("chatgpt/export-2024-branches.json").Conversations);

        Assert.Contains(conversation.Messages, m => !m.OnPath);
        Assert.Contains(conversation.Messages.GroupBy(m => m.Parent), siblings => siblings.Count() > 1);
    }

    [Fact]
    public void The_sharded_layout_is_read_whole_with_its_assets()
    {
        var run = FormatRun.OfFixture("chatgpt/v2-sharded");

        Assert.Equal(["sh-1", "sh-2"], run.Conversations.Select(c => c.ProviderId));
        Assert.Equal("missing-shard", Assert.Single(run.Warnings).Code);
        Assert.Contains("conversations-404.json", run.Warnings[0].What, StringComparison.Ordinal);

        var question = run.Messages.Single(m => m.ProviderId == "n0");
        Assert.Equal([PartKind.Image, PartKind.Text, PartKind.File], question.Parts.Select(p => p.Kind));
        Assert.Equal(
            ("diagram.png", "image/png", "file-abc123"),
            (question.Parts[0].AttachmentName, question.Parts[0].AttachmentType, question.Parts[0].AttachmentId)
        );
        Assert.Equal(70, question.Parts[0].AttachmentBytes!.Length);
        Assert.Equal(("products.csv", null), (question.Parts[2].AttachmentName, question.Parts[2].AttachmentBytes));

        var spoken = run.Messages.Single(m => m.ProviderId == "n1");
        Assert.Equal("The diagram shows the token rotation flow.", spoken.Text);
        Assert.Equal("gpt-5.2", spoken.Model);
        Assert.Equal(
            "file_00000000deadbeef",
            run.Messages.Single(m => m.ProviderId == "n2").Parts.Single(p => p.Kind == PartKind.Audio).AttachmentId
        );
        Assert.Equal(
            "Weighing the options\n\nThe user wants the short answer.",
            run.Messages.Single(m => m.ProviderId == "m1").Parts.Single().Text
        );
    }

    [Fact]
    public void Structured_parts_keep_their_order()
    {
        var message = FormatRun.OfFixture("chatgpt/lone-object-mixed-parts.json").Messages.First();

        Assert.Equal([PartKind.Text, PartKind.Text, PartKind.Image, PartKind.Text], message.Parts.Select(p => p.Kind));
        Assert.Equal("A list I typed as a part that is an object: cress, basil, chives.", message.Parts[1].Text);
    }

    [Fact]
    public void The_code_interpreter_gives_calls_and_results_that_belong_together()
    {
        var conversation = Assert.Single(
            FormatRun.OfFixture("chatgpt/export-2024-code-interpreter.json").Conversations
        );
        var calls = conversation.Messages.SelectMany(m => m.Parts).Where(p => p.Kind == PartKind.ToolCall).ToList();
        var results = conversation.Messages.SelectMany(m => m.Parts).Where(p => p.Kind == PartKind.ToolResult).ToList();

        Assert.Equal(11, results.Count);
        Assert.All(calls, c => Assert.Equal("python", c.Name));
        Assert.All(results, r => Assert.Contains(calls, c => c.CallId == r.CallId));
    }

    [Fact]
    public void Quotes_of_the_browser_become_citations()
    {
        var run = FormatRun.OfFixture("chatgpt/export-2024-browsing-tether.json");

        Assert.Contains(
            run.Messages.SelectMany(m => m.Parts),
            p => p.Kind == PartKind.Citation && p.Url!.StartsWith("https://", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            run.Messages.Where(m => m.Role == Role.Assistant),
            m => m.Text.Contains("†source】", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Edge_cases_come_out_as_described()
    {
        var run = FormatRun.OfFixture("chatgpt/edge-cases.json");

        Assert.Equal("newer leaf", OnPath(run, "e-no-current"));
        Assert.Equal("pointed at nowhere", OnPath(run, "e-bad-current"));
        Assert.Equal("question above", OnPath(run, "e-current-not-leaf"));
        Assert.Equal("slim answer", OnPath(run, "e-no-children"));
        Assert.Equal("second tree answer", OnPath(run, "e-two-roots"));
        Assert.Equal(2, Conversation(run, "e-dup").Messages.Count);
        Assert.Contains("no author", Conversation(run, "e-nulls").Extras, StringComparison.Ordinal);
        Assert.Equal("half an emoji \uFFFD here, and \uFFFD there", Conversation(run, "e-surrogate").Messages[0].Text);
        Assert.Equal("lone surrogate \uFFFD in a title", Conversation(run, "e-surrogate").Title);
        Assert.Equal("whole 🙂 and NUL \0 and BOM \uFEFF", Conversation(run, "e-surrogate").Messages[1].Text);
        Assert.Equal(
            [1700000001500000, 1700000002000000, 1700000003000000, null],
            Conversation(run, "e-string-time").Messages.Select(m => m.CreatedAt)
        );
        Assert.Equal(2, run.Ignored.Count(i => i.Code == "not-a-conversation"));
        Assert.Equal(2, run.Ignored.Count(i => i.Code == "empty"));
        Assert.Equal(3, run.Warnings.Count(w => w.Code == "unknown-content-type"));
        Assert.Empty(run.Failures);
    }

    [Fact]
    public void Every_tool_type_of_the_edge_cases_is_understood()
    {
        var parts = Conversation(FormatRun.OfFixture("chatgpt/edge-cases.json"), "e-system-error")
            .Messages.ToDictionary(m => m.ProviderId!);

        Assert.Equal((PartKind.ToolCall, "python", "print(6*7)"), Only(parts["b"]));
        Assert.Equal((PartKind.ToolResult, "python", "42\n"), Only(parts["d"]));
        Assert.Equal("b", parts["d"].Parts[0].CallId);
        Assert.True(parts["e"].Parts[0].IsError);
        Assert.Equal([PartKind.ToolResult, PartKind.Citation], parts["f"].Parts.Select(p => p.Kind));
        Assert.Equal([PartKind.ToolResult, PartKind.Image], parts["g"].Parts.Select(p => p.Kind));
        Assert.Equal((PartKind.Thinking, null, "S\n\nhidden reasoning words"), Only(parts["h"]));
        Assert.Equal((PartKind.Thinking, "recap", "Thought for 3 seconds"), Only(parts["i"]));
        Assert.True(parts["k"].Hidden);
        Assert.Equal("profile words\ninstruction words", parts["k"].Text);
        Assert.True(parts["l"].Hidden);
        Assert.Equal("1. memory words", parts["l"].Text);
    }

    private static (PartKind, string?, string) Only(RunMessage message) =>
        (message.Parts.Single().Kind, message.Parts[0].Name, message.Parts[0].Text);

    private static RunConversation Conversation(FormatRun run, string id) =>
        run.Conversations.Single(c => c.ProviderId == id);

    private static string OnPath(FormatRun run, string id) => Conversation(run, id).Messages.Last(m => m.OnPath).Text;
}
