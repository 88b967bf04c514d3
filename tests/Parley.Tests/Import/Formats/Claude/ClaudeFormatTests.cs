using Parley.Conversations;

namespace Parley.Tests.Import.Formats.Claude;

public sealed class ClaudeFormatTests
{
    [Theory]
    [InlineData("claude/export-2025-06-85-conversations-blanked.json")]
    [InlineData("claude/export-thinking.json")]
    [InlineData("claude/v2-tree-and-edges.json")]
    [InlineData("generated/claude-v1.zip")]
    [InlineData("generated/claude-v2.zip")]
    public void Fixtures_hold_what_is_expected_of_them(string name) =>
        FixtureCounts.Check(name, (c, m) => c.Format == "claude" ? Roles.Name(m.Role) : null);

    [Theory]
    [InlineData("generated/claude-v1.zip")]
    [InlineData("generated/claude-v2.zip")]
    public void Needles_stand_in_their_messages(string name) => FixtureCounts.CheckNeedles(name);
}
