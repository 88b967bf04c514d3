using System.Diagnostics;
using Parley.Kernel;

namespace Parley.Retrieval;

/// <summary>
/// Finds the passages that a question should be answered from: every lane names candidates at the same time, their scores
/// are put in one order, and what is best is read, cut and packed until the budget is spent. A lane that fails drops out
/// and is reported; the others answer. Thread-safe.
/// </summary>
internal sealed class Retriever(Db db, TextLane text, SemanticLane semantic)
{
    /// <summary>Candidates of each lane.</summary>
    private const int Depth = 100;

    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(2);

    public async Task<RetrievedPassages> FindAsync(RetrievalQuestion question, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var scope = await db.ReadAsync(session => RetrievalScope.Of(session, question), ReadLimit, ct);
        var words =
            question.Mode == RetrievalMode.Semantic
                ? LaneAnswer.None
                : text.FindAsync(question, scope.Documents, Depth, ct);
        var meant =
            question.Mode == RetrievalMode.Text ? LaneAnswer.None : semantic.FindAsync(question, scope, Depth, ct);
        await Task.WhenAll(words, meant);
        var (named, near) = (await words, await meant);
        var weight = question.Mode switch
        {
            RetrievalMode.Text => 0,
            RetrievalMode.Semantic => 1,
            // Where nothing is known of meanings, words are all there is.
            _ => near.Hits.Count == 0 ? 0 : Fusion.SemanticWeight,
        };
        var candidates = Fusion.Fuse(named.Hits, near.Hits, weight);
        var ranked = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        var passages =
            candidates.Count == 0
                ? []
                : await db.ReadAsync(session => Pack(session, question, candidates), ReadLimit, ct);
        return new RetrievedPassages(
            passages,
            [.. new[] { named.Report, near.Report }.OfType<LaneReport>()],
            ranked,
            Stopwatch.GetElapsedTime(began)
        );
    }

    private static IReadOnlyList<Passage> Pack(
        DbSession session,
        RetrievalQuestion question,
        List<Candidate> candidates
    )
    {
        var reader = new PassageReader(session, question);
        var packing = new Packing(question.Limit, question.TokenBudget);
        foreach (var candidate in candidates)
        {
            if (packing.IsFull)
            {
                break;
            }

            if (reader.Read(candidate) is { } passage)
            {
                packing.Add(passage);
            }
        }

        return packing.Chosen;
    }
}
