using System.Text;
using System.Text.RegularExpressions;
using Parley.Requirements;

namespace Parley.Tests.Requirements;

/// <summary>A document of tests/fixtures/requirements with the marks taken out (GUIDELINE.md there).</summary>
/// <param name="Labels">Types by where statements begin.</param>
/// <param name="Keys">Where the statement of a key or of an author's id begins.</param>
internal sealed partial record LabelledDocument(
    string Name,
    bool IsHeldOut,
    string Text,
    IReadOnlyDictionary<int, StatementType> Labels,
    IReadOnlyDictionary<string, int> Keys,
    IReadOnlyList<(string From, string Relation, string To)> Links
)
{
    private const string Folder = "tests/fixtures/requirements";

    private static readonly string[] Marks =
        "req feat con stk met dep risk asm obj ovw tc ut it ac doc um api ts rn ds sf wf".Split(' ');

    public static List<LabelledDocument> All() =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(SourceTree.Root, Folder), "*.md", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != "GUIDELINE.md")
                .Order(StringComparer.Ordinal)
                .Select(Read),
        ];

    public List<Statement> Cut() => StatementSplitter.Split(Text);

    private static LabelledDocument Read(string file)
    {
        var marked = File.ReadAllText(file);
        var text = new StringBuilder();
        var labels = new Dictionary<int, StatementType>();
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        var at = 0;
        foreach (Match mark in Mark().Matches(marked))
        {
            var type = Array.IndexOf(Marks, mark.Groups[1].Value);
            if (type < 0)
            {
                continue;
            }

            text.Append(marked, at, mark.Index - at);
            at = mark.Index + mark.Length;
            // A row begins before its first cell.
            var place = text.Length;
            for (var back = place; back > 0 && text[back - 1] is '|' or ' '; back--)
            {
                place = text[back - 1] == '|' ? back - 1 : place;
            }

            labels.Add(place, (StatementType)type);
            var name = mark.Groups[2].Success ? mark.Groups[2].Value : StatementNames.Leading(marked.AsSpan(at), out _);
            if (name is not null)
            {
                keys.Add(name, place);
            }
        }

        text.Append(marked, at, marked.Length - at);
        var whole = text.ToString();
        foreach (
            var heading in StatementSplitter
                .Split(whole)
                .Where(s => s is { Form: StatementForm.Heading, Name: not null })
        )
        {
            keys.TryAdd(heading.Name!, heading.Start);
        }

        var links = Link()
            .Matches(whole[whole.LastIndexOf("<!-- links:", StringComparison.Ordinal)..])
            .Select(link => (link.Groups[1].Value, link.Groups[2].Value, link.Groups[3].Value))
            .ToList();
        return new LabelledDocument(
            Path.GetFileNameWithoutExtension(file),
            file.Contains("heldout", StringComparison.Ordinal),
            whole,
            labels,
            keys,
            links
        );
    }

    [GeneratedRegex("{([a-z]+)(?:#([a-z0-9]+))?}")]
    private static partial Regex Mark();

    [GeneratedRegex(@"(\S+) (DEPENDS_ON|CONTRADICTS) ([^\s;]+)")]
    private static partial Regex Link();
}
