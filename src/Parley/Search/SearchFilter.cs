using System.Globalization;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Search;

internal enum SearchFilterKey
{
    Provider,
    Role,
    Model,
    Tag,
    Space,
    Conversation,
    Has,
    In,
    Before,
    After,
    Branch,
    Is,
}

/// <summary>
/// A filter of the query language or of a parameter. Several of <c>provider</c>, <c>role</c>, <c>model</c>, <c>space</c>,
/// <c>conversation</c> and <c>in</c> mean any of them; several of <c>tag</c>, <c>has</c>, <c>is</c> and the dates mean all of them.
/// </summary>
/// <param name="Value">Lower case for names that are matched without case; for dates empty, see <paramref name="Number"/>.</param>
/// <param name="Number">Unix milliseconds of a date, the id of a conversation.</param>
internal readonly record struct SearchFilter(SearchFilterKey Key, string Value, bool Negated = false, long Number = 0)
{
    private static readonly string[] HasValues = ["code", "attachment", "thinking", "tool"];
    private static readonly string[] Places = ["title", "prompt", "answer", "code", "tool", "thinking"];
    private static readonly string[] States = ["archived", "pinned", "starred", "hidden"];

    /// <summary>What the values of a key may be, for messages; <see langword="null"/> where any text may be one.</summary>
    public static string? Allowed(SearchFilterKey key) =>
        key switch
        {
            SearchFilterKey.Role => "user, assistant, system, tool",
            SearchFilterKey.Has => string.Join(", ", HasValues),
            SearchFilterKey.In => string.Join(", ", Places) + " or the id of a conversation",
            SearchFilterKey.Before or SearchFilterKey.After => "YYYY, YYYY-MM, YYYY-MM-DD or an ISO 8601 time",
            SearchFilterKey.Branch => "active, all",
            SearchFilterKey.Is => string.Join(", ", States),
            SearchFilterKey.Conversation => "the id of a conversation",
            _ => null,
        };

    public static SearchFilterKey? FindKey(ReadOnlySpan<char> name)
    {
        Span<char> lower = stackalloc char[16];
        if (name.ToLowerInvariant(lower) < 0)
            return null;
        return lower[..name.Length] switch
        {
            "provider" => SearchFilterKey.Provider,
            "role" => SearchFilterKey.Role,
            "model" => SearchFilterKey.Model,
            "tag" => SearchFilterKey.Tag,
            "space" => SearchFilterKey.Space,
            "conversation" => SearchFilterKey.Conversation,
            "has" => SearchFilterKey.Has,
            "in" => SearchFilterKey.In,
            "before" => SearchFilterKey.Before,
            "after" => SearchFilterKey.After,
            "branch" => SearchFilterKey.Branch,
            "is" => SearchFilterKey.Is,
            _ => null,
        };
    }

    /// <summary>The filter, or <see langword="null"/> where the value is none that the key knows.</summary>
    public static SearchFilter? Find(SearchFilterKey key, string value, bool negated)
    {
        if (value.Length == 0)
            return null;
        var lower = value.ToLowerInvariant();
        return key switch
        {
            SearchFilterKey.Role when Roles.Find(lower) is not null => new SearchFilter(key, lower, negated),
            SearchFilterKey.Has when HasValues.Contains(lower) => new SearchFilter(key, lower, negated),
            SearchFilterKey.Is when States.Contains(lower) => new SearchFilter(key, lower, negated),
            SearchFilterKey.Branch when lower is "active" or "all" => new SearchFilter(key, lower, negated),
            SearchFilterKey.In when Places.Contains(lower) => new SearchFilter(key, lower, negated),
            SearchFilterKey.In
            or SearchFilterKey.Conversation when Ids.TryParse(lower, IdKind.Conversation, out var id) =>
                new SearchFilter(SearchFilterKey.Conversation, lower, negated, id),
            SearchFilterKey.Before or SearchFilterKey.After when TryParseDate(value, out var ms) => new SearchFilter(
                key,
                "",
                negated,
                ms
            ),
            SearchFilterKey.Provider or SearchFilterKey.Model or SearchFilterKey.Tag or SearchFilterKey.Space =>
                new SearchFilter(key, lower, negated),
            _ => null,
        };
    }

    /// <summary>The first instant of a year, month or day, or an ISO 8601 time; UTC where none is said. In Unix milliseconds.</summary>
    public static bool TryParseDate(string text, out long unixMs)
    {
        string[] forms = ["yyyy", "yyyy-MM", "yyyy-MM-dd"];
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var known =
            DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, Utc, out var time)
            || (
                text.Length > 10
                && text[4] == '-'
                && text[10] is 'T' or 't' or ' '
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out time)
            );
        unixMs = known ? time.ToUnixTimeMilliseconds() : 0;
        return known;
    }
}
