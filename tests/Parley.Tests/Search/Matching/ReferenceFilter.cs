using Parley.Kernel;
using Parley.Search;
using Parley.Search.Segments;

namespace Parley.Tests.Search.Matching;

/// <summary>What the tables say of a conversation.</summary>
internal sealed record ReferenceConversation(
    long Id,
    string Space,
    IReadOnlyList<string> Tags,
    bool Archived,
    bool Pinned,
    bool Starred,
    bool InBin
);

/// <summary>The filters of a query, asked of one document at a time.</summary>
internal sealed class ReferenceFilter(
    SearchQuery query,
    IReadOnlyDictionary<long, ReferenceConversation> conversations,
    IReadOnlyCollection<string> models
)
{
    public bool Passes(ReferenceDocument document)
    {
        var conversation = conversations.GetValueOrDefault(document.Conversation);
        if (conversation is { InBin: true } || (document.Kind is 0 or 5 && query.Filters.Any(OfMessagesOnly)))
            return false;
        foreach (var filters in query.Filters.GroupBy(filter => filter.Key))
        {
            var wanted = filters.Where(filter => !filter.Negated).ToList();
            var any =
                filters.Key
                is SearchFilterKey.Provider
                    or SearchFilterKey.Role
                    or SearchFilterKey.Model
                    or SearchFilterKey.Space
                    or SearchFilterKey.Conversation;
            var held = any ? wanted.Count == 0 || wanted.Exists(Has) : wanted.TrueForAll(Has);
            if (!held || filters.Any(filter => filter.Negated && filter.Key != SearchFilterKey.Branch && Has(filter)))
                return false;
        }

        return true;

        bool Has(SearchFilter filter) => Is(document, conversation, filter);
    }

    /// <summary>What is said of messages alone leaves out all else, negated or not.</summary>
    private static bool OfMessagesOnly(SearchFilter filter) =>
        filter.Key == SearchFilterKey.Has
        || filter is { Key: SearchFilterKey.Is, Value: "hidden" }
        || filter is { Key: SearchFilterKey.Branch, Value: "active", Negated: false };

    private bool Is(ReferenceDocument document, ReferenceConversation? conversation, SearchFilter filter) =>
        (filter.Key, filter.Value) switch
        {
            (SearchFilterKey.Provider, var name) => document.Provider == name,
            (SearchFilterKey.Role, var role) => document.Kind is > 0 and < 5
                && new[] { "user", "assistant", "system", "tool" }[document.Kind - 1] == role,
            (SearchFilterKey.Model, var name) => document.Kind is > 0 and < 5
                && (
                    models.Contains(name)
                        ? document.Model.Equals(name, StringComparison.OrdinalIgnoreCase)
                        : document.Model.StartsWith(name.TrimEnd('*'), StringComparison.OrdinalIgnoreCase)
                ),
            (SearchFilterKey.Tag, var tag) => conversation?.Tags.Contains(tag) == true,
            (SearchFilterKey.Space, var space) => conversation?.Space == space,
            (SearchFilterKey.Conversation, _) => document.Conversation == filter.Number,
            (SearchFilterKey.Has, "code") => (document.Flags & DocumentTraits.Code) != 0,
            (SearchFilterKey.Has, "attachment") => (document.Flags & DocumentTraits.Attachment) != 0,
            (SearchFilterKey.Has, "thinking") => (document.Flags & DocumentTraits.Thinking) != 0,
            (SearchFilterKey.Has, _) => (document.Flags & DocumentTraits.Tool) != 0,
            (SearchFilterKey.Before, _) => Ids.UnixMs(document.Id) < filter.Number,
            (SearchFilterKey.After, _) => Ids.UnixMs(document.Id) >= filter.Number,
            (SearchFilterKey.Branch, "active") => document.Active,
            (SearchFilterKey.Is, "archived") => conversation?.Archived == true,
            (SearchFilterKey.Is, "pinned") => conversation?.Pinned == true,
            (SearchFilterKey.Is, "starred") => conversation?.Starred == true,
            (SearchFilterKey.Is, _) => (document.Flags & DocumentTraits.Hidden) != 0,
            (SearchFilterKey.In, _) => !filter.Negated,
            _ => true,
        };
}
