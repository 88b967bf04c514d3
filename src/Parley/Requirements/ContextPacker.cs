using System.Buffers;
using System.Globalization;
using System.Text;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Requirements;

/// <summary>What a context is packed for.</summary>
/// <param name="Documents">Only these; empty: the newest, as far as <see cref="ContextPacker.MostStatements"/> goes.</param>
/// <param name="Types">Only statements of these; empty: all.</param>
/// <param name="Depth">Links from a match to what is packed with it.</param>
internal sealed record ContextWish(
    string Query,
    IReadOnlyList<long> Documents,
    IReadOnlyList<string> Types,
    int Depth,
    int TokenBudget,
    bool AsProse
);

/// <summary>
/// Packs the statements that a question about requirements should be answered from: those with its words (BM25), and what
/// they are linked with (personalised PageRank from the best matches, within a depth), best first, never above the budget.
/// Thread-safe.
/// </summary>
internal sealed class ContextPacker(Db db, KeptWords kept)
{
    public const int UsualBudget = 2_000;
    public const int SmallestBudget = 200;
    public const int LargestBudget = 32_000;
    public const int UsualDepth = 2;
    public const int DeepestDepth = 4;

    /// <summary>Statements that are looked at.</summary>
    public const int MostStatements = 20_000;

    private const int Seeds = 20;
    private const int MostVisited = 2_000;
    private const int MostLinks = 100;

    /// <summary>Rounds of PageRank, and how often it begins anew at a match.</summary>
    private const int Rounds = 20;

    /// <inheritdoc cref="Rounds"/>
    private const double Restart = 0.25;

    /// <summary>Of BM25 (Robertson and Zaragoza, 2009).</summary>
    private const double K1 = 1.2;

    /// <inheritdoc cref="K1"/>
    private const double B = 0.5;

    /// <summary>What words count for beside links.</summary>
    private const double WordShare = 0.65;

    private const string DocumentsSql =
        "SELECT id, name, version FROM prd_documents WHERE owner_id = ?1 ORDER BY id DESC";

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [DocumentsSql, .. DocumentWords.Sql];

    /// <summary>With the items also where prose is asked for: callers show either.</summary>
    public Task<PackedContext> PackAsync(long ownerId, ContextWish wish, CancellationToken ct) =>
        db.ReadAsync(session => Pack(session, ownerId, wish), ct);

    private PackedContext Pack(DbSession session, long ownerId, ContextWish wish)
    {
        var plain = Phrases.Plain(wish.Query);
        var texts = Read(session, ownerId, wish.Documents, out var truncated, out var documents);
        var matches = Match(texts, StatementTerms.Of(plain), NamesIn(wish.Query));
        var scores = Spread(session, matches, wish.Depth);
        var order = new List<long>(scores.Keys);
        order.Sort((a, b) => scores[a] != scores[b] ? scores[b].CompareTo(scores[a]) : a.CompareTo(b));

        var budget = new Budget(wish.TokenBudget);
        var prose = new StringBuilder();
        var items = new List<PackedStatement>();
        foreach (var id in order)
        {
            if (budget.Left < 10)
            {
                break;
            }

            if (
                StatementReads.Find(session, ownerId, id) is not { } one
                || (wish.Types.Count > 0 && !wish.Types.Contains(one.Type))
                || (one.Form == "heading" && one.Name is null)
            )
            {
                continue;
            }

            var packed = new PackedStatement(
                items.Count + 1,
                one.Id,
                one.DocumentId,
                documents.GetValueOrDefault(one.DocumentId) ?? "",
                one.Name,
                one.Type,
                one.Headings,
                one.Text,
                Math.Round(scores[id], 3),
                matches.ContainsKey(id) ? "match" : "linked"
            );
            var said = wish.AsProse ? Prose(packed) : Json(packed) + ",";
            if (budget.Add(said))
            {
                items.Add(packed);
                prose.Append(wish.AsProse ? said : "");
            }
        }

        var context = new PackedContext(wish.TokenBudget - budget.Left, texts.Count, truncated);
        return context with { Items = items, Text = wish.AsProse ? prose.ToString() : null };
    }

    private static string Prose(PackedStatement one)
    {
        var about = new StringBuilder();
        about.Append(CultureInfo.InvariantCulture, $"[{one.N}] {one.Document}");
        foreach (var heading in one.Headings)
        {
            about.Append(" > ").Append(StatementBrief.Short(heading));
        }

        about.Append(CultureInfo.InvariantCulture, $", {one.Type}, {one.Id}\n{one.Text}\n\n");
        return about.ToString();
    }

    private static string Json(PackedStatement one)
    {
        var json = new ArrayBufferWriter<byte>(512);
        JsonOut.Write(json, one, RequirementsJson.Default.PackedStatement);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private List<SearchedText> Read(
        DbSession session,
        long ownerId,
        IReadOnlyList<long> only,
        out bool truncated,
        out Dictionary<string, string> documents
    )
    {
        documents = new Dictionary<string, string>(StringComparer.Ordinal);
        var order = new List<(long Id, int Version)>();
        using (var rows = session.Query(DocumentsSql))
        {
            rows.Bind(1, ownerId);
            while (rows.Step())
            {
                if (only.Count == 0 || only.Contains(rows.Int64(0)))
                {
                    order.Add((rows.Int64(0), rows.Int32(2)));
                    documents[RequirementsId.Format(rows.Int64(0))] = rows.Text(1)!;
                }
            }
        }

        var texts = new List<SearchedText>();
        truncated = false;
        foreach (var (document, version) in order)
        {
            if (truncated)
            {
                break;
            }

            var words = kept.Find(document);
            if (words?.Version != version)
            {
                words = DocumentWords.Read(session, document, version);
                kept.Keep(document, words, words.Statements.Count);
            }

            var room = MostStatements - texts.Count;
            truncated = words.Statements.Count > room;
            texts.AddRange(truncated ? words.Statements.Take(room) : words.Statements);
        }

        return texts;
    }

    /// <summary>Statements that have words of the query, or whose author's id it names, with how well: 1 is the best.</summary>
    private static Dictionary<long, double> Match(List<SearchedText> texts, string[] terms, HashSet<string> names)
    {
        var counts = new int[terms.Length];
        double length = 0;
        foreach (var text in texts)
        {
            length += text.Terms.Length;
            for (var i = 0; i < terms.Length; i++)
            {
                counts[i] += text.Has(terms[i]) ? 1 : 0;
            }
        }

        var mean = Math.Max(1, length / Math.Max(1, texts.Count));
        var found = new Dictionary<long, double>();
        foreach (var text in texts)
        {
            var score = text.Name is not null && names.Contains(text.Name) ? 20.0 : 0;
            for (var i = 0; i < terms.Length; i++)
            {
                if (text.Has(terms[i]))
                {
                    var rarity = Math.Log(1 + ((texts.Count - counts[i] + 0.5) / (counts[i] + 0.5)));
                    score += rarity * (K1 + 1) / (1 + (K1 * (1 - B + (B * text.Terms.Length / mean))));
                }
            }

            if (score > 0)
            {
                found[text.Id] = score;
            }
        }

        var most = 0.0;
        foreach (var score in found.Values)
        {
            most = Math.Max(most, score);
        }

        foreach (var id in new List<long>(found.Keys))
        {
            found[id] /= most;
        }

        return found;
    }

    /// <summary>Words and links together. A link carries as much as it is sure.</summary>
    private static Dictionary<long, double> Spread(DbSession session, Dictionary<long, double> matches, int depth)
    {
        var seeds = new List<long>(matches.Keys);
        seeds.Sort((a, b) => matches[a] != matches[b] ? matches[b].CompareTo(matches[a]) : a.CompareTo(b));
        seeds = seeds.GetRange(0, Math.Min(Seeds, seeds.Count));
        var links = new Dictionary<long, List<(long Other, double Weight)>>();
        var front = seeds;
        for (var step = 0; step <= depth && front.Count > 0 && links.Count < MostVisited; step++)
        {
            var next = new List<long>();
            foreach (var at in front)
            {
                if (links.Count >= MostVisited || links.ContainsKey(at))
                {
                    continue;
                }

                var list = links[at] = [];
                foreach (var (other, link) in step < depth ? GraphReads.LinksOf(session, at, MostLinks) : [])
                {
                    // A heading has many statements under it, so it leads to little.
                    list.Add((other, link.Id is null ? 0.3 : link.Confidence));
                    next.Add(other);
                }
            }

            front = next;
        }

        var rank = Rank(seeds, matches, links);
        var scores = new Dictionary<long, double>();
        foreach (var (id, word) in matches)
        {
            scores[id] = WordShare * word;
        }

        foreach (var (id, share) in rank)
        {
            scores[id] = scores.GetValueOrDefault(id) + ((1 - WordShare) * share);
        }

        return scores;
    }

    /// <summary>Personalised PageRank by rounds, the highest made 1.</summary>
    private static Dictionary<long, double> Rank(
        List<long> seeds,
        Dictionary<long, double> matches,
        Dictionary<long, List<(long Other, double Weight)>> links
    )
    {
        var sum = 0.0;
        foreach (var seed in seeds)
        {
            sum += matches[seed];
        }

        var rank = new Dictionary<long, double>();
        for (var round = 0; round < Rounds; round++)
        {
            var next = new Dictionary<long, double>();
            foreach (var seed in seeds)
            {
                next[seed] = (round == 0 ? 1 : Restart) * matches[seed] / sum;
            }

            foreach (var (id, share) in rank)
            {
                var ways = links.GetValueOrDefault(id) ?? [];
                var all = 0.0;
                foreach (var (_, weight) in ways)
                {
                    all += weight;
                }

                foreach (var (other, weight) in ways)
                {
                    next[other] = next.GetValueOrDefault(other) + ((1 - Restart) * share * weight / all);
                }
            }

            rank = next;
        }

        var most = 0.0;
        foreach (var share in rank.Values)
        {
            most = Math.Max(most, share);
        }

        foreach (var id in new List<long>(rank.Keys))
        {
            rank[id] /= most;
        }

        return rank;
    }

    private static HashSet<string> NamesIn(string query)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mention in Mentions.Of(query, StatementType.Overview))
        {
            names.Add(mention.Name);
        }

        if (StatementNames.Leading(query, out _) is { } first)
        {
            names.Add(first);
        }

        return names;
    }
}
