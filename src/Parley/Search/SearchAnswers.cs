using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Search.Sqlite;

namespace Parley.Search;

/// <summary>Answers the requests that search, however they were put. Thread-safe.</summary>
internal sealed class SearchAnswers(HybridSearch search, SubmittedQueries queries, SearchSessions sessions)
{
    public async Task<IResult> AnswerAsync(HttpContext http, SearchParameters asked)
    {
        if (asked.Request is not { } request)
            return new ProblemResult(
                ProblemCodes.Validation,
                string.Join("; ", asked.Errors.Select(e => $"{e.Field}: {e.Message}")),
                [.. asked.Errors]
            );
        var ct = http.RequestAborted;
        var answer = asked.Session is { } session
            ? await sessions.RunAsync(request.OwnerId, session, own => search.FindAsync(asked, request, own), ct)
            : await search.FindAsync(asked, request, ct);
        if (asked.Submitted)
            await queries.RecordAsync(request.OwnerId, asked.Query, ct);
        if (http.Features.Get<RequestTiming>() is { } timing)
        {
            timing.Add("rank", answer.RankTime);
            timing.Add("db", answer.ReadTime);
        }

        return new JsonAnswer<SearchResult>(SearchResult.Of(answer, asked), SearchJson.Default.SearchResult);
    }
}
