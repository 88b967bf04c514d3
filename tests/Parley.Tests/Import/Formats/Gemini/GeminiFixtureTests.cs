namespace Parley.Tests.Import;

public sealed class GeminiFixtureTests
{
    public static TheoryData<string> Counted =>
        [
            .. FixtureCounts.Names("gemini/html"),
            .. FixtureCounts.Names("gemini/myactivity"),
            .. FixtureCounts.Names("generated/gemini"),
        ];

    [Theory]
    [MemberData(nameof(Counted))]
    public void Counts_are_those_expected(string name) => FixtureCounts.Check(name);

    [Theory]
    [InlineData("generated/gemini-json-en.zip")]
    [InlineData("generated/gemini-json-ja.zip")]
    [InlineData("generated/gemini-html-en.zip")]
    [InlineData("generated/gemini-html-de.zip")]
    public void Needles_are_found_in_their_conversations(string name) => FixtureCounts.CheckNeedles(name);

    [Theory]
    [InlineData("generated/gemini-json-en.zip")]
    [InlineData("generated/gemini-json-ja.zip")]
    [InlineData("generated/gemini-html-en.zip")]
    [InlineData("generated/gemini-html-de.zip")]
    public void Generated_exports_raise_no_warning_and_bring_their_files(string name)
    {
        var run = FormatRun.OfFixture(name);
        Assert.Empty(run.Warnings);
        Assert.Empty(run.Failures);
        var files = run.Messages.SelectMany(m => m.Parts).Where(p => p.AttachmentName is not null).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, f => Assert.NotNull(f.AttachmentBytes));
    }
}
