using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Tools;

namespace Parley.Mcp.Tools;

/// <summary>Reads a conversation or a document.</summary>
internal sealed class OpenTool(PageReader reader) : IAgentTool
{
    public string Name => "open";

    public string Title => "Read a conversation or document";

    public string Description =>
        "Reads a conversation or document by any id that another tool gave: from its beginning, or from the message or piece that the id names. "
        + "Ends with a cursor where there is more.";

    public RawJson Input { get; } =
        ToolBox.Schema(
            """{"type":"object","properties":{"id":{"type":"string","maxLength":64},"cursor":{"type":"string","maxLength":200,"description":"from the page before, with the same id"},"token_budget":{"type":"integer","minimum":200,"maximum":32000,"description":"2000 without it"}},"required":["id"],"additionalProperties":false}"""u8
        );

    public string Scope => KeyScopes.Search;

    public bool Writes => false;

    public async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var text = Budget.Of(arguments);
        var cursor = arguments.TryGetProperty("cursor", out var given) ? given.GetString() : null;
        await reader.ReadAsync(caller, arguments.GetProperty("id").GetString()!, cursor, text, ct);
        return text.IsEmpty ? "There is no more." : text.ToString();
    }
}
