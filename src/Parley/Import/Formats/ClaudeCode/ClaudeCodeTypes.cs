namespace Parley.Import.Formats.ClaudeCode;

/// <summary>What becomes of a line by its <c>type</c> (imports.md 4.3).</summary>
internal static class ClaudeCodeTypes
{
    /// <summary>Lines about the conversation that say nothing a reader misses: state of the program, copies of what stands elsewhere.</summary>
    private static readonly HashSet<string> Noise =
    [
        "file-history-snapshot",
        "progress",
        "last-prompt",
        "permission-mode",
        "mode",
        "summary",
        "custom-title",
        "ai-title",
        "agent-name",
        "agent-color",
        "agent-setting",
        "attribution-snapshot",
        "content-replacement",
        "worktree-state",
        "speculation-accept",
        "bridge-session",
        "started",
        "cost-state",
        "rate_limit_event",
        "stream_event",
        "tool_progress",
        "keep_alive",
        "control_request",
        "control_response",
    ];

    private static readonly byte[][] Wrappers =
    [
        .. (
            (string[])
                [
                    "<command-name>",
                    "<command-message>",
                    "<command-args>",
                    "<local-command-stdout>",
                    "<local-command-stderr>",
                    "<local-command-caveat>",
                    "<system-reminder>",
                    "<bash-stdout>",
                    "<bash-stderr>",
                    "<task-notification>",
                    "<user-prompt-submit-hook>",
                    "<user-memory-input>",
                ]
        ).Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    public static bool IsTurn(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("user"u8) || type.SequenceEqual("assistant"u8) || type.SequenceEqual("system"u8);

    public static bool IsNoise(string type) => Noise.Contains(type);

    /// <summary>A text that the program put into the person's mouth.</summary>
    public static bool IsInjected(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        foreach (var wrapper in Wrappers)
        {
            if (text.StartsWith(wrapper))
            {
                return true;
            }
        }

        return false;
    }
}
