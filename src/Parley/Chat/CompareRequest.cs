using System.Text.Json.Serialization.Metadata;
using Parley.Conversations;
using Parley.Kernel.Http;

namespace Parley.Chat;

/// <summary>One question to several models.</summary>
internal sealed record CompareRequest : IRequestBody<CompareRequest>
{
    public const int Fewest = 2;
    public const int Most = 8;

    /// <inheritdoc cref="AskRequest.Message"/>
    public string? Message { get; init; }

    /// <inheritdoc cref="AskRequest.Files"/>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>The models that answer, from two to eight, each once.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Which of the models gives the answer that the active path ends at; the first, where nothing is said.</summary>
    public string? ActiveModel { get; init; }

    /// <inheritdoc cref="AskRequest.ConversationId"/>
    public string? ConversationId { get; init; }

    /// <inheritdoc cref="AskRequest.ParentId"/>
    public string? ParentId { get; init; }

    /// <inheritdoc cref="AskRequest.SystemPrompt"/>
    public string? SystemPrompt { get; init; }

    /// <inheritdoc cref="AskRequest.TemplateId"/>
    public string? TemplateId { get; init; }
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <inheritdoc cref="AskRequest.Space"/>
    public string? Space { get; init; }

    /// <inheritdoc cref="AskRequest.Options"/>
    public RawJson? Options { get; init; }

    /// <inheritdoc cref="AskRequest.Tools"/>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <inheritdoc cref="AskRequest.Overflow"/>
    public string? Overflow { get; init; }

    public static JsonTypeInfo<CompareRequest> Json => ChatJson.Default.CompareRequest;

    public void Check(FieldChecks check)
    {
        Question().Check(check);
        if (Models is not { Count: >= Fewest and <= Most } || Models.Distinct().Count() < Models.Count)
        {
            check.Add("models", $"must be {Fewest} to {Most} models, each once");
            return;
        }

        for (var i = 0; i < Models.Count; i++)
        {
            check.Name($"models[{i}]", Models[i], TextLimits.ModelName);
        }

        if (ActiveModel is not null && !Models.Contains(ActiveModel))
        {
            check.Add("active_model", "must be one of models");
        }
    }

    /// <summary>What all of them are asked.</summary>
    public AskRequest Question() =>
        new()
        {
            Message = Message,
            Files = Files,
            ConversationId = ConversationId,
            ParentId = ParentId,
            SystemPrompt = SystemPrompt,
            TemplateId = TemplateId,
            Variables = Variables,
            Space = Space,
            Options = Options,
            Tools = Tools,
            Overflow = Overflow,
        };
}

/// <summary>Answers to one question, each a turn of its own: followed, stopped and ended by itself.</summary>
/// <param name="QuestionId">The message they answer; stop all of them at <c>/api/conversations/{id}/messages/{question_id}/stop</c>.</param>
/// <param name="ActiveId">The answer that the active path ends at.</param>
/// <param name="Turns">As the models were asked for.</param>
internal sealed record Comparison(
    string ConversationId,
    string QuestionId,
    string ActiveId,
    IReadOnlyList<TurnView> Turns
);

/// <summary>The turns that were stopped, or had ended by themselves meanwhile.</summary>
internal sealed record StoppedTurns(IReadOnlyList<TurnView> Items);
