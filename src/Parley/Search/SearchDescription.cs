using Parley.Kernel.Http;

namespace Parley.Search;

/// <summary>The parameters of a search as the published description states them; <see cref="SearchParameters"/> reads them.</summary>
internal static class SearchDescription
{
    public static readonly QueryParameter[] Parameters =
    [
        new(
            "q",
            "string",
            "What to find: words, \"phrases\", prefix*, -not, OR, and filters such as provider:claude in:title before:2025-01"
        ),
        new("query", "string", "The same as q"),
        new("sort", "string", "In which order") { Values = ["relevance", "newest", "oldest"], Default = "relevance" },
        new(
            "mode",
            "string",
            "By what to find. hybrid: by words, and among the hits of the first page up to ten that only meaning found (found_by), where the query is plain words, the order is relevance and there are vectors; total, facets and histogram are those of the words. semantic: the 200 nearest in meaning. The answer's mode says what was done"
        )
        {
            Values = ["hybrid", "text", "semantic"],
            Default = "hybrid",
        },
        new("group", "string", "conversation: one hit a conversation, its best")
        {
            Values = ["none", "conversation"],
            Default = "none",
        },
        new("facets", "string", "What to count over the matches; all on the first page")
        {
            Values = ["provider", "role", "model", "month", "none"],
            Repeats = true,
        },
        new(
            "histogram",
            "string",
            "Counts the matches by date (UTC); auto takes days, weeks, months or years by how far apart they are; ask with the first page"
        )
        {
            Values = ["auto", "day", "week", "month", "year", "none"],
            Default = "none",
        },
        new(
            "session",
            "string",
            $"Any name of at most {SearchSessions.MaxLength} characters, the same for each keystroke: the next search ends the one before, which answers 409 superseded"
        ),
        new("submitted", "boolean", "Not the search of a keystroke: the query is kept for suggestions"),
        new("limit", "integer", "Hits a page")
        {
            Min = 1,
            Max = PageRequest.MaxLimit,
            Default = "50",
        },
        new("cursor", "string", "next_cursor of the page before"),
        new("offset", "integer", "Hits to skip, in place of cursor") { Min = 0, Max = 100_000 },
        new("page", "integer", "Page number from 1, in place of cursor") { Min = 1, Max = 100_000 },
        new("page_size", "integer", "Hits of a numbered page") { Min = 1, Max = 100 },
        .. Enum.GetValues<SearchFilterKey>().Select(Filter),
    ];

    public static readonly QueryParameter[] SuggestParameters =
    [
        new("q", "string", "What is typed so far"),
        new("limit", "integer", "Suggestions of each kind at most")
        {
            Min = 1,
            Max = 50,
            Default = "8",
        },
    ];

    public static readonly QueryParameter[] SimilarParameters =
    [
        new("limit", "integer", "Messages at most")
        {
            Min = 1,
            Max = 50,
            Default = "10",
        },
        new("elsewhere", "boolean", "Only in other conversations"),
    ];

    private static QueryParameter Filter(SearchFilterKey key) =>
        new(key.ToString().ToLowerInvariant(), "string", Meaning(key))
        {
            Repeats = true,
            Values = key is SearchFilterKey.Role or SearchFilterKey.Has or SearchFilterKey.Branch or SearchFilterKey.Is
                ? SearchFilter.Allowed(key)!.Split(", ")
                : null,
            Format = key is SearchFilterKey.Conversation ? "uuid" : null,
        };

    private static string Meaning(SearchFilterKey key) =>
        key switch
        {
            SearchFilterKey.Provider => "chatgpt, claude, gemini, xai, zed, parley, …; any of them",
            SearchFilterKey.Role => "Who speaks; any of them",
            SearchFilterKey.Model => "Name of the model; any of them",
            SearchFilterKey.Tag => "Tag of the conversation; all of them",
            SearchFilterKey.Space => "Space of the conversation; any of them",
            SearchFilterKey.Conversation => "Only inside this conversation; any of them",
            SearchFilterKey.Has => "What the message holds; all of them",
            SearchFilterKey.In => "Where it stands: " + SearchFilter.Allowed(key),
            SearchFilterKey.Before => "Written before: " + SearchFilter.Allowed(key),
            SearchFilterKey.After => "Written at or after: " + SearchFilter.Allowed(key),
            SearchFilterKey.Branch => "active: only what is on the active path of its conversation",
            _ => "State of the conversation, or hidden of the message; all of them",
        };
}
