using System.Text;
using System.Text.Json;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>
/// Gives a conversation that has none a title, after its first answer and beside everything else: by the model that
/// answered, or where that fails by the first line of the question. A title a person gave meanwhile stays.
/// </summary>
internal sealed class TitleWriter(
    Db db,
    ModelRouter models,
    AsideQuestions asides,
    ChatSettings settings,
    MessageWriter writer,
    EventBus events,
    TimeProvider time
) : IJobHandler
{
    public const string JobKind = "chat-title";

    private const int QuestionCharacters = 2_000;
    private const int LongestTitle = 100;
    private const int AnswerTokens = 1_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public string Kind => JobKind;

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken ct)
    {
        if (await db.ReadAsync(session => Read(session, job.OwnerId, job.SubjectId), ct) is not { } opening)
        {
            return JobOutcome.Done;
        }

        var title = settings.Titles ? await AskAsync(job.OwnerId, opening, ct) : null;
        title ??= FirstLine(opening.Question);
        if (title.Length > 0)
        {
            await db.WriteAsync(tx => Give(tx, job, title), ct);
        }

        return JobOutcome.Done;
    }

    /// <summary>Null where the model gave nothing that could be a title.</summary>
    private async Task<string?> AskAsync(long ownerId, Opening opening, CancellationToken ct)
    {
        if (opening.Model is null || await models.FindAsync(new Caller(ownerId), opening.Model, ct) is not { } route)
        {
            return null;
        }

        var answer = await asides.AskAsync(ownerId, route, Request(opening), Limit, LongestTitle * 8, ct);
        return Clean(answer.Text);
    }

    private static ModelRequest Request(Opening opening) =>
        new()
        {
            Model = opening.Model!,
            Messages =
            [
                new ModelMessage(ModelRole.System)
                {
                    Text = Encoding.UTF8.GetBytes(
                        "Write a title of at most six words for the conversation that begins with the user's message, "
                            + "in the message's own language. Answer with the title alone: no quotes, no full stop."
                    ),
                },
                new ModelMessage(ModelRole.User) { Text = Encoding.UTF8.GetBytes(opening.Question) },
            ],
            Options = new ModelOptions
            {
                Temperature = 0.2,
                MaxTokens = AnswerTokens,
                ReasoningEffort = null,
            },
        };

    private void Give(DbTransaction tx, Job job, string title)
    {
        if (
            ConversationHead.Find(tx, job.OwnerId, job.SubjectId) is not { InBin: false } head
            || !string.IsNullOrEmpty(head.Title)
        )
        {
            return;
        }

        new ConversationChange(
            tx,
            head,
            new ChangeConversation { Title = title },
            writer,
            ApiTime.Micros(time.GetUtcNow())
        ).Run();
        tx.OnCommitted(() => events.Publish(new TitleGiven(job.OwnerId, job.SubjectId, title)));
    }

    /// <summary>Null where there is a title already, or nothing to make one of.</summary>
    private static Opening? Read(DbSession session, long ownerId, long conversationId)
    {
        if (
            ConversationHead.Find(session, ownerId, conversationId) is not { InBin: false } head
            || !string.IsNullOrEmpty(head.Title)
        )
        {
            return null;
        }

        string? question = null;
        string? model = null;
        foreach (var message in MessageReads.Walk(session, conversationId, MessageOrderOf.Path))
        {
            if (message is { Role: "user", Hidden: false })
            {
                question ??= Words(message);
            }

            model ??= message.Role == "assistant" ? message.Model : null;
            if (question is not null && model is not null)
            {
                break;
            }
        }

        return string.IsNullOrWhiteSpace(question)
            ? null
            : new Opening(question.Length > QuestionCharacters ? question[..QuestionCharacters] : question, model);
    }

    /// <summary>What was said, without the names of the files that go with it.</summary>
    private static string Words(MessageView message)
    {
        if (message.Parts is not { } parts)
        {
            return message.Content.ToString();
        }

        using var document = JsonDocument.Parse(parts.Utf8);
        var words = new StringBuilder();
        foreach (var element in document.RootElement.EnumerateArray())
        {
            if (new PartText(element) is { Kind: PartKind.Text } part)
            {
                words.Append(part.Text).Append('\n');
            }
        }

        return words.ToString();
    }

    internal static string? Clean(string answer)
    {
        var line = FirstLine(answer).Trim('"', '\'', '*', '#', ' ', '“', '”', '«', '»', '`');
        if (line.StartsWith("Title:", StringComparison.OrdinalIgnoreCase))
        {
            line = line["Title:".Length..].Trim(' ', '"', '*');
        }

        line = line.TrimEnd('.');
        return line.Length is 0 ? null : line;
    }

    internal static string FirstLine(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.Length > 0)
            {
                return trimmed.Length <= LongestTitle ? trimmed.ToString() : Cut(trimmed);
            }
        }

        return "";
    }

    /// <summary>At a blank where there is one, and never between the halves of a character.</summary>
    private static string Cut(ReadOnlySpan<char> line)
    {
        var end = line[..LongestTitle].LastIndexOf(' ');
        end = end < LongestTitle / 2 ? LongestTitle : end;
        end -= char.IsHighSurrogate(line[end - 1]) ? 1 : 0;
        return string.Concat(line[..end].TrimEnd(), "…");
    }

    private sealed record Opening(string Question, string? Model);
}

/// <summary>News: a conversation was given a title.</summary>
internal sealed record TitleGiven(long OwnerId, long ConversationId, string Title);
