using System.Globalization;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>Reads parameters of a query string; a value that cannot be used is refused by name.</summary>
internal readonly struct QueryReader(IQueryCollection query)
{
    /// <summary>Longest value of any parameter, in UTF-16 code units.</summary>
    private const int LongestValue = 1000;

    /// <summary>Null where it is absent or empty.</summary>
    public string? Text(string name)
    {
        var value = query[name] is { Count: > 0 } values ? values[^1] : null;
        if (value is { Length: > LongestValue })
        {
            throw Invalid(name, $"must not be longer than {LongestValue} characters");
        }

        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>Every value of a parameter that may be there more than once.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        [.. query[name].Where(v => !string.IsNullOrEmpty(v)).Take(20).Select(v => v!)];

    public bool? Bool(string name) =>
        Text(name) switch
        {
            null => null,
            "true" or "1" => true,
            "false" or "0" => false,
            _ => throw Invalid(name, "must be true or false"),
        };

    public int? Int(string name, int min, int max)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= min
            && value <= max
            ? value
            : throw Invalid(name, $"must be a number from {min} to {max}");
    }

    /// <summary>Unix microseconds of a date or time.</summary>
    public long? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return ApiTime.TryParse(text, out var micros)
            ? micros
            : throw Invalid(name, "must be YYYY, YYYY-MM, YYYY-MM-DD or an ISO 8601 time");
    }

    /// <summary>One of a fixed list of words.</summary>
    public string? OneOf(string name, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return words.Contains(text) ? text : throw Invalid(name, $"must be one of {string.Join(", ", words)}");
    }

    public static ProblemException Invalid(string name, string message) =>
        new(ProblemCodes.Validation, $"{name} {message}", new FieldError(name, message));
}
