namespace Parley.Import.Formats.Zed;

/// <summary>
/// What a mention in a Zed message points at: <c>{"File":{"abs_path":…}}</c>, <c>"PastedImage"</c>, or a URL in other
/// builds (<c>file:///…</c>, <c>zed:///agent/thread/…?name=…</c>, <c>https://…</c>).
/// </summary>
internal static class ZedMentions
{
    public static (string Name, string? Url) Describe(Json uri)
    {
        if (uri.String() is { } text)
        {
            return text.Contains("://", StringComparison.Ordinal) ? (OfUrl(text), text) : (text, null);
        }

        foreach (var (kind, value) in uri.Members())
        {
            var url = value["url"].String();
            return (url ?? OfKind(kind, value), url);
        }

        return ("mention", null);
    }

    private static string OfKind(string kind, Json value)
    {
        var path = value.Any("abs_path", "path", "file_path", "skill_file_path").String();
        var lines = value["line_range"];
        return kind switch
        {
            "Selection" => $"{LastSegment(path) ?? "selection"}{Lines(lines)}",
            "TerminalSelection" => $"terminal, {value["line_count"].Scalar() ?? "some"} lines",
            "GitDiff" => $"diff against {value["base_ref"].String() ?? "base"}",
            "Directory" => $"{LastSegment(path) ?? kind}/",
            _ => value["name"].String() ?? LastSegment(path) ?? kind,
        };
    }

    private static string OfUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is "http" or "https")
        {
            return text;
        }

        foreach (var pair in url.Query.TrimStart('?').Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && pair[..equals] is "name" or "symbol")
            {
                return Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' '));
            }
        }

        return LastSegment(Uri.UnescapeDataString(url.AbsolutePath)) ?? text;
    }

    /// <summary>A range of rows as Rust writes it, inclusive (<c>{start,end}</c>) and counted from 0.</summary>
    private static string Lines(Json range) =>
        range["start"].Int64() is { } from and < int.MaxValue && range["end"].Int64() is { } to and < int.MaxValue
            ? $":{from + 1}-{to + 1}"
            : "";

    private static string? LastSegment(string? path)
    {
        var trimmed = path?.TrimEnd('/', '\\');
        return string.IsNullOrEmpty(trimmed) ? null : trimmed[(trimmed.LastIndexOfAny(['/', '\\']) + 1)..];
    }
}
