using System.Globalization;

namespace Parley.Identity.Scim;

/// <summary>What a list is asked for, by the query string or by <c>.search</c> (RFC 7644, 3.4.2 and 3.4.3).</summary>
/// <param name="StartIndex">From 1.</param>
internal sealed record ScimQuery(
    ScimFilter? Filter,
    AttributePath? SortBy,
    bool Descending,
    int StartIndex,
    int Count,
    ScimProjection Projection
)
{
    public const int MostResults = 200;
    private const int StandardCount = 100;

    public static ScimQuery Of(IQueryCollection query)
    {
        var said = new ScimObject();
        foreach (var (name, values) in query)
        {
            said[name] = values.ToString();
        }

        return Of(said);
    }

    public static ScimQuery Of(ScimObject said)
    {
        var order = said.Text("sortOrder") ?? "ascending";
        return new ScimQuery(
            said.Text("filter") is { Length: > 0 } filter ? ScimParser.Filter(filter) : null,
            said.Text("sortBy") is { Length: > 0 } by ? ScimParser.Path(by).Path : null,
            order.Equals("descending", StringComparison.OrdinalIgnoreCase)
                || (
                    order.Equals("ascending", StringComparison.OrdinalIgnoreCase)
                        ? false
                        : throw ScimException.Bad("invalidValue", "sortOrder must be ascending or descending")
                ),
            Math.Max(1, Number(said, "startIndex") ?? 1),
            Math.Clamp(Number(said, "count") ?? StandardCount, 0, MostResults),
            ScimProjection.Of(said)
        );
    }

    /// <summary>All in the order of their making: the store itself can count them, and give one page.</summary>
    public bool IsPlain => Filter is null && SortBy is null;

    /// <summary>
    /// The page of those that match, in the order that was asked for, as a ListResponse. Of the others only what they are
    /// sorted by is held.
    /// </summary>
    /// <param name="all">In the order of their making; looked at one by one.</param>
    /// <param name="read">Gives a resource of the page by its id, with what filters need not see.</param>
    public ScimObject Answer(IEnumerable<ScimObject> all, Func<string, ScimObject> read)
    {
        var page = new List<string>();
        var sorted = new List<SortKey>();
        var total = 0;
        foreach (var one in all)
        {
            if (Filter?.Matches(one) == false)
            {
                continue;
            }

            if (SortBy is { } by)
            {
                sorted.Add(new SortKey(Key(by, one), one.Text("id")!));
            }
            else if (total >= StartIndex - 1 && page.Count < Count)
            {
                page.Add(one.Text("id")!);
            }

            total++;
        }

        if (SortBy is { } order)
        {
            // Those without the attribute come last when ascending, first when descending (3.4.2.3).
            var ordered = Descending
                ? sorted.OrderByDescending(one => one.Key, Order(order))
                : sorted.OrderBy(one => one.Key, Order(order));
            page.AddRange(ordered.Skip(StartIndex - 1).Take(Count).Select(one => one.Id));
        }

        return Answer(total, page.ConvertAll(id => read(id)));
    }

    /// <param name="total">How many there are on all pages.</param>
    public ScimObject Answer(long total, List<ScimObject> page) =>
        new()
        {
            ["schemas"] = new List<object> { "urn:ietf:params:scim:api:messages:2.0:ListResponse" },
            ["totalResults"] = (double)total,
            ["startIndex"] = (double)StartIndex,
            ["itemsPerPage"] = (double)page.Count,
            ["Resources"] = new List<object>(page.ConvertAll(Projection.Apply)),
        };

    private sealed record SortKey(string? Key, string Id);

    private static string? Key(AttributePath by, ScimObject resource)
    {
        // Of several values the primary one counts, else the first.
        var values = resource.List(by.Name);
        var chosen =
            values.OfType<ScimObject>().FirstOrDefault(v => v.Truth("primary") == true)
            ?? (values.Count > 0 ? values[0] : null);
        return (chosen is ScimObject inner ? inner.GetValueOrDefault(by.Sub ?? "value") : chosen) switch
        {
            null => null,
            bool truth => truth ? "true" : "false",
            var value => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
    }

    private static Comparer<string?> Order(AttributePath by)
    {
        var rule = by.IsExact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return Comparer<string?>.Create(
            (one, other) =>
                one is null ? (other is null ? 0 : 1)
                : other is null ? -1
                : string.Compare(one, other, rule)
        );
    }

    private static int? Number(ScimObject said, string name) =>
        said.GetValueOrDefault(name) switch
        {
            null or "" => null,
            double number => (int)Math.Clamp(number, int.MinValue, int.MaxValue),
            string text when int.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw ScimException.Bad("invalidValue", $"{name} must be a number"),
        };
}

/// <summary>Which attributes of a resource are wanted (RFC 7644, 3.9).</summary>
internal sealed record ScimProjection(IReadOnlyList<AttributePath> Only, IReadOnlyList<AttributePath> Without)
{
    /// <summary>Returned whatever is asked for.</summary>
    private static readonly string[] Always = ["id", "schemas"];

    public static ScimProjection Of(ScimObject said)
    {
        var only = Paths(said, "attributes");
        var without = Paths(said, "excludedAttributes");
        return only.Count > 0 && without.Count > 0
            ? throw ScimException.Bad("invalidValue", "attributes and excludedAttributes exclude each other")
            : new ScimProjection(only, without);
    }

    public ScimObject Apply(ScimObject resource)
    {
        if (Only.Count > 0)
        {
            var kept = new ScimObject();
            foreach (var (name, value) in resource)
            {
                var wanted = Only.Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
                if (Always.Contains(name) || wanted.Any(p => p.Sub is null))
                {
                    kept[name] = value;
                }
                else if (wanted.Count > 0 && Parts(value, part => wanted.Any(p => Is(p, part))) is { } parts)
                {
                    kept[name] = parts;
                }
            }

            return kept;
        }

        foreach (var path in Without.Where(p => !Always.Contains(p.Name, StringComparer.OrdinalIgnoreCase)))
        {
            if (path.Sub is null)
            {
                resource.Remove(path.Name);
            }
            else if (resource.TryGetValue(path.Name, out var value))
            {
                resource[path.Name] = Parts(value, part => !Is(path, part)) ?? value;
            }
        }

        return resource;
    }

    private static bool Is(AttributePath path, string part) =>
        part.Equals(path.Sub, StringComparison.OrdinalIgnoreCase);

    private static object? Parts(object value, Func<string, bool> keep)
    {
        if (value is List<object> list)
        {
            return list.ConvertAll(one => Parts(one, keep) ?? one);
        }

        if (value is not ScimObject complex)
        {
            return null;
        }

        var kept = new ScimObject();
        foreach (var (name, part) in complex.Where(part => keep(part.Key)))
        {
            kept[name] = part;
        }

        return kept;
    }

    private static List<AttributePath> Paths(ScimObject said, string name)
    {
        var names = said.GetValueOrDefault(name) is string text ? text.Split(',') : said.List(name).OfType<string>();
        return [.. names.Where(n => n.Trim().Length > 0).Take(100).Select(n => AttributePath.Parse(n.Trim()))];
    }
}
