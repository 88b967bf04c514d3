using System.Text.Json.Serialization.Metadata;
using Parley.Conversations;
using Parley.Kernel.Http;
using Parley.Tools;

namespace Parley.Chat;

/// <summary>A question to a model. A conversation that is not named is made.</summary>
internal sealed record AskRequest : IRequestBody<AskRequest>
{
    /// <summary>The question; Markdown.</summary>
    public string? Message { get; init; }

    /// <summary>
    /// Ids of files (<c>POST /api/files</c>) or of attachments that go with it, 16 at most: images as images, of anything
    /// else its text. They are kept with the question, whatever becomes of the files.
    /// </summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>The model that answers; without it the conversation's own, or the one of the settings.</summary>
    public string? ModelName { get; init; }
    public string? ConversationId { get; init; }

    /// <summary>The message the question follows; without it the end of the active path. An earlier one begins a branch.</summary>
    public string? ParentId { get; init; }

    /// <summary>Kept with a conversation that is made; in one that exists it holds for this answer.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>A built-in prompt or one's own, filled in with <c>variables</c>, in place of <c>system_prompt</c>.</summary>
    public string? TemplateId { get; init; }
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <summary>Name or id of the space of a conversation that is made.</summary>
    public string? Space { get; init; }

    /// <summary>How to sample: temperature, top_p, max_tokens, seed, stop, …; other fields go to the upstream as they are.</summary>
    public RawJson? Options { get; init; }

    /// <summary>Names of the tools the model may call while it answers; see <c>GET /api/tools</c>.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>
    /// What becomes of messages that no longer fit the model's window: drop, where nothing is said; or summarise, by the
    /// same model, in requests of their own that are charged like others. The event context says what was done.
    /// </summary>
    public string? Overflow { get; init; }

    /// <summary>Answer from passages of one's own conversations and documents; the event sources names them.</summary>
    public bool? UseRag { get; init; }

    /// <summary>Where use_rag looks, and how much it takes; without it everywhere.</summary>
    public RagRequest? Rag { get; init; }

    /// <summary>false: the model is told none of one's memories.</summary>
    public bool? UseMemories { get; init; }

    public static JsonTypeInfo<AskRequest> Json => ChatJson.Default.AskRequest;

    public void Check(FieldChecks check)
    {
        check.Text("message", Message, TextLimits.MessageText, required: true);
        if (Files is { Count: > QuestionFiles.Most } || Files?.Distinct().Count() < Files?.Count)
        {
            check.Add("files", $"must be {QuestionFiles.Most} at most, each once");
        }

        check.Text("model_name", ModelName, TextLimits.ModelName);
        check.Text("system_prompt", SystemPrompt, TextLimits.MessageText);
        ChatOptions.Check(check, Options);
        Overflows.Check(check, Overflow);
        RagRequest.CheckRag(check, UseRag, Rag);
        if (TemplateId is not null && SystemPrompt is not null)
        {
            check.Add("template_id", "stands in place of system_prompt: send one of the two");
        }

        if (Variables?.Values.Sum(v => (long)(v?.Length ?? 0)) > TextLimits.MessageText)
        {
            check.Add("variables", $"must not hold more than {TextLimits.MessageText} characters");
        }

        if (ParentId is not null && ConversationId is null)
        {
            check.Add("parent_id", "is a message of a conversation: send conversation_id too");
        }
    }
}

/// <summary>Another answer to the same question, or the rest of one that was cut.</summary>
internal sealed record AgainRequest : IRequestBody<AgainRequest>
{
    /// <inheritdoc cref="AskRequest.ModelName"/>
    public string? ModelName { get; init; }

    /// <summary>For this answer.</summary>
    public string? SystemPrompt { get; init; }

    /// <inheritdoc cref="AskRequest.Options"/>
    public RawJson? Options { get; init; }

    /// <inheritdoc cref="AskRequest.Tools"/>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <inheritdoc cref="AskRequest.Overflow"/>
    public string? Overflow { get; init; }

    /// <inheritdoc cref="AskRequest.UseRag"/>
    public bool? UseRag { get; init; }

    /// <inheritdoc cref="AskRequest.Rag"/>
    public RagRequest? Rag { get; init; }

    /// <inheritdoc cref="AskRequest.UseMemories"/>
    public bool? UseMemories { get; init; }

    public static JsonTypeInfo<AgainRequest> Json => ChatJson.Default.AgainRequest;

    public void Check(FieldChecks check)
    {
        check.Text("model_name", ModelName, TextLimits.ModelName);
        check.Text("system_prompt", SystemPrompt, TextLimits.MessageText);
        ChatOptions.Check(check, Options);
        Overflows.Check(check, Overflow);
        RagRequest.CheckRag(check, UseRag, Rag);
    }
}

/// <summary>What becomes of messages that no longer fit.</summary>
internal static class Overflows
{
    public const string Drop = "drop";
    public const string Summarise = "summarise";

    public static readonly string[] Names = [Drop, Summarise];

    public static void Check(FieldChecks check, string? overflow)
    {
        if (overflow is not null && !Names.Contains(overflow))
        {
            check.Add("overflow", $"must be one of {string.Join(", ", Names)}");
        }
    }
}

/// <summary>A person's answer to a tool that asks.</summary>
internal sealed record ConsentRequest : IRequestBody<ConsentRequest>
{
    public static readonly string[] Scopes = ["once", "conversation", "always"];

    /// <summary>Whether the call may be made.</summary>
    public bool? Allow { get; init; }

    /// <summary>
    /// How long a yes holds, as long as the tool stays as it is: once, where nothing is said; conversation; or always, for
    /// tools that only read.
    /// </summary>
    public string? Remember { get; init; }

    public static JsonTypeInfo<ConsentRequest> Json => ChatJson.Default.ConsentRequest;

    public void Check(FieldChecks check)
    {
        if (Allow is null)
        {
            check.Add("allow", "is required");
        }

        if (Remember is not null && !Scopes.Contains(Remember))
        {
            check.Add("remember", $"must be one of {string.Join(", ", Scopes)}");
        }
    }

    public ConsentScope Scope() => (ConsentScope)Math.Max(0, Array.IndexOf(Scopes, Remember));
}
