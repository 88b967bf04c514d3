using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Which conversations a list shows; what is null does not filter. Times are Unix microseconds.</summary>
internal sealed record ConversationFilter : IEndpointParameterMetadataProvider
{
    /// <summary>Words of the title.</summary>
    public string? Title { get; init; }

    /// <summary>Name or id.</summary>
    public string? Space { get; init; }

    /// <summary>Names; all of them must be on.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>An id.</summary>
    public string? Folder { get; init; }
    public string? Provider { get; init; }
    public string? Model { get; init; }
    public bool? Archived { get; init; }
    public bool? Pinned { get; init; }
    public bool? Starred { get; init; }
    public long? Before { get; init; }
    public long? After { get; init; }

    /// <summary>What others let one read, in place of one's own.</summary>
    public bool Shared { get; init; }

    /// <summary>The bin in place of the archive.</summary>
    public bool Binned { get; init; }

    public static ValueTask<ConversationFilter?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<ConversationFilter?>(Read(new QueryReader(http.Request.Query)));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        QueryParameter[] parameters =
        [
            new("q", "string", "Words of the title"),
            new("space", "string", "Name or id of a space"),
            new("tag", "string", "Name of a tag; several must all be on") { Repeats = true },
            new("folder", "string", "Id of a folder") { Format = "uuid" },
            new("provider", "string", "chatgpt, claude, gemini, xai, zed, parley, …"),
            new("model", "string", "Name of the conversation's model"),
            new("archived", "boolean", "Only archived ones, or only others"),
            new("pinned", "boolean", "Only pinned ones, or only others"),
            new("starred", "boolean", "Only starred ones, or only others"),
            new(
                "shared",
                "boolean",
                "What others share with one, in place of one's own; with provider, before and after only"
            ),
            new("before", "string", "Last changed before this date or time"),
            new("after", "string", "Last changed at or after this date or time"),
        ];
        foreach (var one in parameters)
        {
            builder.Metadata.Add(one);
        }
    }

    /// <summary>Holds nothing that is about how an owner keeps things.</summary>
    /// <exception cref="Kernel.Problems.ProblemException">It does.</exception>
    public void RequirePlain()
    {
        if (
            (Title ?? Space ?? Folder ?? Model) is not null
            || Tags.Count > 0
            || (Archived ?? Pinned ?? Starred) is not null
        )
        {
            throw QueryReader.Invalid("shared", "goes together with provider, before and after only");
        }
    }

    private static ConversationFilter Read(QueryReader query) =>
        new()
        {
            Title = query.Text("q"),
            Space = query.Text("space"),
            Tags = query.Texts("tag"),
            Folder = query.Text("folder"),
            Provider = query.Text("provider"),
            Model = query.Text("model"),
            Archived = query.Bool("archived"),
            Pinned = query.Bool("pinned"),
            Starred = query.Bool("starred"),
            Shared = query.Bool("shared") ?? false,
            Before = query.Time("before"),
            After = query.Time("after"),
        };
}
