using Parley.Kernel;

namespace Parley.Requirements;

/// <summary>A text as the next one of a document: all that is worked out before it is written.</summary>
/// <param name="Found">For each statement the place of the former one, or -1.</param>
/// <param name="Ids">Of its statements.</param>
internal sealed record NextText(
    PreparedText Text,
    int[] Found,
    long[] Ids,
    LinkPlan Links,
    IReadOnlyList<LinkNode> Nodes
)
{
    /// <param name="former">The statements of the text before; empty: there was none.</param>
    /// <param name="known">Statements that were looked at lately.</param>
    public static NextText Of(
        List<StatementRow> former,
        PreparedText text,
        IReadOnlyDictionary<long, LinkNode>? known,
        IdSource ids,
        TimeProvider time
    )
    {
        var found = StatementMatch.Find(former.ConvertAll(static row => row.Match), text.Matches());
        var all = StatementRows.Identify(former, found, ids, time.GetUtcNow().ToUnixTimeMilliseconds());
        var chosen = new Dictionary<long, StatementType>();
        foreach (var row in former)
        {
            if (row.Chosen is { } type)
            {
                chosen[row.Id] = type;
            }
        }

        var before =
            former.Count > 0
                ? new LinkFinder(former.ConvertAll(row => row.ToNode(known?.GetValueOrDefault(row.Id))))
                : null;
        var now = text.Links(all, chosen, before);
        return new NextText(text, found, all, LinkPlan.Of(before, now), now.Nodes);
    }
}
