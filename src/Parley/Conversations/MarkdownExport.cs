using System.Text;
using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>A conversation to read: a heading a message, its words as they are, thinking quoted, tools in fences.</summary>
internal static class MarkdownExport
{
    public static void Write(DbSession session, ConversationView conversation, ExportScope scope, Stream to)
    {
        using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true)
        {
            NewLine = "\n",
        };
        text.WriteLine($"# {Markdown.Heading(conversation.Title ?? "Untitled")}");
        text.WriteLine();
        foreach (var (name, value) in Facts(conversation))
        {
            text.WriteLine($"- {name}: {Markdown.Heading(value)}");
        }

        foreach (var message in Messages(session, conversation, scope))
        {
            text.WriteLine();
            text.WriteLine($"## {Heading(message)}");
            text.WriteLine();
            foreach (var block in Blocks(message))
            {
                text.WriteLine(block.Trim('\n'));
                text.WriteLine();
            }
        }
    }

    /// <summary>What is known of a conversation, for the top of a file.</summary>
    internal static IEnumerable<(string Name, string Value)> Facts(ConversationView conversation)
    {
        yield return ("From", conversation.Provider);
        if (conversation.Model is not null)
        {
            yield return ("Model", conversation.Model);
        }

        if (conversation.CreatedAt is not null)
        {
            yield return ("Created", conversation.CreatedAt);
        }

        if (conversation.UpdatedAt is not null)
        {
            yield return ("Updated", conversation.UpdatedAt);
        }

        if (conversation.Tags.Count > 0)
        {
            yield return ("Tags", string.Join(", ", conversation.Tags));
        }
    }

    internal static IEnumerable<MessageView> Messages(
        DbSession session,
        ConversationView conversation,
        ExportScope scope
    ) =>
        scope == ExportScope.Everything
            ? MessageReads.Walk(session, conversation.Key, MessageOrderOf.Tree)
            : MessageReads.Walk(session, conversation.Key, MessageOrderOf.Path).Where(m => !m.Hidden);

    internal static string Heading(MessageView message)
    {
        var speaker = message.Role switch
        {
            "user" => "User",
            "assistant" => "Assistant",
            "system" => "System",
            _ => "Tool",
        };
        var notes = new[]
        {
            message.Model,
            message.CreatedAt,
            message.Hidden ? "hidden" : null,
            message.Active ? null : "another branch",
        };
        var known = notes.Where(n => n is not null).ToList();
        return known.Count == 0 ? speaker : $"{speaker} ({string.Join(", ", known)})";
    }

    private static IEnumerable<string> Blocks(MessageView message)
    {
        if (message.Parts is not { } parts)
        {
            yield return message.Content.ToString();
            yield break;
        }

        using var document = JsonDocument.Parse(parts.Utf8, new JsonDocumentOptions { MaxDepth = 100_000 });
        foreach (var part in document.RootElement.EnumerateArray())
        {
            var read = new PartText(part);
            if (Block(read) is { Length: > 0 } block)
            {
                yield return block;
            }
        }
    }

    private static string Block(PartText part) =>
        part.Kind switch
        {
            PartKind.Text => part.Text,
            PartKind.Code => Markdown.Fence(part.Text, part.Name),
            PartKind.Thinking => Markdown.Quote("*Thinking:* " + part.Text),
            PartKind.ToolCall => $"*Tool call: {Markdown.LinkText(part.Name ?? "")}*\n\n"
                + Markdown.Fence(part.Text, null),
            PartKind.ToolResult => $"*Tool result{(part.IsError ? " (error)" : "")}:*\n\n"
                + Markdown.Fence(part.Text, null),
            PartKind.Citation =>
                $"- {Markdown.LinkText(part.Name ?? part.Url ?? "source")}{(part.Url is null ? "" : $" <{part.Url.Replace(">", "%3E", StringComparison.Ordinal)}>")}",
            PartKind.Unknown => Markdown.Fence(part.Text, "json"),
            _ => $"[{Markdown.LinkText(part.FileName ?? PartKinds.Name(part.Kind))}]"
                + (part.Text.Length > 0 ? "\n\n" + part.Text : ""),
        };
}
