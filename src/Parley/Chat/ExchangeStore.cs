using System.Text;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Problems;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>What a program asked a model, all messages of it, and what was answered.</summary>
internal sealed record Exchange(string Model, IReadOnlyList<ModelMessage> Asked, ModelMessage Answer)
{
    public ReadOnlyMemory<byte> Thinking { get; init; }

    /// <summary>The upstream's word for how the answer ended.</summary>
    public string? Finish { get; init; }

    /// <summary>What it used; null where that is not known.</summary>
    public SpentTokens? Spent { get; init; }

    /// <summary>Complete, or interrupted where the answer broke off or its reader left.</summary>
    public MessageStatus Status { get; init; }
}

/// <summary>
/// Stores exchanges of programs as conversations. A program that talks sends all that was said with each question: the
/// conversation is found again by it, and only what is new is added; what was said before but answered otherwise becomes
/// a branch. Thread-safe.
/// </summary>
internal sealed class ExchangeStore(Db db, ConversationEdits conversations, OwnMessages messages)
{
    /// <summary>New messages of one exchange: one write holds them.</summary>
    public const int Most = 500;

    private const int LongestTitle = 80;

    /// <param name="space">By name; null for the default one.</param>
    /// <returns>The conversation.</returns>
    /// <exception cref="ProblemException">It has too many new messages, or its owner has written as many as they may.</exception>
    public Task<long> AddAsync(Caller caller, Exchange exchange, string? space, CancellationToken ct) =>
        db.WriteAsync(tx => Add(tx, caller.OwnerId, exchange, space), ct);

    private long Add(DbTransaction tx, long ownerId, Exchange exchange, string? space)
    {
        var said = exchange.Asked.SkipWhile(m => m.Role == ModelRole.System).ToList();
        var prompt = string.Join(
            "\n\n",
            exchange.Asked.Take(exchange.Asked.Count - said.Count).Select(m => Encoding.UTF8.GetString(m.Text.Span))
        );
        var chains = new List<byte[]>(said.Count);
        var chain = Encoding.UTF8.GetBytes($"{space}\n{prompt}");
        foreach (var message in said)
        {
            chains.Add(chain = ExchangeRows.Extend(chain, message));
        }

        var (conversationId, parent, known) = Known(tx, ownerId, chains);
        if (said.Count - known > Most)
        {
            throw new ProblemException(ProblemCodes.TooLarge, $"more than {Most} messages are new");
        }

        if (conversationId == 0)
        {
            conversationId = conversations.Create(
                tx,
                ownerId,
                new CreateConversation
                {
                    Title = Title(said),
                    Space = space,
                    Model = exchange.Model,
                    SystemPrompt = prompt,
                }
            );
        }

        for (var i = known; i < said.Count; i++)
        {
            parent = AddMessage(tx, ownerId, conversationId, said[i], Draft(said[i], exchange.Model), parent);
            ExchangeRows.Add(tx, ownerId, chains[i], conversationId, parent.Value);
        }

        var answer = Draft(exchange.Answer, exchange.Model);
        answer.Status = exchange.Status;
        answer.Finish = exchange.Finish;
        answer.Extras = Extras(tx, exchange.Spent);
        var id = AddMessage(tx, ownerId, conversationId, exchange.Answer, answer, parent, exchange.Thinking);
        ExchangeRows.Add(tx, ownerId, ExchangeRows.Extend(chain, exchange.Answer), conversationId, id);
        return conversationId;
    }

    private static byte[] Extras(DbTransaction tx, SpentTokens? spent) =>
        spent is null
            ? []
            : new AnswerExtras(PriceTable.CostOf(tx, spent), null, null, UsageView.Of(spent.Usage), null).ToUtf8();

    /// <summary>The longest beginning that is stored already.</summary>
    private static (long ConversationId, long? Parent, int Count) Known(
        DbSession session,
        long ownerId,
        List<byte[]> chains
    )
    {
        for (var i = chains.Count - 1; i >= 0; i--)
        {
            if (ExchangeRows.Find(session, ownerId, chains[i]) is var (conversation, message))
            {
                return (conversation, message, i + 1);
            }
        }

        return (0, null, 0);
    }

    private static MessageDraft Draft(ModelMessage message, string model) =>
        new()
        {
            Role = message.Role switch
            {
                ModelRole.Assistant => Role.Assistant,
                ModelRole.System => Role.System,
                ModelRole.Tool => Role.Tool,
                _ => Role.User,
            },
            Model = message.Role == ModelRole.Assistant ? model : null,
        };

    private long AddMessage(
        DbTransaction tx,
        long ownerId,
        long conversationId,
        ModelMessage message,
        MessageDraft draft,
        long? parent,
        ReadOnlyMemory<byte> thinking = default
    )
    {
        using var arena = new Utf8Arena();
        if (!thinking.IsEmpty)
        {
            draft.Add(new PartDraft(PartKind.Thinking) { Text = thinking });
        }

        if (message.Role == ModelRole.Tool)
        {
            draft.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = message.ToolName,
                    CallId = message.CallId,
                    Text = message.Text,
                }
            );
        }
        else if (!message.Text.IsEmpty || (message.Calls.Count == 0 && message.Images.Count == 0))
        {
            draft.AddText(message.Text);
        }

        foreach (var image in message.Images)
        {
            // The bytes were the program's; what is kept is that there was a picture.
            draft.Add(
                new PartDraft(PartKind.Image)
                {
                    Attachment = new AttachmentDraft { MediaType = image.MediaType, Size = image.Bytes.Length },
                }
            );
        }

        foreach (var call in message.Calls)
        {
            draft.Add(
                new PartDraft(PartKind.ToolCall)
                {
                    Name = call.Name,
                    CallId = call.Id,
                    Text = call.Arguments,
                }
            );
        }

        var head = ConversationHead.Get(tx, ownerId, conversationId);
        return messages.Add(tx, head, draft, parent, arena, extraData: null);
    }

    private static string? Title(List<ModelMessage> said)
    {
        var first = said.Find(m => m.Role == ModelRole.User);
        var text = first is null ? "" : Encoding.UTF8.GetString(first.Text.Span).Trim();
        var line = text.Split('\n')[0].Trim();
        var end = Math.Min(line.Length, LongestTitle);
        end -= end > 0 && end < line.Length && char.IsHighSurrogate(line[end - 1]) ? 1 : 0;
        return line.Length == 0 ? null
            : end < line.Length ? line[..end].TrimEnd() + "…"
            : line;
    }
}
