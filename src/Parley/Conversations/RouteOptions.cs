using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>How much of a conversation comes with it.</summary>
/// <param name="Limit">Messages at most; null: all that one answer holds.</param>
internal sealed record OpenOptions(MessageOrderOf Order, int? Limit) : IEndpointParameterMetadataProvider
{
    public static ValueTask<OpenOptions?> BindAsync(HttpContext http)
    {
        var query = new QueryReader(http.Request.Query);
        var order = query.Bool("tree") == true ? MessageOrderOf.Tree : MessageOrderOf.Path;
        return ValueTask.FromResult<OpenOptions?>(new OpenOptions(order, query.Int("limit", 0, PageRequest.MaxLimit)));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(
            new QueryParameter("tree", "boolean", "Messages of every branch, parents before children")
        );
        builder.Metadata.Add(
            new QueryParameter(
                "limit",
                "integer",
                "Messages at most, 0 for none; without it all that one answer holds (about 4 MB)"
            )
            {
                Min = 0,
                Max = PageRequest.MaxLimit,
            }
        );
    }
}

/// <summary>Which messages a page shows.</summary>
internal sealed record MessageOptions(MessageOrderOf Order) : IEndpointParameterMetadataProvider
{
    public static ValueTask<MessageOptions?> BindAsync(HttpContext http)
    {
        var query = new QueryReader(http.Request.Query);
        var backwards = query.OneOf("order", "asc", "desc") == "desc";
        var tree = query.Bool("tree") == true;
        if (tree && backwards)
        {
            throw QueryReader.Invalid("order", "must be asc for a tree");
        }

        return ValueTask.FromResult<MessageOptions?>(
            new MessageOptions(
                tree ? MessageOrderOf.Tree
                : backwards ? MessageOrderOf.PathBackwards
                : MessageOrderOf.Path
            )
        );
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(
            new QueryParameter("tree", "boolean", "Messages of every branch, parents before children")
        );
        builder.Metadata.Add(
            new QueryParameter("order", "string", "asc from the first message, desc from the last")
            {
                Values = ["asc", "desc"],
                Default = "asc",
            }
        );
    }
}

internal sealed record DeleteOptions(bool Permanent, bool Branch) : IEndpointParameterMetadataProvider
{
    public static ValueTask<DeleteOptions?> BindAsync(HttpContext http)
    {
        var query = new QueryReader(http.Request.Query);
        return ValueTask.FromResult<DeleteOptions?>(
            new DeleteOptions(query.Bool("permanent") ?? false, query.Bool("branch") ?? false)
        );
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        var ofMessage =
            builder is RouteEndpointBuilder { RoutePattern.RawText: { } path }
            && path.Contains("{mid}", StringComparison.Ordinal);
        builder.Metadata.Add(
            ofMessage
                ? new QueryParameter("branch", "boolean", "Everything below the message goes with it")
                : new QueryParameter("permanent", "boolean", "At once and for good, without the bin")
        );
    }
}
