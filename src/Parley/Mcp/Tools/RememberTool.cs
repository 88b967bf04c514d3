using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Memories;
using Parley.Tools;

namespace Parley.Mcp.Tools;

/// <summary>Keeps a fact for later answers; the user agrees to it first.</summary>
internal sealed class RememberTool(MemoryStore memories) : IAgentTool
{
    public string Name => "remember";

    public string Title => "Propose a memory";

    public string Description =>
        "Proposes a lasting fact about the user or their work, in a sentence or two. It is told to models once the user agrees. "
        + "Not for what is only true today, and not for secrets.";

    public RawJson Input { get; } =
        ToolBox.Schema(
            """{"type":"object","properties":{"text":{"type":"string","minLength":1,"maxLength":2000},"space":{"type":"string","maxLength":100,"description":"name of the space it holds in; everywhere without it"}},"required":["text"],"additionalProperties":false}"""u8
        );

    public string Scope => KeyScopes.Chat;

    public bool Writes => true;

    public async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var body = AgentBody.Of<SaveMemory>(json =>
        {
            json.WriteString("text"u8, arguments.GetProperty("text").GetString());
            json.WriteString("state"u8, "proposed"u8);
            if (arguments.TryGetProperty("space", out var space))
            {
                json.WriteString("space"u8, space.GetString());
            }
        });
        var made = await memories.CreateAsync(caller.OwnerId, body, AgentBody.NoKey, ct);
        return $"Proposed as memory {AgentBody.IdOf(made)}; the user decides whether it is kept.";
    }
}
