namespace Parley.Tests.Import;

public sealed class ZedFixtureTests
{
    public static TheoryData<string> Counted =>
        [.. FixtureCounts.Names("zed/"), .. FixtureCounts.Names("generated/zed")];

    [Theory]
    [MemberData(nameof(Counted))]
    public void Counts_are_those_expected(string name) => FixtureCounts.Check(name);

    [Theory]
    [InlineData("generated/zed-threads.db")]
    [InlineData("generated/zed.zip")]
    public void Needles_are_found_in_their_messages(string name) => FixtureCounts.CheckNeedles(name);

    [Theory]
    [InlineData("zed/threads.db", 1)]
    [InlineData("generated/zed-threads.db", 1)]
    [InlineData("generated/zed.zip", 1)]
    public void The_undecodable_blob_fails_alone_with_its_id(string name, int failures)
    {
        var run = FormatRun.OfFixture(name);

        Assert.Equal(failures, run.Failures.Count);
        Assert.All(
            run.Failures,
            f => Assert.True(f is { Id.Length: > 0, Index: >= 0, Code: "bad-record" }, f.ToString())
        );
        Assert.Single(run.Ignored);
    }

    [Fact]
    public void Generated_threads_raise_no_warning()
    {
        Assert.Empty(FormatRun.OfFixture("generated/zed.zip").Warnings);
    }
}
