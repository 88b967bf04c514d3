using System.Text.Json.Serialization;

namespace Parley.Kernel.Http;

/// <summary>One part of a list.</summary>
/// <param name="Total">From a maintained counter, or null: never a scan.</param>
/// <param name="NextCursor">Null on the last page.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, long? Total, string? NextCursor)
{
    [JsonPropertyName("page"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Number { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PageSize { get; init; }

    /// <param name="items">One more than the limit where there are more.</param>
    /// <param name="cursorOf">The cursor that stands behind an item.</param>
    /// <param name="total">Where it is not known, a list that ends on its first page counts itself.</param>
    public static Page<T> Of(List<T> items, PageRequest request, long? total, Func<T, string> cursorOf)
    {
        var more = items.Count > request.Limit;
        if (more)
        {
            items.RemoveRange(request.Limit, items.Count - request.Limit);
        }

        var whole = !more && request is { Cursor: null, Offset: 0 };
        return new Page<T>(items, whole ? items.Count : total, more ? cursorOf(items[^1]) : null)
        {
            Number = request.Page,
            PageSize = request.Page is null ? null : request.Limit,
        };
    }
}
