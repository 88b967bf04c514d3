using System.Diagnostics;
using System.Text;
using Parley.Kernel;
using Parley.Search.Matching;

namespace Parley.Search.Sqlite;

/// <summary>Finds messages by the telling words of another one, which is asked as a question, within one session.</summary>
internal sealed class SimilarMessages(DbSession session, IndexView view, SearchOptions options, TimeProvider time)
{
    /// <summary>The share of the weight of the words that a similar message must hold.</summary>
    private const float RequiredShare = 0.25f;

    /// <summary>The messages, or <see langword="null"/> where there is no such message.</summary>
    public SimilarAnswer? Find(SimilarRequest request, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var rows = new HitRows(session, request.OwnerId);
        if (rows.Find(request.MessageId) is not { Role: { } role, Conversation: { } conversation })
            return null;
        var fields = new MessageFields();
        StoredTexts.ReadMessage(session, request.MessageId, role, fields);
        var terms = TellingTerms.Of(fields, view);
        var work = new SearchWork(options.WorkLimit, options.TimeLimit, ct);
        var query = new MatchQuery
        {
            Wanted = [.. terms.Select(term => new MatchGroup([new MatchAtom([], [term.Term], term.Weight)]))],
            Required = RequiredShare * terms.Sum(term => term.Weight),
            Filter = Filter(request, conversation.Id),
        };
        var found =
            terms.Count == 0
                ? []
                : new Matcher(query, view, work).ByScore(
                    request.Limit,
                    new Recency(time.GetUtcNow().ToUnixTimeMilliseconds()),
                    (_, _, id) => id != request.MessageId
                );
        var ranked = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        var reader = new HitReader(
            session,
            rows,
            [.. terms.Select(term => new AtomTerms([term.Term.Bytes], term.Surface, null, null))]
        );
        return new SimilarAnswer(
            [.. found.Select(document => reader.Read(document, more: 0)).OfType<SearchHit>()],
            [.. terms.Select(term => Encoding.UTF8.GetString(term.Surface))],
            work.Cut,
            ranked,
            Stopwatch.GetElapsedTime(began)
        );
    }

    private DocumentFilter Filter(SimilarRequest request, long conversation)
    {
        List<SearchFilter> filters = request.Elsewhere
            ? [new SearchFilter(SearchFilterKey.Conversation, "", Negated: true, conversation)]
            : [];
        var search = new SearchRequest(request.OwnerId, new SearchQuery([], filters, []));
        return RequestFilter.Of(session, search).ToDocuments(view, (0, long.MaxValue)) with
        {
            Kinds = DocumentFilter.Messages,
        };
    }
}
