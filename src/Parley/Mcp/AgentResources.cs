using System.Text.Json;
using Parley.Conversations;
using Parley.Documents;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Mcp;

/// <summary>
/// Documents and conversations as MCP has resources: <c>parley://documents/{id}</c> and
/// <c>parley://conversations/{id}</c>. Thread-safe.
/// </summary>
internal sealed class AgentResources(ConversationStore conversations, DocumentStore documents, PageReader reader)
{
    private const string Documents = "parley://documents/";
    private const string Conversations = "parley://conversations/";
    private const int PageSize = 100;

    /// <summary>Tokens of one resource, as they are counted: what is longer is read with the tool open.</summary>
    private const int Largest = 100_000;

    /// <summary>Documents first, then conversations, each the newest first.</summary>
    public async Task<ResourcePage> ListAsync(Caller caller, string? cursor, CancellationToken ct)
    {
        // A cursor names the list it is of by its first letter.
        if (cursor is null && !AgentRights.May(caller, KeyScopes.Documents, reads: true))
        {
            cursor = "c";
        }

        if (cursor is null or ['d', ..])
        {
            var first = new PageRequest(PageSize, cursor?[1..], 0, null);
            var page = await documents.ListAsync(caller.OwnerId, new DocumentFilter(null, null, null), first, ct);
            return new ResourcePage(
                [.. page.Items.Select(one => new Resource(Documents + one.Id, one.Name, one.Name, one.UpdatedAt))],
                page.NextCursor is { } more ? "d" + more : "c"
            );
        }

        if (!AgentRights.May(caller, KeyScopes.Conversations, reads: true))
        {
            return new ResourcePage([], null);
        }

        var rest = cursor.Length > 1 ? cursor[1..] : null;
        var list = await conversations.ListAsync(
            caller,
            new ConversationFilter(),
            new PageRequest(PageSize, rest, 0, null),
            ct
        );
        return new ResourcePage(
            [
                .. list.Items.Select(one => new Resource(
                    Conversations + one.Id,
                    one.Id,
                    one.Title ?? "untitled",
                    one.UpdatedAt
                )),
            ],
            list.NextCursor is { } next ? "c" + next : null
        );
    }

    /// <exception cref="McpException">There is no such resource.</exception>
    public async Task<ResourceText> ReadAsync(Caller caller, string uri, CancellationToken ct)
    {
        var id =
            uri.StartsWith(Documents, StringComparison.Ordinal) ? uri[Documents.Length..]
            : uri.StartsWith(Conversations, StringComparison.Ordinal) ? uri[Conversations.Length..]
            : "";
        var text = new Budget(Largest);
        try
        {
            await reader.ReadAsync(caller, id, null, text, ct);
        }
        catch (Parley.Tools.ToolException)
        {
            throw new McpException(McpException.InvalidParams, "Resource not found");
        }

        return new ResourceText(uri, text.ToString());
    }

    public static void WriteTemplates(Utf8JsonWriter json)
    {
        json.WriteStartArray("resourceTemplates"u8);
        foreach (
            var (uri, name) in (ReadOnlySpan<(string, string)>)
                [(Documents, "Document"), (Conversations, "Conversation")]
        )
        {
            json.WriteStartObject();
            json.WriteString("uriTemplate"u8, uri + "{id}");
            json.WriteString("name"u8, name);
            json.WriteString("mimeType"u8, "text/markdown"u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

/// <param name="Changed">When it was last changed; null: unknown.</param>
internal sealed record Resource(string Uri, string Name, string Title, string? Changed);

/// <summary>A page of resources.</summary>
internal sealed record ResourcePage(IReadOnlyList<Resource> Items, string? Next)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("resources"u8);
        foreach (var one in Items)
        {
            json.WriteStartObject();
            json.WriteString("uri"u8, one.Uri);
            json.WriteString("name"u8, one.Name);
            json.WriteString("title"u8, one.Title);
            json.WriteString("mimeType"u8, "text/markdown"u8);
            if (one.Changed is { } changed)
            {
                json.WriteStartObject("annotations"u8);
                json.WriteString("lastModified"u8, changed);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Next is { } next)
        {
            json.WriteString("nextCursor"u8, next);
        }
    }
}

/// <summary>What a resource says.</summary>
internal sealed record ResourceText(string Uri, string Text)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("contents"u8);
        json.WriteStartObject();
        json.WriteString("uri"u8, Uri);
        json.WriteString("mimeType"u8, "text/markdown"u8);
        json.WriteString("text"u8, Text);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
