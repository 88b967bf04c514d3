using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Takes down what a link is to show, in one read.</summary>
internal sealed class ShareSnapshot(DbSession session, ConversationHead head, CreateShare wanted)
{
    /// <summary>Bytes of text that a link shows at most: each visit sends them to somebody unsigned.</summary>
    private const long MostBytes = 4 * 1024 * 1024;

    private const string Black = "███";

    private long bytes;

    /// <exception cref="ProblemException">400 for a message that is not of this conversation, and where nothing is left to show; 413.</exception>
    public SharedConversation Take(string now, string? expires)
    {
        var messages = new List<SharedMessage>();
        foreach (var message in Path())
        {
            if (!message.Hidden && message.Role != Roles.Name(Role.System) && Parts(message) is { Count: > 0 } parts)
            {
                messages.Add(new SharedMessage(message.Role, message.Model, message.CreatedAt, parts));
            }
        }

        return messages.Count > 0
            ? new SharedConversation(Redacted(wanted.Title ?? head.Title), now, expires, messages)
            : throw new ProblemException(ProblemCodes.Validation, "there is nothing on that path to show");
    }

    private IEnumerable<MessageView> Path()
    {
        if (wanted.MessageId is null)
        {
            return MessageReads.Walk(session, head.Id, MessageOrderOf.Path);
        }

        var path = new HashSet<string>(StringComparer.Ordinal);
        var next = Ids.TryParse(wanted.MessageId, IdKind.Message, out var id) ? id : (long?)null;
        while (next is { } at && Parent(at) is { } found && path.Add(MessageId.Format(at)))
        {
            next = found.Parent;
        }

        return path.Count > 0
            ? MessageReads.Walk(session, head.Id, MessageOrderOf.Tree).Where(m => path.Contains(m.Id))
            : throw QueryReader.Invalid("message_id", "is no message of this conversation");
    }

    private Found? Parent(long id)
    {
        using var row = session.Query("SELECT parent_id FROM messages WHERE id = ?1 AND conversation_id = ?2");
        return row.Bind(1, id).Bind(2, head.Id).Step() ? new Found(row.Int64OrNull(0)) : null;
    }

    /// <summary>A message that is there, and what it answers.</summary>
    private sealed record Found(long? Parent);

    private List<SharedPart> Parts(MessageView message)
    {
        var shown = new List<SharedPart>();
        if (message.Parts is not { } parts)
        {
            Add(shown, PartKind.Text, message.Content.ToString(), null, null);
            return shown;
        }

        using var document = JsonDocument.Parse(parts.Utf8, new JsonDocumentOptions { MaxDepth = 100_000 });
        foreach (var element in document.RootElement.EnumerateArray())
        {
            var part = new PartText(element);
            if (IsShown(part.Kind))
            {
                Add(shown, part.Kind, part.Text, part.FileName ?? part.Name, part.Url);
            }
        }

        return shown;
    }

    /// <summary>What is not known may hold anything, ids and paths too.</summary>
    private bool IsShown(PartKind kind) =>
        kind switch
        {
            PartKind.Thinking => wanted.Thinking == true,
            PartKind.ToolCall or PartKind.ToolResult => wanted.Tools == true,
            _ => kind != PartKind.Unknown,
        };

    private void Add(List<SharedPart> to, PartKind kind, string text, string? name, string? url)
    {
        if (text.Length == 0 && kind is PartKind.Text or PartKind.Thinking)
        {
            return;
        }

        bytes += text.Length + (name?.Length ?? 0) + (url?.Length ?? 0);
        if (bytes > MostBytes)
        {
            throw new ProblemException(
                ProblemCodes.TooLarge,
                $"a link shows at most {MostBytes >> 20} MiB of text: share a shorter path, by message_id"
            );
        }

        // An address of ours, or one that carries its own bytes, is of no use to who reads.
        var outside = url is not null && IsWeb(url) ? url : null;
        to.Add(
            new SharedPart(
                PartKinds.Name(kind),
                text.Length > 0 ? Redacted(text) : null,
                Redacted(name),
                Redacted(outside)
            )
        );
    }

    private static bool IsWeb(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private string? Redacted(string? text)
    {
        foreach (var word in wanted.Redact ?? [])
        {
            text = text?.Replace(word.Trim(), Black, StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }
}
