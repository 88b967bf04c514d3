using System.Text.Json.Serialization.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Tags and spaces: names with a colour that conversations carry, any number of the one, exactly one of the other.</summary>
/// <param name="What">The word messages use.</param>
internal sealed record LabelKind(string Table, IdKind Id, string What, char Cursor)
{
    public static readonly LabelKind Tag = new("tags", IdKind.Tag, "tag", 't');
    public static readonly LabelKind Space = new("spaces", IdKind.Space, "space", 's');

    public string Path => "/api/" + Table;
}

/// <param name="ConversationCount">Conversations that carry it, those in the bin left out.</param>
internal sealed record LabelView(string Id, string Name, string? Color, long ConversationCount);

/// <summary>A new tag or space.</summary>
internal sealed record CreateLabel : IRequestBody<CreateLabel>
{
    public string? Name { get; init; }

    /// <summary><c>#rrggbb</c> or a colour's name.</summary>
    public string? Color { get; init; }

    public static JsonTypeInfo<CreateLabel> Json => ConversationsJson.Default.CreateLabel;

    public void Check(FieldChecks check)
    {
        check.Name("name", Name, TextLimits.Name);
        Colors.Check(check, Color);
    }
}

/// <summary>Changes to a tag or space: what is absent stays; an empty colour clears.</summary>
internal sealed record ChangeLabel : IRequestBody<ChangeLabel>
{
    public string? Name { get; init; }
    public string? Color { get; init; }

    public static JsonTypeInfo<ChangeLabel> Json => ConversationsJson.Default.ChangeLabel;

    public void Check(FieldChecks check)
    {
        if (Name is not null)
        {
            check.Name("name", Name, TextLimits.Name);
        }

        Colors.Check(check, Color);
    }
}

/// <summary>Gives everything under one tag or space to another, and takes the first away.</summary>
internal sealed record MergeLabel : IRequestBody<MergeLabel>
{
    /// <summary>Id of the one that stays.</summary>
    public string? Into { get; init; }

    public static JsonTypeInfo<MergeLabel> Json => ConversationsJson.Default.MergeLabel;

    public void Check(FieldChecks check) => check.Name("into", Into, TextLimits.Name);
}

internal static class Colors
{
    public static void Check(FieldChecks check, string? color)
    {
        if (
            color is not null
            && (color.Length > 32 || color.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('#' or '-')))
        )
        {
            check.Add("color", "must be #rrggbb or the name of a colour");
        }
    }
}
