namespace Parley.Import.Formats.Gemini;

/// <summary>Links of My Activity that name a conversation.</summary>
internal static class ActivityLinks
{
    private const int LongestId = 128;

    /// <summary>
    /// The id in <c>https://gemini.google.com/app[/c]/&lt;id&gt;?hl=…</c>, also below <c>/u/1</c> (another account of
    /// the browser) and behind <c>/gem/&lt;gem&gt;</c>; null for anything else.
    /// </summary>
    public static string? Conversation(string? link)
    {
        if (
            link is null
            || !Uri.TryCreate(link.Trim(), UriKind.Absolute, out var uri)
            || uri.Host is not ("gemini.google.com" or "bard.google.com")
        )
        {
            return null;
        }

        var path = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).AsSpan();
        if (path is ["u", _, ..])
        {
            path = path[2..];
        }

        var id = path switch
        {
            ["app" or "chat", "c", var c] => c,
            ["app" or "chat", var c] => c,
            ["gem", _, var c] => c,
            _ => null,
        };
        return id is { Length: > 0 and <= LongestId } ? id : null;
    }

    /// <summary>A name of an entry beside the file, as against a link into the web.</summary>
    public static bool IsEntry(string? link) =>
        !string.IsNullOrWhiteSpace(link)
        && link[0] is not ('#' or '?')
        && !link.Contains("://", StringComparison.Ordinal)
        && !link.StartsWith("//", StringComparison.Ordinal)
        && !link.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
        && !link.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase);
}
