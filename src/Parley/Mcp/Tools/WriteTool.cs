using System.Text.Json;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Tools;

namespace Parley.Mcp.Tools;

/// <summary>Writes into the archive: a new conversation, or the next message of one.</summary>
internal sealed class WriteTool(ConversationEdits conversations, MessageEdits messages) : IAgentTool
{
    public string Name => "write";

    public string Title => "Write into the archive";

    public string Description =>
        "Keeps a text in the user's archive, where search finds it from then on: a decision, a summary, a result. "
        + "Begins a conversation with a title, or goes on with one whose id is given.";

    public RawJson Input { get; } =
        ToolBox.Schema(
            """{"type":"object","properties":{"text":{"type":"string","minLength":1,"maxLength":1000000,"description":"Markdown"},"title":{"type":"string","maxLength":500,"description":"of a new conversation"},"conversation_id":{"type":"string","description":"the one to go on with"},"role":{"enum":["user","assistant"],"description":"whose words they are, assistant without it"},"tags":{"type":"array","items":{"type":"string","maxLength":100},"maxItems":50,"description":"of a new conversation"}},"required":["text"],"additionalProperties":false}"""u8
        );

    public string Scope => KeyScopes.Conversations;

    public bool Writes => true;

    public async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var conversation = arguments.TryGetProperty("conversation_id", out var given)
            ? Known(given.GetString())
            : await BeginAsync(caller, arguments, ct);
        var message = await messages.AddAsync(
            caller,
            conversation,
            AgentBody.Of<AddMessage>(json =>
            {
                json.WriteString(
                    "role"u8,
                    arguments.TryGetProperty("role", out var role) ? role.GetString() : "assistant"
                );
                json.WriteString("content"u8, arguments.GetProperty("text").GetString());
            }),
            AgentBody.NoKey,
            ct
        );
        return $"Written: message {AgentBody.IdOf(message)} of conversation {ConversationId.Format(conversation)}.";
    }

    private async Task<long> BeginAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var made = await conversations.CreateAsync(
            caller,
            AgentBody.Of<CreateConversation>(json =>
            {
                if (arguments.TryGetProperty("title", out var title))
                {
                    json.WriteString("title"u8, title.GetString());
                }

                if (arguments.TryGetProperty("tags", out var tags))
                {
                    json.WritePropertyName("tags"u8);
                    tags.WriteTo(json);
                }
            }),
            AgentBody.NoKey,
            ct
        );
        return Known(AgentBody.IdOf(made));
    }

    private static long Known(string? id) =>
        Ids.TryParse(id, IdKind.Conversation, out var known)
            ? known
            : throw new ToolException("conversation_id: that is no id of a conversation");
}
