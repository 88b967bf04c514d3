using System.Text.Json;
using Parley.Chat;
using Parley.Identity;
using Parley.Kernel.Http;

namespace Parley.Mcp;

/// <summary>The built-in prompts and those of one's own, as MCP has prompts: named by their ids. Thread-safe.</summary>
internal sealed class AgentPrompts(PromptBook prompts)
{
    /// <summary>Own prompts of a page; the built-in ones are on the first.</summary>
    private const int PageSize = 100;

    public async Task<Action<Utf8JsonWriter>> ListAsync(Caller caller, string? cursor, CancellationToken ct)
    {
        var own = MayRead(caller)
            ? await prompts.ListAsync(caller.OwnerId, new PageRequest(PageSize, cursor, 0, null), ct)
            : new Page<NamedPrompt>([], 0, null);
        return json =>
        {
            json.WriteStartArray("prompts"u8);
            if (cursor is null)
            {
                foreach (var one in PromptBook.BuiltIn)
                {
                    Write(json, one);
                }
            }

            foreach (var one in own.Items)
            {
                Write(json, one);
            }

            json.WriteEndArray();
            if (own.NextCursor is { } next)
            {
                json.WriteString("nextCursor"u8, next);
            }
        };
    }

    /// <exception cref="Parley.Kernel.Problems.ProblemException">There is none of that name.</exception>
    public async Task<Action<Utf8JsonWriter>> FillAsync(Caller caller, McpRequest request, CancellationToken ct)
    {
        var name = request.Text("name") ?? "";
        if (!MayRead(caller) && !PromptBook.BuiltIn.Any(one => one.Id == name))
        {
            throw new McpException(McpException.InvalidParams, "there is no such prompt");
        }

        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        if (
            request.Params.TryGetProperty("arguments", out var arguments)
            && arguments.ValueKind == JsonValueKind.Object
        )
        {
            foreach (var one in arguments.EnumerateObject())
            {
                given[one.Name] = one.Value.ValueKind == JsonValueKind.String ? one.Value.GetString()! : "";
            }
        }

        var text = await prompts.FillAsync(caller.OwnerId, name, given, ct);
        return json =>
        {
            json.WriteStartArray("messages"u8);
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            json.WriteStartObject("content"u8);
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        };
    }

    private static bool MayRead(Caller caller) => AgentRights.May(caller, KeyScopes.Chat, reads: true);

    private static void Write(Utf8JsonWriter json, NamedPrompt prompt)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, prompt.Id);
        json.WriteString("title"u8, prompt.Title);
        json.WriteString("description"u8, prompt.Category);
        json.WriteStartArray("arguments"u8);
        foreach (var variable in prompt.Variables)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, variable);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
