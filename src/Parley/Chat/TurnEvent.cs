namespace Parley.Chat;

/// <summary>What happens in a turn, in the words of the wire (contracts: chat). The numbers are stored.</summary>
internal enum TurnEventKind : byte
{
    /// <summary>More of the answer; the payload is the text itself.</summary>
    Token = 1,

    /// <summary>More of the reasoning shown apart; the payload is the text itself.</summary>
    Thinking = 2,

    /// <summary>All further kinds have a JSON object as payload.</summary>
    ConversationCreated = 3,
    MessageCreated = 4,
    ToolCall = 5,
    ToolResult = 6,
    Sources = 7,
    Title = 8,

    /// <summary>The turn waits for another one in the same conversation.</summary>
    Queued = 9,

    /// <summary>The last event of a turn that went well, or was stopped by its owner.</summary>
    Done = 10,

    /// <summary>The last event of one that did not.</summary>
    Error = 11,

    /// <summary>A tool waits for the person's yes.</summary>
    ToolConsent = 12,

    /// <summary>What they said, in whichever tab.</summary>
    ToolConsentGiven = 13,

    /// <summary>Not all of the conversation fits, and what was done about it; where the question asks for a summary.</summary>
    Context = 14,

    /// <summary>Facts the model was told with the question.</summary>
    Memories = 15,
}

internal static class TurnEventKinds
{
    public static ReadOnlySpan<byte> Name(TurnEventKind kind) =>
        kind switch
        {
            TurnEventKind.Token => "token"u8,
            TurnEventKind.Thinking => "thinking"u8,
            TurnEventKind.ConversationCreated => "conversation_created"u8,
            TurnEventKind.MessageCreated => "message_created"u8,
            TurnEventKind.ToolCall => "tool_call"u8,
            TurnEventKind.ToolResult => "tool_result"u8,
            TurnEventKind.Sources => "sources"u8,
            TurnEventKind.Title => "title"u8,
            TurnEventKind.Queued => "queued"u8,
            TurnEventKind.Done => "done"u8,
            TurnEventKind.ToolConsent => "tool_consent"u8,
            TurnEventKind.ToolConsentGiven => "tool_consent_given"u8,
            TurnEventKind.Context => "context"u8,
            TurnEventKind.Memories => "memories"u8,
            _ => "error"u8,
        };

    public static bool IsText(this TurnEventKind kind) => kind is TurnEventKind.Token or TurnEventKind.Thinking;

    public static bool IsEnd(this TurnEventKind kind) => kind is TurnEventKind.Done or TurnEventKind.Error;
}

/// <summary>One event, as it lies in a <see cref="TurnLog"/>.</summary>
internal readonly ref struct TurnEvent(TurnEventKind kind, ReadOnlySpan<byte> payload)
{
    public TurnEventKind Kind { get; } = kind;
    public ReadOnlySpan<byte> Payload { get; } = payload;
}
