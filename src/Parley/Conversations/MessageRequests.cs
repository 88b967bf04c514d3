using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>A message to add: text in <c>content</c>, or typed <c>parts</c> as answers spell them.</summary>
internal sealed record AddMessage : IRequestBody<AddMessage>
{
    /// <summary>user, assistant, system or tool.</summary>
    public string? Role { get; init; }
    public string? Content { get; init; }
    public RawJson? Parts { get; init; }

    /// <summary>The message it answers; without it the end of the active path.</summary>
    public string? ParentId { get; init; }
    public string? Model { get; init; }

    /// <summary>What the answer rests on; kept as citations: <c>title</c>, <c>url</c>, <c>text</c> and whatever else.</summary>
    public IReadOnlyList<RawJson>? Sources { get; init; }
    public bool? Hidden { get; init; }
    public RawJson? ExtraData { get; init; }

    public static JsonTypeInfo<AddMessage> Json => ConversationsJson.Default.AddMessage;

    public void Check(FieldChecks check)
    {
        if (Roles.Find(Role) is null)
        {
            check.Add("role", "must be user, assistant, system or tool");
        }

        MessageContents.Check(check, Content, Parts, required: true);
        MessageContents.CheckSources(check, Sources);
        check.Text("model", Model, TextLimits.ModelName);
        check.ExtraDataOf(ExtraData);
    }
}

/// <summary>
/// Changes to a message. New content makes a branch beside it, unless <c>in_place</c>; marks are changed where they are.
/// </summary>
internal sealed record ChangeMessage : IRequestBody<ChangeMessage>
{
    public string? Content { get; init; }
    public RawJson? Parts { get; init; }
    public bool? InPlace { get; init; }
    public bool? Favourite { get; init; }

    /// <summary>Whether models are told it with every question that comes after it on its path, however long that grows.</summary>
    public bool? Pinned { get; init; }

    /// <summary>All reactions from now on: an emoji or a word each.</summary>
    public IReadOnlyList<string>? Reactions { get; init; }
    public RawJson? ExtraData { get; init; }

    public static JsonTypeInfo<ChangeMessage> Json => ConversationsJson.Default.ChangeMessage;

    public bool HasContent => Content is not null || Parts is not null;

    public void Check(FieldChecks check)
    {
        MessageContents.Check(check, Content, Parts, required: false);
        MessageContents.CheckMarks(check, Reactions, ExtraData);
    }
}
