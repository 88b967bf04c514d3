using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Search;

namespace Parley.Tools.BuiltIn;

/// <summary>Finds passages in the caller's own conversations.</summary>
internal sealed class SearchArchiveTool(ISearchIndex index) : ITool
{
    private const int Usual = 8;

    public string Name => "search_archive";

    public string Description =>
        "Searches every conversation the user has ever had with an AI, and gives the best passages with the ids of their conversations. "
        + "Use it when the user refers to something said before. Supports \"phrases\", -not, OR, prefix*, and filters such as "
        + "provider:claude, role:user, before:2025-01, after:2024-06.";

    public RawJson Parameters { get; } =
        ToolBox.Schema(
            """{"type":"object","properties":{"query":{"type":"string","minLength":1,"maxLength":1000,"description":"What to find"},"limit":{"type":"integer","minimum":1,"maximum":20,"description":"Passages at most, 8 without it"}},"required":["query"],"additionalProperties":false}"""u8
        );

    public async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var limit = JsonMembers.Whole(arguments, "limit") ?? Usual;
        var answer = await index.SearchAsync(
            new SearchRequest(
                caller.OwnerId,
                SearchQuery.Parse(arguments.GetProperty("query").GetString()!),
                Limit: limit,
                GroupByConversation: true
            ),
            ct
        );
        var text = new StringBuilder();
        foreach (var hit in answer.Hits)
        {
            if (hit.ConversationId is { } conversation)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"conversation {ConversationId.Format(conversation)} · {hit.Title ?? "untitled"} · {hit.Provider} · {ApiTime.Format(hit.CreatedAt) ?? "undated"}\n{hit.Snippet.Text}\n\n"
                );
            }
        }

        return text.Length > 0 ? text.ToString() : "Nothing was found.";
    }
}

/// <summary>Reads one of the caller's own conversations.</summary>
internal sealed class OpenConversationTool(ConversationStore conversations) : ITool
{
    private const int Messages = 50;

    public string Name => "open_conversation";

    public string Description =>
        "Reads messages of one of the user's own conversations, the newest 50 by default, by the id that search_archive gave.";

    public RawJson Parameters { get; } =
        ToolBox.Schema(
            """{"type":"object","properties":{"conversation_id":{"type":"string","description":"As search_archive gave it"},"offset":{"type":"integer","minimum":0,"maximum":100000,"description":"Messages to leave out, counted from the newest"}},"required":["conversation_id"],"additionalProperties":false}"""u8
        );

    public async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        var offset = JsonMembers.Whole(arguments, "offset") ?? 0;
        if (
            !Ids.TryParse(arguments.GetProperty("conversation_id").GetString(), IdKind.Conversation, out var id)
            || await conversations.ListMessagesAsync(
                caller,
                id,
                MessageOrderOf.PathBackwards,
                new PageRequest(Messages, null, offset, null),
                ct
            )
                is not { } page
        )
        {
            throw new ToolException("there is no such conversation");
        }

        var text = new StringBuilder();
        foreach (var message in page.Items.Reverse())
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{message.Role} · {message.CreatedAt ?? "undated"}\n{message.Content}\n\n"
            );
        }

        return text.ToString();
    }
}

/// <summary>Tells the time, which models do not know.</summary>
internal sealed class CurrentTimeTool(TimeProvider time) : ITool
{
    public string Name => "current_time";

    public string Description => "The date and time now, in UTC, with the day of the week.";

    public RawJson Parameters { get; } =
        ToolBox.Schema("""{"type":"object","properties":{},"additionalProperties":false}"""u8);

    public Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct) =>
        Task.FromResult(time.GetUtcNow().ToString("dddd, yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
}
