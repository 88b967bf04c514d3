using System.Text;

namespace Parley.Chat.Prompts;

/// <summary>
/// Variables in a prompt: <c>{{name}}</c>, or <c>{{name:default}}</c>. <c>{{CURRENT_DATE}}</c> and
/// <c>{{CURRENT_TIME}}</c> (UTC) are known without being given. Anything else in braces is text.
/// </summary>
internal static class PromptText
{
    private const int LongestName = 60;

    /// <summary>Names of the variables that are to be given, each once, in order.</summary>
    public static IReadOnlyList<string> Variables(string content)
    {
        var names = new List<string>();
        for (var at = 0; Next(content, at) is { } found; at = found.End)
        {
            if (!names.Contains(found.Name) && found.Name is not ("CURRENT_DATE" or "CURRENT_TIME"))
            {
                names.Add(found.Name);
            }
        }

        return names;
    }

    /// <summary>The text with its variables filled in; those that are not given and have no default stand as they are.</summary>
    public static string Fill(string content, IReadOnlyDictionary<string, string> given, DateTimeOffset now)
    {
        var text = new StringBuilder(content.Length + 64);
        var at = 0;
        while (Next(content, at) is { } found)
        {
            text.Append(content, at, found.Start - at);
            text.Append(Value(found, given, now) ?? content[found.Start..found.End]);
            at = found.End;
        }

        return text.Append(content, at, content.Length - at).ToString();
    }

    private static string? Value(
        (int Start, int End, string Name, string? Default) found,
        IReadOnlyDictionary<string, string> given,
        DateTimeOffset now
    ) =>
        given.TryGetValue(found.Name, out var value) ? value
        : found.Name == "CURRENT_DATE" ? now.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)
        : found.Name == "CURRENT_TIME" ? now.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture)
        : found.Default;

    private static (int Start, int End, string Name, string? Default)? Next(string content, int from)
    {
        while (true)
        {
            var start = content.IndexOf("{{", from, StringComparison.Ordinal);
            var end = start < 0 ? -1 : content.IndexOf("}}", start + 2, StringComparison.Ordinal);
            if (end < 0)
            {
                return null;
            }

            var inner = content.AsSpan(start + 2, end - start - 2);
            var colon = inner.IndexOf(':');
            var name = (colon < 0 ? inner : inner[..colon]).Trim();
            if (IsName(name))
            {
                return (start, end + 2, name.ToString(), colon < 0 ? null : inner[(colon + 1)..].ToString());
            }

            from = start + 2;
        }
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '-' or ' '))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= LongestName;
    }
}
