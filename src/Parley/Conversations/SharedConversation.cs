using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>What a link shows: words, and no id of anything here (S20).</summary>
/// <param name="SharedAt">Changes since are not in it.</param>
internal sealed record SharedConversation(
    string? Title,
    string SharedAt,
    string? ExpiresAt,
    IReadOnlyList<SharedMessage> Messages
);

/// <summary>A message that is shown.</summary>
internal sealed record SharedMessage(string Role, string? Model, string? CreatedAt, IReadOnlyList<SharedPart> Parts);

/// <summary>A part of it; of a file only its name.</summary>
/// <param name="Type">As parts of messages have it: text, code, thinking, tool_call, tool_result, image, audio, video, file, citation.</param>
internal sealed record SharedPart(
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url
);

/// <summary>A link: what it shows and for how long.</summary>
internal sealed record CreateShare : IRequestBody<CreateShare>
{
    public const int MostDays = 3650;
    public const int MostWords = 50;

    /// <summary>The path from the root to this message is shown; without it the active path.</summary>
    public string? MessageId { get; init; }

    /// <summary>When the link ends; without it only when it is revoked.</summary>
    public int? ExpiresInDays { get; init; }

    /// <summary>Another title than the conversation's.</summary>
    public string? Title { get; init; }

    /// <summary>What the model thought is shown too.</summary>
    public bool? Thinking { get; init; }

    /// <summary>Calls of tools and their results are shown too.</summary>
    public bool? Tools { get; init; }

    /// <summary>Names and words to be blacked out wherever they stand, in any case.</summary>
    public IReadOnlyList<string>? Redact { get; init; }

    public static JsonTypeInfo<CreateShare> Json => ConversationsJson.Default.CreateShare;

    public void Check(FieldChecks check)
    {
        check.Text("title", Title, TextLimits.Title);
        if (ExpiresInDays is < 1 or > MostDays)
        {
            check.Add("expires_in_days", $"must be 1 to {MostDays}");
        }

        if (Redact is { Count: > MostWords })
        {
            check.Add("redact", $"must not be more than {MostWords}");
            return;
        }

        for (var i = 0; i < Redact?.Count; i++)
        {
            check.Name($"redact[{i}]", Redact[i], TextLimits.ModelName);
        }
    }
}

/// <summary>A link, without the part that opens it.</summary>
/// <param name="Title">The conversation's now.</param>
/// <param name="MessageCount">What it shows.</param>
/// <param name="Ended">Its time is over.</param>
internal sealed record ShareView(
    string Id,
    string ConversationId,
    string? Title,
    string CreatedAt,
    string? ExpiresAt,
    long MessageCount,
    bool Ended
)
{
    /// <summary>The id inside, for cursors.</summary>
    [JsonIgnore]
    public long Number { get; init; }
}

/// <summary>A new link. Who has its path reads what it shows; it is in this answer and nowhere else.</summary>
/// <param name="Path">Of the page, behind this server's address.</param>
/// <param name="JsonPath">Of the same as JSON.</param>
internal sealed record NewShareView(ShareView Share, string Path, string JsonPath);
