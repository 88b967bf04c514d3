using System.Globalization;
using System.Text;
using Parley.Requirements;

namespace Parley.Tests.Requirements;

/// <summary>How well dependencies and contradictions are found, by the pairs that the labelled documents list.</summary>
public sealed class LinkQualityTests
{
    private static readonly List<LabelledDocument> Documents = LabelledDocument.All();

    [Fact]
    public void Dependencies_and_contradictions_are_found_as_people_listed_them()
    {
        foreach (var relation in new[] { LinkRelation.DependsOn, LinkRelation.Contradicts })
        {
            var (right, said, listed, wrong) = Count(relation, Documents);
            Assert.True(listed >= 8, $"{listed} {relation} are listed");
            Assert.True((double)right / said >= 0.80, $"{relation}: {right} of {said} found are right\n{wrong}");
            Assert.True((double)right / listed >= 0.50, $"{relation}: {right} of {listed} are found\n{wrong}");
        }
    }

    public static string Report()
    {
        var report = new StringBuilder();
        report.Append("\n## Links\n\nPairs that the documents list; what is found and not listed counts as wrong.\n\n");
        report.Append(
            "| Relation | Documents | Listed | Found | Right | Precision | Recall |\n|---|---|---|---|---|---|---|\n"
        );
        foreach (var relation in new[] { LinkRelation.DependsOn, LinkRelation.Contradicts })
        {
            foreach (var (name, held) in new[] { ("open", (bool?)false), ("held out", true), ("all", null) })
            {
                var (right, said, listed, _) = Count(
                    relation,
                    Documents.Where(d => held is null || d.IsHeldOut == held)
                );
                report.Append(
                    CultureInfo.InvariantCulture,
                    $"| {LinkKinds.Relations[(int)relation]} | {name} | {listed} | {said} | {right} | {(double)right / Math.Max(1, said):0.00} | {(double)right / Math.Max(1, listed):0.00} |\n"
                );
            }
        }

        return report.ToString();
    }

    private static (int Right, int Said, int Listed, string Wrong) Count(
        LinkRelation relation,
        IEnumerable<LabelledDocument> documents
    )
    {
        var (right, said, listed) = (0, 0, 0);
        var wrong = new StringBuilder();
        foreach (var document in documents)
        {
            var text = PreparedText.Of("markdown", document.Text, document.Name, null);
            // Ids are places, so that links can be looked up.
            var ids = text.Statements.Select(s => (long)s.Place.Start + 1).ToArray();
            var found = LinkPlan
                .Of(null, text.Links(ids, new Dictionary<long, StatementType>(), null))
                .Wanted.Values.Where(l => l.Relation == relation)
                .Select(l => Pair(relation, l.From, l.To))
                .ToHashSet();
            var wanted = document
                .Links.Where(l => l.Relation == LinkKinds.Relations[(int)relation])
                .Select(l => Pair(relation, document.Keys[l.From] + 1, document.Keys[l.To] + 1))
                .ToHashSet();
            (right, said, listed) = (
                right + found.Intersect(wanted).Count(),
                said + found.Count,
                listed + wanted.Count
            );
            string Words(long id) =>
                document.Text.Substring((int)id - 1, Math.Min(60, document.Text.Length - (int)id + 1)).Split('\n')[0];
            foreach (var (a, b) in found.Except(wanted))
            {
                wrong.AppendLine($"{document.Name}, not listed: {Words(a)} / {Words(b)}");
            }

            foreach (var (a, b) in wanted.Except(found))
            {
                wrong.AppendLine($"{document.Name}, not found: {Words(a)} / {Words(b)}");
            }
        }

        return (right, said, listed, wrong.ToString());
    }

    private static (long, long) Pair(LinkRelation relation, long a, long b) =>
        relation == LinkRelation.Contradicts && b < a ? (b, a) : (a, b);
}
