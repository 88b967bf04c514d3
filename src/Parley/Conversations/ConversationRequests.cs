using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Sizes of what a caller may write (security.md section 6).</summary>
internal static class TextLimits
{
    public const int Title = 500;
    public const int Name = 100;
    public const int ModelName = 200;
    public const int MessageText = 1_000_000;
    public const int Tags = 50;
    public const int ExtraData = 64 * 1024;

    /// <summary>A caller's own JSON is an object, and not a second message text.</summary>
    public static void ExtraDataOf(this FieldChecks check, RawJson? value)
    {
        if (value is { } json && (json.Utf8.Span[0] != (byte)'{' || json.Utf8.Length > ExtraData))
        {
            check.Add("extra_data", $"must be an object of at most {ExtraData / 1024} KiB");
        }
    }

    public static void TagNames(this FieldChecks check, IReadOnlyList<string?>? tags)
    {
        if (tags is { Count: > Tags })
        {
            check.Add("tags", $"must not be more than {Tags}");
            return;
        }

        for (var i = 0; i < tags?.Count; i++)
        {
            check.Name($"tags[{i}]", tags[i], Name);
        }
    }
}

/// <summary>A new conversation. The space is made when there is none of that name.</summary>
internal sealed record CreateConversation : IRequestBody<CreateConversation>
{
    public string? Title { get; init; }
    public string? Space { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    public string? Model { get; init; }
    public string? SystemPrompt { get; init; }

    /// <summary>Id of the folder.</summary>
    public string? Folder { get; init; }
    public RawJson? ExtraData { get; init; }

    public static JsonTypeInfo<CreateConversation> Json => ConversationsJson.Default.CreateConversation;

    public void Check(FieldChecks check)
    {
        check.Text("title", Title, TextLimits.Title);
        check.TagNames(Tags);
        check.Text("model", Model, TextLimits.ModelName);
        check.Text("system_prompt", SystemPrompt, TextLimits.MessageText);
        check.ExtraDataOf(ExtraData);
        if (Space is not null)
        {
            check.Name("space", Space, TextLimits.Name);
        }
    }
}

/// <summary>Changes to a conversation: what is absent stays; an empty text clears.</summary>
internal sealed record ChangeConversation : IRequestBody<ChangeConversation>
{
    public string? Title { get; init; }
    public string? Space { get; init; }

    /// <summary>Id of the folder; empty takes it out of its folder.</summary>
    public string? Folder { get; init; }

    /// <summary>All of its tags from now on.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
    public string? Model { get; init; }
    public string? SystemPrompt { get; init; }
    public bool? Pinned { get; init; }
    public bool? Starred { get; init; }
    public bool? Archived { get; init; }

    /// <summary>Id of the message the active path is to end at.</summary>
    public string? ActiveLeaf { get; init; }
    public RawJson? ExtraData { get; init; }

    /// <summary>Holds only what those may change whom the owner lets write: what the conversation is, not where its owner keeps it.</summary>
    /// <exception cref="ProblemException">403.</exception>
    public void RequireOfMany()
    {
        if (
            (Space ?? Folder) is not null
            || Tags is not null
            || (Pinned ?? Starred ?? Archived) is not null
            || ExtraData is not null
        )
        {
            throw new ProblemException(
                ProblemCodes.Forbidden,
                "only its owner changes space, folder, tags, extra_data, pinned, starred and archived"
            );
        }
    }

    public static JsonTypeInfo<ChangeConversation> Json => ConversationsJson.Default.ChangeConversation;

    public void Check(FieldChecks check)
    {
        check.Text("title", Title, TextLimits.Title);
        check.TagNames(Tags);
        check.Text("model", Model, TextLimits.ModelName);
        check.Text("system_prompt", SystemPrompt, TextLimits.MessageText);
        check.ExtraDataOf(ExtraData);
        if (Space is not null)
        {
            check.Name("space", Space, TextLimits.Name);
        }
    }
}

/// <summary>A copy of a conversation.</summary>
internal sealed record ForkConversation : IRequestBody<ForkConversation>
{
    /// <summary>The path from the root to this message is copied; without it the active path.</summary>
    public string? MessageId { get; init; }

    /// <summary>Every branch is copied.</summary>
    public bool? Tree { get; init; }
    public string? Title { get; init; }

    public static JsonTypeInfo<ForkConversation> Json => ConversationsJson.Default.ForkConversation;

    public void Check(FieldChecks check)
    {
        check.Text("title", Title, TextLimits.Title);
        if (Tree == true && MessageId is not null)
        {
            check.Add("message_id", "is a path, and tree asks for all of them: send one of the two");
        }
    }
}

/// <summary>Archives, or takes out of the archive.</summary>
internal sealed record ArchiveConversation : IRequestBody<ArchiveConversation>
{
    public bool? Archived { get; init; }

    public static JsonTypeInfo<ArchiveConversation> Json => ConversationsJson.Default.ArchiveConversation;

    public void Check(FieldChecks check) { }
}
