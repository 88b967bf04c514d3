using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Parley.Kernel.Http;

/// <summary>
/// Which part of a list is asked for: by <c>cursor</c> (cheap at any depth), by <c>page</c> and <c>page_size</c>, or by
/// <c>offset</c>; the last two are bounded, since they walk what they skip.
/// </summary>
/// <param name="Page">From 1; null where it was not asked by page.</param>
internal sealed record PageRequest(int Limit, string? Cursor, int Offset, int? Page)
    : IEndpointParameterMetadataProvider
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;
    private const int MaxPageSize = 100;
    private const int MaxOffset = 100_000;

    private static readonly QueryParameter[] Parameters =
    [
        new("limit", "integer", "Items at most")
        {
            Min = 1,
            Max = MaxLimit,
            Default = "50",
        },
        new("cursor", "string", "next_cursor of the page before"),
        new("page", "integer", "Page number from 1, in place of cursor") { Min = 1, Max = MaxOffset },
        new("page_size", "integer", "Items of a numbered page") { Min = 1, Max = MaxPageSize },
        new("offset", "integer", "Items to skip, in place of cursor") { Min = 0, Max = MaxOffset },
    ];

    public static ValueTask<PageRequest?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<PageRequest?>(Read(http.Request.Query));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        foreach (var one in Parameters)
        {
            builder.Metadata.Add(one);
        }
    }

    private static PageRequest Read(IQueryCollection values)
    {
        var query = new QueryReader(values);
        var cursor = query.Text("cursor");
        if (query.Int("page", 1, MaxOffset) is not { } page)
        {
            var size = query.Int("page_size", 1, MaxPageSize);
            var limit = query.Int("limit", 1, MaxLimit) ?? size ?? DefaultLimit;
            var offset = query.Int("offset", 0, MaxOffset) ?? 0;
            return new PageRequest(limit, cursor, cursor is null ? offset : 0, null);
        }

        var pageSize = query.Int("page_size", 1, MaxPageSize) ?? DefaultLimit;
        var skip = (long)(page - 1) * pageSize;
        return skip <= MaxOffset
            ? new PageRequest(pageSize, null, (int)skip, page)
            : throw QueryReader.Invalid("page", $"goes past the first {MaxOffset} items: use cursor");
    }
}
