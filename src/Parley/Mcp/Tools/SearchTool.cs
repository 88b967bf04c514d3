using System.Globalization;
using System.Text.Json;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;
using Parley.Search;
using Parley.Tools;

namespace Parley.Mcp.Tools;

/// <summary>Finds what was said or written.</summary>
internal sealed class SearchTool(ISearchIndex index) : IAgentTool
{
    private const int Usual = 10;

    /// <summary>What the last line may take: where to go on.</summary>
    private const int Foot = 60;

    public string Name => "search";

    public string Title => "Search the archive";

    public string Description =>
        "Ranked full-text search over all of the user's conversations with any AI and their documents. Gives ids, titles, dates and the matching words. "
        + "The query takes \"phrases\", -not, OR, prefix* and filters like provider:claude role:user tag:work after:2025-01 before:2025-06.";

    public RawJson Input { get; } =
        ToolBox.Schema(
            """{"type":"object","properties":{"query":{"type":"string","minLength":1,"maxLength":1000},"limit":{"type":"integer","minimum":1,"maximum":50,"description":"hits a page, 10 without it"},"sort":{"enum":["relevance","newest"],"description":"relevance without it"},"cursor":{"type":"string","description":"from the page before"},"token_budget":{"type":"integer","minimum":200,"maximum":32000,"description":"2000 without it"}},"required":["query"],"additionalProperties":false}"""u8
        );

    public string Scope => KeyScopes.Search;

    public bool Writes => false;

    public async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var limit = JsonMembers.Whole(arguments, "limit") ?? Usual;
        var newest = arguments.TryGetProperty("sort", out var sort) && sort.ValueEquals("newest");
        var (cursor, skip) = Place(arguments);
        var answer = await index.SearchAsync(
            new SearchRequest(
                caller.OwnerId,
                SearchQuery.Parse(arguments.GetProperty("query").GetString()!),
                newest ? SearchSort.Newest : SearchSort.Relevance,
                limit + skip,
                Cursor: cursor
            ),
            ct
        );
        var text = Budget.Of(arguments);
        var shown = 0;
        foreach (var hit in answer.Hits.Skip(skip))
        {
            if (text.Left < Foot || !text.Add(Line(hit)))
            {
                break;
            }

            shown++;
        }

        if (shown == 0 && answer.Hits.Count <= skip)
        {
            return answer.Notes.Count > 0 ? $"Nothing was found: {answer.Notes[0]}" : "Nothing was found.";
        }

        if (shown + skip < answer.Hits.Count)
        {
            text.Add($"More: cursor {Next(arguments, skip + shown)}\n");
        }
        else if (answer.NextCursor is { } next)
        {
            text.Add($"More: cursor {next}\n");
        }

        return text.ToString();
    }

    private static string Line(SearchHit hit)
    {
        var place =
            hit.DocumentId is { } document ? $"document {FileId.Format(document)}"
            : hit.MessageId is { } message && hit.ConversationId is { } of
                ? $"conversation {ConversationId.Format(of)} at {MessageId.Format(message)}"
            : $"conversation {ConversationId.Format(hit.ConversationId ?? 0)}";
        var about = hit.Role is { } role ? $"{hit.Provider}, {Roles.Name(role)}" : hit.Provider;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{place}\n{hit.Title ?? "untitled"} ({about}, {ApiTime.Format(hit.CreatedAt)?[..10] ?? "undated"})\n{hit.Snippet.Text}\n\n"
        );
    }

    /// <summary>A page of which not all hits fitted is asked for again, and its first ones are left out.</summary>
    private static (SearchCursor? Cursor, int Skip) Place(JsonElement arguments)
    {
        if (!arguments.TryGetProperty("cursor", out var given))
        {
            return (null, 0);
        }

        var text = given.GetString()!;
        var mark = text.IndexOf('+', StringComparison.Ordinal);
        var skip = 0;
        if (
            mark >= 0
            && (
                !int.TryParse(text.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out skip)
                || skip > 50
            )
        )
        {
            throw new ToolException("cursor is none of this search");
        }

        var whole = mark < 0 ? text : text[..mark];
        return whole.Length == 0 ? (null, skip)
            : SearchCursor.TryParse(whole, out var cursor) ? (cursor, skip)
            : throw new ToolException("cursor is none of this search");
    }

    private static string Next(JsonElement arguments, int skip)
    {
        var before = arguments.TryGetProperty("cursor", out var given) ? given.GetString()!.Split('+')[0] : "";
        return string.Create(CultureInfo.InvariantCulture, $"{before}+{skip}");
    }
}
