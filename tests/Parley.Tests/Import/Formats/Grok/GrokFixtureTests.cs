using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class GrokFixtureTests
{
    public static TheoryData<string> Counted =>
        [.. FixtureCounts.Names("grok/"), .. FixtureCounts.Names("generated/grok")];

    [Theory]
    [MemberData(nameof(Counted))]
    public void Counts_are_those_expected(string name) => FixtureCounts.Check(name);

    [Fact]
    public void Needles_are_found_in_their_messages() => FixtureCounts.CheckNeedles("generated/grok.zip");

    [Fact]
    public void The_generated_export_raises_no_warning_and_brings_the_files_that_are_there()
    {
        var run = FormatRun.OfFixture("generated/grok.zip");
        Assert.Empty(run.Warnings);
        Assert.Empty(run.Failures);
        var files = run.Messages.SelectMany(m => m.Parts).Where(p => p.AttachmentId is not null).ToList();
        Assert.Equal(6, files.Count(f => f.AttachmentBytes is not null));
        Assert.Contains(files, f => f is { Kind: PartKind.Image, AttachmentType: "image/png" });
        Assert.DoesNotContain(run.Messages, m => m.Text.Contains("grok:render", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_edge_of_the_fixture_is_kept()
    {
        var run = FormatRun.OfFixture("grok/edge-cases.json");
        var messages = run.Conversations[0].Messages.ToDictionary(m => m.ProviderId!);

        Assert.Equal(
            [Role.User, Role.Assistant, Role.Assistant, Role.Assistant, Role.Assistant, Role.Assistant],
            run.Conversations[0].Messages.Select(m => m.Role)
        );
        Assert.Equal(
            (1786052035229000, 1786052045000000, 1786052050000000),
            (messages["r1"].CreatedAt, messages["r2b"].CreatedAt, messages["r3"].CreatedAt)
        );
        Assert.Equal("grok-3", messages["r2b"].RawRole);
        Assert.Equal(
            (PartKind.Image, "image.jpg"),
            (messages["r3"].Parts[0].Kind, messages["r3"].Parts[0].AttachmentName)
        );
        var r4 = messages["r4"];
        Assert.Equal("Done.", r4.Text);
        Assert.Equal(
            ["inline trace words", "agent trace words"],
            r4.Parts.Where(p => p.Kind == PartKind.Thinking).Select(p => p.Text)
        );
        Assert.Equal(
            ("web_search", "{\"query\":\"step words\"}"),
            r4.Parts.Where(p => p.Kind == PartKind.ToolCall).Select(p => (p.Name!, p.Text)).Single()
        );
        Assert.Equal(["preview words", "p"], r4.Parts.Where(p => p.Kind == PartKind.Citation).Select(p => p.Text));
        Assert.Equal("00000000-0000-4000-8000-0000000000aa", r4.Parts[^1].AttachmentId);
        Assert.Equal(MessageStatus.Failed, messages["r5"].Status);
        Assert.Equal([false, false, false, false, true, true], run.Conversations[0].Messages.Select(m => m.OnPath));
        Assert.Equal("UnknownParent", Assert.Single(run.Warnings).Code);
        Assert.Equal("no-conversation", run.Ignored[0].Code == "empty" ? run.Ignored[1].Code : run.Ignored[0].Code);
    }

    [Fact]
    public void Tags_in_the_archive_of_X_are_taken_out_though_their_quotes_are_escaped_twice()
    {
        var run = FormatRun.OfFixture("grok/x-archive/data/grok-chat-item.js");
        Assert.Equal("### A 64-bit id\n\nTime first.", run.Conversations[0].Messages[1].Text);
        Assert.Equal("What is a snowflake id?", run.Conversations[0].Title);
        Assert.Empty(run.Failures);
    }
}
