using Parley.Requirements;
using Parley.Tools;

namespace Parley.Mcp.Tools;

/// <summary>Statements of requirements documents as agents name and see them.</summary>
internal static class AgentStatements
{
    /// <exception cref="ToolException">There is none, or there are several of that name.</exception>
    public static async Task<long> OneAsync(GraphStore graph, long ownerId, string idOrName, CancellationToken ct)
    {
        var found = await graph.ListNamedAsync(ownerId, idOrName, ct);
        return found.Count switch
        {
            1 => GraphStore.StatementOf(found[0].Id),
            0 => throw Unknown(),
            _ => throw new ToolException(
                $"there are several: {string.Concat(found.ConvertAll(Line))}give one of these ids"
            ),
        };
    }

    public static string Line(StatementBrief one) =>
        $"- {(one.Name is null ? "" : one.Name + ": ")}{one.Text} ({one.Type}, {one.Id})\n";

    public static ToolException Unknown() =>
        new("there is no such statement: give an id that context or trace gave, or the author's own as it is written");
}
