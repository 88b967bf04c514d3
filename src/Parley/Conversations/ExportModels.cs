using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>
/// The JSON export of one conversation, version 1.0: written by <see cref="JsonExport"/>, taken back by
/// <see cref="ExportReturn"/>. Ids in it only tie its messages together; new ones are given on the way back (S34).
/// </summary>
internal sealed record ExportedConversation : IRequestBody<ExportedConversation>
{
    public const string CurrentVersion = "1.0";

    /// <summary>Messages the route takes; more go through the import, which reads from disk.</summary>
    public const int MostMessages = 1_000;

    public string? Version { get; init; }
    public string? Generator { get; init; }
    public string? ExportedAt { get; init; }
    public string? Id { get; init; }
    public string? Title { get; init; }
    public string? Provider { get; init; }
    public string? Account { get; init; }
    public string? SourceId { get; init; }
    public string? Model { get; init; }
    public string? Space { get; init; }
    public string? Folder { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    public string? CreatedAt { get; init; }
    public string? UpdatedAt { get; init; }
    public bool? Pinned { get; init; }
    public bool? Starred { get; init; }
    public bool? Archived { get; init; }
    public string? SystemPrompt { get; init; }
    public string? StartedFrom { get; init; }
    public string? ActiveLeaf { get; init; }
    public RawJson? ExtraData { get; init; }

    /// <summary>The source's own fields of the conversation, as they stood.</summary>
    public RawJson? SourceExtras { get; init; }
    public IReadOnlyList<ExportedMessage>? Messages { get; init; }

    public static JsonTypeInfo<ExportedConversation> Json => ExportJson.Default.ExportedConversation;

    public void Check(FieldChecks check)
    {
        if (Version != CurrentVersion)
        {
            check.Add("version", $"must be {CurrentVersion}");
        }

        check.Text("title", Title, TextLimits.Title);
        check.TagNames(Tags);
        check.Text("model", Model, TextLimits.ModelName);
        check.Text("system_prompt", SystemPrompt, TextLimits.MessageText);
        check.ExtraDataOf(ExtraData);
        CheckOrigin(check);
        ExportedMessage.CheckTime(check, "created_at", CreatedAt);
        ExportedMessage.CheckTime(check, "updated_at", UpdatedAt);
        CheckMessages(check);
    }

    private void CheckOrigin(FieldChecks check)
    {
        if (
            Provider is not null
            && (
                Provider.Length is 0 or > 32
                || Provider.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '_'))
            )
        )
        {
            check.Add("provider", "must be a short name in lower case");
        }

        check.Text("source_id", SourceId, 500);
        check.Text("account", Account, 500);
        check.Text("started_from", StartedFrom, 500);
        check.Text("folder", Folder, 500);
        if (Space is not null)
        {
            check.Name("space", Space, TextLimits.Name);
        }

        if (SourceExtras is { } extras && extras.Utf8.Span[0] != (byte)'{')
        {
            check.Add("source_extras", "must be an object");
        }
    }

    private void CheckMessages(FieldChecks check)
    {
        if (Messages is null)
        {
            check.Add("messages", "is required");
        }
        else if (Messages.Count > MostMessages)
        {
            check.Add("messages", $"must not be more than {MostMessages}: larger conversations go through /api/import");
        }
        else
        {
            for (var i = 0; i < Messages.Count; i++)
            {
                Messages[i].Check(check, $"messages[{i}]");
            }
        }
    }
}

/// <summary>A message of an export. Without ids the messages follow one another.</summary>
internal sealed record ExportedMessage
{
    public string? Id { get; init; }
    public string? ParentId { get; init; }
    public string? Role { get; init; }
    public string? RawRole { get; init; }
    public string? Content { get; init; }
    public RawJson? Parts { get; init; }
    public string? Model { get; init; }
    public string? CreatedAt { get; init; }
    public bool? Hidden { get; init; }
    public bool? Active { get; init; }
    public string? Status { get; init; }
    public string? Finish { get; init; }
    public bool? Favourite { get; init; }
    public bool? Pinned { get; init; }
    public IReadOnlyList<string>? Reactions { get; init; }
    public RawJson? ExtraData { get; init; }
    public RawJson? SourceExtras { get; init; }

    /// <summary>How the message is known to its source (Conversations/MessageKey.cs), in hexadecimal.</summary>
    public string? SourceKey { get; init; }

    public void Check(FieldChecks check, string at)
    {
        if (Roles.Find(Role) is null)
        {
            check.Add($"{at}.role", "must be user, assistant, system or tool");
        }

        if (Status is not null && Statuses.Find(Status) is null)
        {
            check.Add($"{at}.status", "is no known status");
        }

        CheckTime(check, $"{at}.created_at", CreatedAt);
        var inner = new FieldChecks();
        // Where parts are given, content is only their rendering; sources have messages of no part at all.
        if (Parts is not { } parts || !parts.Utf8.Span.SequenceEqual("[]"u8))
        {
            MessageContents.Check(inner, Parts is null ? Content ?? "" : null, Parts, required: false);
        }

        MessageContents.CheckMarks(inner, Reactions, ExtraData);
        inner.Text("model", Model, TextLimits.ModelName);
        inner.Text("raw_role", RawRole, TextLimits.Name);
        inner.Text("finish", Finish, TextLimits.Name);
        inner.Text("id", Id, 200);
        inner.Text("parent_id", ParentId, 200);
        check.AddAll(inner, at);
        if (SourceExtras is { } extras && extras.Utf8.Span[0] != (byte)'{')
        {
            check.Add($"{at}.source_extras", "must be an object");
        }

        if (
            SourceKey is not null
            && (SourceKey.Length is < 4 or > 402 || SourceKey.Length % 2 != 0 || !SourceKey.All(char.IsAsciiHexDigit))
        )
        {
            check.Add($"{at}.source_key", "must be hexadecimal");
        }
    }

    public static void CheckTime(FieldChecks check, string field, string? time)
    {
        if (time is not null && !ApiTime.TryParse(time, out _))
        {
            check.Add(field, "must be an ISO 8601 time");
        }
    }
}
