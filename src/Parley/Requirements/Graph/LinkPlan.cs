namespace Parley.Requirements;

/// <summary>What a change of a document makes of its links: worked out before anything is written.</summary>
/// <param name="Touched">Statements whose pairs were looked at; stored links between others stay.</param>
/// <param name="Wanted">Links by name of all statements, and those by pairs of the touched ones.</param>
/// <param name="Foreign">What is named and not in this document.</param>
internal sealed record LinkPlan(
    HashSet<long> Touched,
    Dictionary<LinkKey, FoundLink> Wanted,
    IReadOnlyList<(long From, Mention Mention)> Foreign,
    IReadOnlyDictionary<string, long> NamesBefore,
    IReadOnlyDictionary<string, long> NamesNow
)
{
    /// <param name="former">Null: everything is looked at.</param>
    public static LinkPlan Of(LinkFinder? former, LinkFinder now)
    {
        var touched = now.Touched(former);
        var wanted = new Dictionary<LinkKey, FoundLink>();
        foreach (var id in touched)
        {
            now.Pairs(id, wanted);
        }

        var foreign = new List<(long From, Mention Mention)>();
        foreach (var link in now.References(foreign))
        {
            wanted[link.Key] = link;
        }

        return new LinkPlan(touched, wanted, foreign, former?.Names() ?? [], now.Names());
    }
}
