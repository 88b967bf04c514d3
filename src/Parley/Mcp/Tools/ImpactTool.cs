using System.Globalization;
using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Requirements;
using Parley.Tools;

namespace Parley.Mcp.Tools;

/// <summary>What a change of requirements may reach.</summary>
internal sealed class ImpactTool(GraphStore graph, ImpactFinder impact) : IAgentTool
{
    public string Name => "impact";

    public string Title => "Impact of a change";

    public string Description =>
        "What a change of statements of the user's requirements documents may reach (dependents, tests, code, documentation), most surely first, with how. "
        + "Ask it before you change what is required.";

    public RawJson Input { get; } =
        ToolBox.Schema(
            """{"type":"object","properties":{"ids":{"type":"array","items":{"type":"string","minLength":1,"maxLength":60},"minItems":1,"maxItems":20,"description":"statements' ids, or their authors' own, like REQ-12"},"depth":{"type":"integer","minimum":1,"maximum":6,"description":"links on the way, 3 without it"},"token_budget":{"type":"integer","minimum":200,"maximum":32000,"description":"2000 without it"}},"required":["ids"],"additionalProperties":false}"""u8
        );

    public string Scope => KeyScopes.Documents;

    public bool Writes => false;

    public async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var text = Budget.Of(arguments);
        var changed = new List<long>();
        foreach (var one in arguments.GetProperty("ids").EnumerateArray())
        {
            changed.Add(await AgentStatements.OneAsync(graph, caller.OwnerId, one.GetString()!, ct));
        }

        var depth = JsonMembers.Whole(arguments, "depth") ?? ImpactFinder.UsualDepth;
        if (await impact.FindAsync(caller.OwnerId, changed, depth, ct) is not { } found)
        {
            throw AgentStatements.Unknown();
        }

        foreach (var ring in found.Cycles)
        {
            text.Add($"A ring of dependencies: {string.Join(" → ", ring)}\n");
        }

        foreach (var item in found.Items)
        {
            var how = new List<string>();
            foreach (var step in item.Path)
            {
                if (step.Relation is { } relation)
                {
                    how.Add(relation);
                }
            }

            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{item.Score:0.00} {string.Join(" ← ", how)} {AgentStatements.Line(item.Statement)}"
            );
            if (!text.Add(line))
            {
                break;
            }
        }

        return text.IsEmpty ? "Nothing is linked with it." : text.ToString();
    }
}
