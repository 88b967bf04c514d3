namespace Parley.Conversations;

/// <summary>Who speaks. Anything else a source says is kept as raw role beside the nearest of these.</summary>
internal enum Role : byte
{
    User = 1,
    Assistant = 2,
    System = 3,
    Tool = 4,
}

/// <summary>What a part of a message is; stored by its wire name, see <see cref="PartKinds"/>.</summary>
internal enum PartKind : byte
{
    Text = 1,
    Code,
    Thinking,
    ToolCall,
    ToolResult,
    Image,
    Audio,
    Video,
    File,
    Citation,
    Unknown,
}

/// <summary>How a message ended. <c>Complete</c> unless the source says otherwise.</summary>
internal enum MessageStatus : byte
{
    Complete = 0,
    Pending = 1,
    Streaming = 2,
    Interrupted = 3,
    Stopped = 4,
    Failed = 5,
}

/// <summary>Wire names, as the API and the JSON export spell them.</summary>
internal static class PartKinds
{
    private static readonly string[] Names =
    [
        "",
        "text",
        "code",
        "thinking",
        "tool_call",
        "tool_result",
        "image",
        "audio",
        "video",
        "file",
        "citation",
        "unknown",
    ];

    public static string Name(PartKind kind) => Names[(int)kind];

    public static PartKind? Find(string? name)
    {
        var i = Array.IndexOf(Names, name);
        return i > 0 ? (PartKind)i : null;
    }
}

internal static class Roles
{
    private static readonly string[] Names = ["", "user", "assistant", "system", "tool"];

    public static string Name(Role role) => Names[(int)role];

    public static Role? Find(string? name)
    {
        var i = Array.IndexOf(Names, name);
        return i > 0 ? (Role)i : null;
    }
}

internal static class Statuses
{
    private static readonly string[] Names = ["complete", "pending", "streaming", "interrupted", "stopped", "failed"];

    public static string Name(MessageStatus status) => Names[(int)status];

    public static MessageStatus? Find(string? name)
    {
        var i = Array.IndexOf(Names, name);
        return i >= 0 ? (MessageStatus)i : null;
    }
}
