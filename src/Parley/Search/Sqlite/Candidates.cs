using System.Diagnostics;
using Parley.Kernel;
using Parley.Sqlite;

namespace Parley.Search.Sqlite;

internal readonly record struct Candidate(long Id, float Score);

/// <summary>The matches of a plan that were walked, in the order of the answer, and how far the walk came.</summary>
internal sealed class Candidates
{
    private const string NewestSql =
        "SELECT rowid FROM search_index WHERE search_index MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC";
    private const string OldestSql =
        "SELECT rowid FROM search_index WHERE search_index MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid";

    private const string ScoredSql =
        "SELECT rowid, parley_score(search_index, ?4) FROM search_index WHERE search_index MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC";

    /// <summary>Where rows are filtered, matches looked at for each candidate wanted, at most.</summary>
    private const int WalkedPerCandidate = 10;

    private readonly DbSession _session;
    private readonly SearchPlan _plan;
    private readonly CancellationToken _ct;

    private Candidates(DbSession session, SearchPlan plan, CancellationToken ct)
    {
        _session = session;
        _plan = plan;
        _ct = ct;
    }

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [NewestSql, OldestSql, ScoredSql];

    public List<Candidate> Found { get; } = [];

    /// <summary>Matches walked behind those in <see cref="Found"/>.</summary>
    public int Counted { get; private set; }

    /// <summary>Whether every match was walked.</summary>
    public bool Complete { get; private set; }

    public bool TimedOut { get; private set; }

    /// <summary>Walks matches in order of time: the page first, then on for the count as long as that is cheap.</summary>
    /// <param name="needed">Matches the page needs.</param>
    /// <param name="keep">Matches to keep, at least <paramref name="needed"/>; further ones are only counted.</param>
    public static Candidates ByTime(
        DbSession session,
        SearchPlan plan,
        CandidateRows rows,
        bool newestFirst,
        int needed,
        int keep,
        SearchOptions options,
        CancellationToken ct
    )
    {
        var candidates = new Candidates(session, plan, ct);
        var began = Stopwatch.GetTimestamp();
        candidates.Walk(
            newestFirst ? NewestSql : OldestSql,
            null,
            (id, _) =>
            {
                var kept = candidates.Found.Count;
                if (kept < keep)
                {
                    if (rows.Find(id) is not null)
                        candidates.Found.Add(new Candidate(id, 0));
                }
                else if (rows.AllPass || rows.Find(id) is not null)
                {
                    candidates.Counted++;
                }

                return kept < needed
                    || (
                        kept + candidates.Counted < options.CountCap
                        && Stopwatch.GetElapsedTime(began) < options.CountTime
                    );
            }
        );
        return candidates;
    }

    /// <summary>Scores the newest matches and puts the best first.</summary>
    public static Candidates ByRelevance(
        DbSession session,
        SearchPlan plan,
        CandidateRows rows,
        long nowMs,
        SearchOptions options,
        CancellationToken ct
    )
    {
        var candidates = new Candidates(session, plan, ct);
        var walked = 0;
        candidates.Walk(
            ScoredSql,
            Ranking.Argument(plan.Match.Phrases, nowMs),
            (id, score) =>
            {
                if (rows.AllPass || rows.Find(id) is not null)
                    candidates.Found.Add(new Candidate(id, score));
                return candidates.Found.Count < options.CandidateCap
                    && ++walked < options.CandidateCap * WalkedPerCandidate;
            }
        );
        candidates.Found.Sort(static (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : b.Id.CompareTo(a.Id));
        return candidates;
    }

    /// <param name="visit">Takes a match; false ends the walk.</param>
    private void Walk(string sql, byte[]? argument, Func<long, float, bool> visit)
    {
        try
        {
            using var walk = _session.Query(sql);
            walk.BindText(1, _plan.Match.Utf8);
            walk.Bind(2, _plan.Range.First);
            walk.Bind(3, _plan.Range.Last);
            if (argument is not null)
                walk.BindBlob(4, argument);
            while (walk.Step())
            {
                if (!visit(walk.Int64(0), argument is null ? 0 : (float)walk.Double(1)))
                    return;
            }

            Complete = true;
        }
        catch (SqliteException failure) when (failure.IsInterrupt && !_ct.IsCancellationRequested)
        {
            TimedOut = true;
        }
    }
}
