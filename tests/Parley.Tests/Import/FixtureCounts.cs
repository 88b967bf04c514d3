using System.Text.Json;
using Parley.Conversations;

namespace Parley.Tests.Import;

/// <summary>Holds a format to expected.json and to the needles of the truth files; one call per provider's test class.</summary>
internal static class FixtureCounts
{
    /// <summary>Names in expected.json below a folder ("chatgpt/") or with a prefix ("generated/chatgpt").</summary>
    public static IEnumerable<string> Names(string prefix)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(FormatRun.FixturePath("expected.json")));
        return
        [
            .. expected
                .RootElement.GetProperty("files")
                .EnumerateObject()
                .Select(f => f.Name)
                .Where(n => n.StartsWith(prefix, StringComparison.Ordinal)),
        ];
    }

    public static (int Conversations, int Messages) Expected(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(FormatRun.FixturePath("expected.json")));
        var file = expected.RootElement.GetProperty("files").GetProperty(name);
        return (file.GetProperty("conversations").GetInt32(), file.GetProperty("messages").GetInt32());
    }

    /// <summary>Design chats inside a Claude export are counted apart (truth: design_chats_not_counted).</summary>
    public static bool Counts(Parley.Import.SourceReport source) => source.Format != "claude-design";

    /// <summary>Claude Code's system lines are hidden messages, but the counts are of user and assistant lines (imports.md section 10).</summary>
    public static long Counted(Parley.Import.SourceReport source, Parley.Import.RoleCounts roles) =>
        source.Format == "claude-code" ? roles.Sum - roles.System : roles.Sum;

    /// <summary>A subagent is known as one by the folder it stands in.</summary>
    public static bool NeedsItsFolder(string name) => name.StartsWith("claude-code/project/", StringComparison.Ordinal);

    /// <param name="counts">The role under which a message is counted, null for one that is not; without it, its own.</param>
    public static void Check(string name, Func<RunConversation, RunMessage, string?>? counts = null)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(FormatRun.FixturePath("expected.json")));
        var file = expected.RootElement.GetProperty("files").GetProperty(name);
        var run = FormatRun.OfFixture(name);

        var counted = run
            .Conversations.Select(c =>
                c.Messages.Select(m => counts is null ? Roles.Name(m.Role) : counts(c, m)).OfType<string>().ToList()
            )
            .Where(c => c.Count > 0)
            .ToList();
        var roles = file.GetProperty("by_role").EnumerateObject().ToDictionary(r => r.Name, r => r.Value.GetInt32());
        Assert.Equal(roles.OrderBy(r => r.Key), counted.SelectMany(c => c).CountBy(r => r).OrderBy(r => r.Key));
        Assert.Equal(file.GetProperty("conversations").GetInt32(), counted.Count);
        Assert.Equal(file.GetProperty("messages").GetInt32(), counted.Sum(c => c.Count));
    }

    /// <summary>Each needle stands in the stated message of the stated conversation, in a part of the stated kind.</summary>
    public static void CheckNeedles(string name)
    {
        using var truth = JsonDocument.Parse(File.ReadAllBytes(FormatRun.FixturePath(name + ".truth.json")));
        var run = FormatRun.OfFixture(name);
        foreach (var needle in truth.RootElement.GetProperty("needles").EnumerateArray())
        {
            var text = needle.GetProperty("needle").GetString()!;
            var conversationId = needle.GetProperty("conversation_id").GetString();
            var conversations = run.Conversations.Where(c => Holds(c, text)).ToList();
            Assert.True(conversations.Count > 0, $"{name}: needle {needle} is nowhere");
            if (run.Conversations.Exists(c => c.ProviderId == conversationId))
            {
                Assert.True(
                    conversations.Exists(c => c.ProviderId == conversationId),
                    $"{name}: needle {needle} is in {conversations[0].ProviderId}"
                );
            }

            if (
                needle.TryGetProperty("message_id", out var id)
                && id.GetString() is { } messageId
                && run.Messages.Any(m => m.ProviderId == messageId)
            )
            {
                var message = run.Messages.First(m => m.ProviderId == messageId);
                Assert.True(
                    Turn(run, message).Any(m => Holds(m, text)),
                    $"{name}: needle {needle} is not in its message"
                );
                Assert.Equal(needle.GetProperty("on_active_path").GetBoolean(), message.OnPath);
            }
        }
    }

    /// <summary>
    /// The message and what stands above it up to the person's: where a source spreads a turn over several messages
    /// (thoughts, calls, results), the truth names the answer.
    /// </summary>
    private static IEnumerable<RunMessage> Turn(FormatRun run, RunMessage message)
    {
        var conversation = run.Conversations.Single(c => c.Messages.Contains(message));
        yield return message;
        while (message is { Role: not Role.User, Parent: { } parent })
        {
            message = conversation.Messages.Single(m => m.Key.Equals(parent));
            if (message.Role != Role.User)
            {
                yield return message;
            }
        }
    }

    private static bool Holds(RunConversation conversation, string text) =>
        conversation.Title?.Contains(text, StringComparison.Ordinal) == true
        || conversation.Messages.Exists(m => Holds(m, text));

    private static bool Holds(RunMessage message, string text) =>
        message.Parts.Exists(p =>
            p.Text.Contains(text, StringComparison.Ordinal)
            || p.AttachmentText.Contains(text, StringComparison.Ordinal)
            || p.AttachmentName?.Contains(text, StringComparison.Ordinal) == true
            || p.Extras.Contains(text, StringComparison.Ordinal)
            || p.Text.Contains(
                JsonEncodedText
                    .Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
                    .ToString(),
                StringComparison.Ordinal
            )
        );
}
