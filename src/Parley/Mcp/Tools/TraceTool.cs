using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Requirements;
using Parley.Tools;

namespace Parley.Mcp.Tools;

/// <summary>What a requirement is linked with: its tests, documentation, design, code, what it needs and what needs it.</summary>
internal sealed class TraceTool(GraphStore graph) : IAgentTool
{
    /// <summary>By relation, as it goes out from the statement and as it comes to it.</summary>
    private static readonly (string Relation, string Out, string In)[] Said =
    [
        ("DEPENDS_ON", "Depends on", "Needed by"),
        ("TESTS", "Tests", "Tested by"),
        ("IMPLEMENTS", "Implements", "Implemented by"),
        ("DOCUMENTS", "Documents", "Documented by"),
        ("DESIGNS", "Designs", "Designed by"),
        ("CONTRADICTS", "Contradicts", "Contradicts"),
        ("REFERENCES", "Refers to", "Referred to by"),
        ("RELATES_TO", "Related to", "Related to"),
        ("BELONGS_TO", "Stands under", "Has below it"),
    ];

    public string Name => "trace";

    public string Title => "Trace a requirement";

    public string Description =>
        "What one statement of the user's requirements documents is linked with: tests, code, documentation, design, what it depends on, what depends on "
        + "it, what contradicts it. Each line names an id for follow-up.";

    public RawJson Input { get; } =
        ToolBox.Schema(
            """{"type":"object","properties":{"id":{"type":"string","minLength":1,"maxLength":60,"description":"a statement's id, or its author's own, like REQ-12"},"token_budget":{"type":"integer","minimum":200,"maximum":32000,"description":"2000 without it"}},"required":["id"],"additionalProperties":false}"""u8
        );

    public string Scope => KeyScopes.Documents;

    public bool Writes => false;

    public async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var text = Budget.Of(arguments);
        var id = await AgentStatements.OneAsync(graph, caller.OwnerId, arguments.GetProperty("id").GetString()!, ct);
        var all = new PageRequest(PageRequest.MaxLimit, null, 0, null);
        if (await graph.FindNodeAsync(caller.OwnerId, id, all, ct) is not { } node)
        {
            throw AgentStatements.Unknown();
        }

        var about = node.Statement;
        var head = $"{about.Name ?? "statement"}, {about.Type}, {about.Priority}, {about.Status}, {about.Id}\n";
        text.Add(head);
        var fitting = text.Fitting(about.Text, text.Left / 2);
        text.Add(about.Text[..fitting] + (fitting < about.Text.Length ? "…\n" : "\n"));
        foreach (var (relation, outward, inward) in Said)
        {
            Add(text, node, relation, outward, isOut: true);
            Add(text, node, relation, inward, isOut: false);
        }

        return text.ToString();
    }

    private static void Add(Budget text, GraphNode node, string relation, string title, bool isOut)
    {
        var isFirst = true;
        foreach (var link in node.Links)
        {
            if (link.Relation != relation || link.FromId == node.Statement.Id != isOut)
            {
                continue;
            }

            var other = isOut ? link.ToId : link.FromId;
            foreach (var one in node.Neighbours)
            {
                if (one.Id == other && text.Add((isFirst ? $"\n{title}:\n" : "") + AgentStatements.Line(one)))
                {
                    isFirst = false;
                }
            }
        }
    }
}
