namespace Parley.Search.Matching;

/// <summary>A document on a page of an answer.</summary>
/// <param name="More">When grouped: further matches in the same conversation, as far as they were looked at.</param>
internal readonly record struct PageEntry(FoundDocument Document, int More);

/// <summary>The documents of one page, and whether there are more.</summary>
/// <param name="Groups">When grouped: all conversations, where all matches were looked at; else -1.</param>
internal sealed record FoundPage(IReadOnlyList<PageEntry> Entries, bool HasMore, int Groups)
{
    /// <summary>Grouped answers look at this many times the documents they show, then at more where that was not enough.</summary>
    private const int GroupSpread = 4;

    private const int MaxGrouped = 50_000;

    /// <param name="find">The best so many documents.</param>
    public static FoundPage Of(Matcher matcher, SearchRequest request, int skip, Func<int, List<FoundDocument>> find)
    {
        var needed = skip + request.Limit + 1;
        if (!request.GroupByConversation)
        {
            var found = find(needed);
            return new FoundPage(
                [.. found.Skip(skip).Take(request.Limit).Select(document => new PageEntry(document, 0))],
                found.Count > skip + request.Limit,
                -1
            );
        }

        for (var take = needed * GroupSpread; ; take *= GroupSpread)
        {
            var found = find(take);
            var groups = Group(found, matcher);
            var all = found.Count < take;
            if (groups.Count < needed && !all && take < MaxGrouped)
                continue;
            return new FoundPage(
                [.. groups.Skip(skip).Take(request.Limit)],
                groups.Count > skip + request.Limit,
                all ? groups.Count : -1
            );
        }
    }

    /// <summary>The best document of each conversation, in the order of the best; a project's documents stand for themselves.</summary>
    private static List<PageEntry> Group(List<FoundDocument> found, Matcher matcher)
    {
        var places = new Dictionary<long, int>();
        var groups = new List<PageEntry>();
        foreach (var document in found)
        {
            var reader = matcher.Segments[document.Segment].Reader;
            var conversation = reader.Conversation(reader.ConversationNumber(document.Number)).Id;
            if (places.TryGetValue(conversation, out var place))
            {
                groups[place] = groups[place] with { More = groups[place].More + 1 };
                continue;
            }

            places[conversation] = groups.Count;
            groups.Add(new PageEntry(document, 0));
        }

        return groups;
    }
}
