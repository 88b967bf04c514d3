using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Search.Sqlite;

namespace Parley.Search;

/// <summary>Answers the requests that search, however they were put. Thread-safe.</summary>
internal sealed class SearchAnswers(ISearchIndex index, SubmittedQueries queries)
{
    public async Task<IResult> AnswerAsync(HttpContext http, SearchParameters asked)
    {
        if (asked.Request is not { } request)
            return new ProblemResult(
                ProblemCodes.Validation,
                string.Join("; ", asked.Errors.Select(e => $"{e.Field}: {e.Message}")),
                [.. asked.Errors]
            );
        var answer = await index.SearchAsync(request, http.RequestAborted);
        if (asked.Submitted)
            await queries.RecordAsync(request.OwnerId, asked.Query, http.RequestAborted);
        if (http.Features.Get<RequestTiming>() is { } timing)
        {
            timing.Add("rank", answer.RankTime);
            timing.Add("db", answer.ReadTime);
        }

        return TypedResults.Json(SearchResult.Of(answer, asked), SearchJson.Default.SearchResult);
    }
}
