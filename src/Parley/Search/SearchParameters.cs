using System.Globalization;
using System.Text.Json;
using Parley.Kernel.Problems;

namespace Parley.Search;

/// <summary>
/// Reads a search request from its parameters, which come from the address or from a JSON body: the same names, a list
/// as a repeated parameter or an array. Collects everything that is wrong instead of stopping at the first.
/// </summary>
internal sealed class SearchParameters
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MaxPageSize = 100;
    private const int MaxOffset = 100_000;

    private static readonly string[] Plain =
    [
        "q",
        "query",
        "sort",
        "limit",
        "offset",
        "page",
        "page_size",
        "cursor",
        "mode",
        "group",
        "facets",
        "histogram",
        "submitted",
        "session",
    ];
    private static readonly SearchFacet[] DefaultFacets =
    [
        SearchFacet.Provider,
        SearchFacet.Role,
        SearchFacet.Model,
        SearchFacet.Month,
    ];

    private readonly ILookup<string, string> _values;
    private readonly List<FieldError> _errors = [];

    private SearchParameters(IEnumerable<KeyValuePair<string, string>> values) =>
        _values = values.ToLookup(value => value.Key, value => value.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>The request; only where <see cref="Errors"/> is empty.</summary>
    public SearchRequest? Request { get; private set; }

    /// <summary>The page that was asked for by number, from 1.</summary>
    public int? Page { get; private set; }

    /// <summary>What was asked for, as it was typed.</summary>
    public string Query { get; private set; } = "";

    /// <summary>Somebody sent the query off; it is not that of a keystroke or of a further page.</summary>
    public bool Submitted { get; private set; }

    /// <summary>Whose searches end each other; <see langword="null"/> for none.</summary>
    public string? Session { get; private set; }

    /// <summary>By what is to be found.</summary>
    public SearchMode Mode { get; private set; }

    /// <summary>Somebody named the mode, and is told where it does not hold.</summary>
    public bool ModeNamed { get; private set; }

    /// <summary>Pages are told apart by number, so that none may show what belongs to the next.</summary>
    public bool IsNumbered => One("offset") is not null || Page is not null;

    public IReadOnlyList<FieldError> Errors => _errors;

    public static SearchParameters Read(IQueryCollection query, long ownerId) =>
        new SearchParameters(Values(query)).Read(ownerId);

    /// <summary>A saved search; the parameters say the page, and may sort otherwise and filter further.</summary>
    public static SearchParameters Read(IQueryCollection query, long ownerId, SavedSearch saved) =>
        new SearchParameters([
            KeyValuePair.Create("sort", saved.Sort),
            KeyValuePair.Create("group", saved.Group),
            .. Values(query),
            KeyValuePair.Create("q", saved.Query),
        ]).Read(ownerId);

    private static IEnumerable<KeyValuePair<string, string>> Values(IQueryCollection query) =>
        query.SelectMany(parameter => parameter.Value.Select(value => KeyValuePair.Create(parameter.Key, value ?? "")));

    /// <summary>Reads a body's object; unknown fields are errors.</summary>
    public static SearchParameters Read(JsonElement body, long ownerId)
    {
        var values = new List<KeyValuePair<string, string>>();
        var errors = new List<FieldError>();
        foreach (var field in body.EnumerateObject())
        {
            if (!Plain.Contains(field.Name) && SearchFilter.FindKey(field.Name) is null)
                errors.Add(new FieldError(field.Name, "there is no such field"));
            else
                AddValues(field, values, errors);
        }

        var parameters = new SearchParameters(values);
        parameters._errors.AddRange(errors);
        return parameters.Read(ownerId);
    }

    private static void AddValues(
        JsonProperty field,
        List<KeyValuePair<string, string>> values,
        List<FieldError> errors
    )
    {
        var elements =
            field.Value.ValueKind == JsonValueKind.Array ? [.. field.Value.EnumerateArray()] : new[] { field.Value };
        foreach (var element in elements)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.String when Text(element) is { } text:
                    values.Add(KeyValuePair.Create(field.Name, text));
                    break;
                case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                    values.Add(KeyValuePair.Create(field.Name, element.GetRawText()));
                    break;
                default:
                    errors.Add(
                        new FieldError(
                            field.Name,
                            "takes a text of valid Unicode, a number, true or false, or a list of texts"
                        )
                    );
                    break;
            }
        }
    }

    /// <summary>The text, or null where it holds half of a surrogate pair, which the reader refuses.</summary>
    private static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private SearchParameters Read(long ownerId)
    {
        var text = Query = One("q") ?? One("query") ?? "";
        if (text.Length > SearchQuery.MaxLength)
            Fault("q", $"at most {SearchQuery.MaxLength:#,0} characters, these are {text.Length:#,0}");
        var query = text.Length > SearchQuery.MaxLength ? SearchQuery.Parse("") : SearchQuery.Parse(text);
        var (limit, skip) = ReadPaging();
        var cursor = ReadCursor(skip);
        var facets = ReadFacets(cursor);
        var request = new SearchRequest(
            ownerId,
            query with
            {
                Filters = [.. query.Filters, .. ReadFilters()],
            },
            Choice("sort", SearchSort.Relevance),
            limit,
            skip,
            cursor,
            One("group") is "conversation",
            facets,
            One("histogram") is null or "" or "none" ? null : Choice("histogram", HistogramInterval.Auto)
        );
        if (One("group") is { Length: > 0 } group and not ("conversation" or "none"))
            Fault("group", $"«{group}» is not conversation or none");
        Mode = Choice("mode", SearchMode.Hybrid);
        ModeNamed = One("mode") is { Length: > 0 };
        Session = One("session") is { Length: > 0 } session ? session : null;
        if (Session?.Length > SearchSessions.MaxLength)
            Fault("session", $"at most {SearchSessions.MaxLength} characters");
        Submitted = One("submitted") is "true" or "1" && cursor is null;
        if (One("submitted") is not (null or "" or "true" or "false" or "1" or "0"))
            Fault("submitted", "true or false");
        Request = _errors.Count == 0 ? request : null;
        return this;
    }

    private (int Limit, int Skip) ReadPaging()
    {
        if (One("page") is null && One("page_size") is null)
            return (Number("limit", DefaultLimit, 1, MaxLimit), Number("offset", 0, 0, MaxOffset));
        Page = Number("page", 1, 1, MaxOffset);
        var size = Number("page_size", DefaultLimit, 1, MaxPageSize);
        var skip = (long)(Page.Value - 1) * size;
        if (skip > MaxOffset)
            Fault("page", $"reaches {MaxOffset:#,0} hits at most; narrow the search, or follow next_cursor");
        return (size, (int)Math.Min(skip, MaxOffset));
    }

    private SearchCursor? ReadCursor(int skip)
    {
        if (One("cursor") is not { Length: > 0 } text)
            return null;
        if (!SearchCursor.TryParse(text, out var cursor))
            Fault("cursor", "not a cursor of this search");
        else if (skip > 0)
            Fault("cursor", "not together with offset or page");
        return cursor;
    }

    /// <summary>All on the first page unless some or «none» are named; further pages leave them out.</summary>
    private List<SearchFacet> ReadFacets(SearchCursor? cursor)
    {
        var names = List("facets").ToList();
        if (names.Count == 0)
            return cursor is null ? [.. DefaultFacets] : [];
        var facets = new List<SearchFacet>();
        foreach (var name in names.Where(name => name != "none"))
        {
            if (Enum.TryParse<SearchFacet>(name, ignoreCase: true, out var facet) && !char.IsAsciiDigit(name[0]))
                facets.Add(facet);
            else
                Fault("facets", $"«{name}» is not one of {Names<SearchFacet>()} or none");
        }

        return facets;
    }

    private IEnumerable<SearchFilter> ReadFilters()
    {
        foreach (var key in Enum.GetValues<SearchFilterKey>())
        {
            var name = key.ToString().ToLowerInvariant();
            // Names that people choose may hold a comma; the others are lists of words.
            foreach (
                var value in key is SearchFilterKey.Tag or SearchFilterKey.Space
                    ? _values[name].Where(v => v.Length > 0)
                    : List(name)
            )
            {
                if (SearchFilter.Find(key, value, negated: false) is { } filter)
                    yield return filter;
                else
                    Fault(name, $"«{value}» is not one of: {SearchFilter.Allowed(key)}");
            }
        }
    }

    private T Choice<T>(string name, T otherwise)
        where T : struct, Enum
    {
        if (One(name) is not { Length: > 0 } text)
            return otherwise;
        if (Enum.TryParse<T>(text, ignoreCase: true, out var value) && char.IsAsciiLetter(text[0]))
            return value;
        Fault(name, $"«{text}» is not one of {Names<T>()}");
        return otherwise;
    }

    private int Number(string name, int otherwise, int least, int most)
    {
        if (One(name) is not { Length: > 0 } text)
            return otherwise;
        if (
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least
            && value <= most
        )
            return value;
        Fault(name, $"from {least:#,0} to {most:#,0}");
        return otherwise;
    }

    private string? One(string name) => _values[name].LastOrDefault();

    private IEnumerable<string> List(string name) =>
        _values[name]
            .SelectMany(value =>
                value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            );

    private void Fault(string field, string message) => _errors.Add(new FieldError(field, message));

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant();
}
