namespace Parley.Conversations;

/// <summary>The few pieces of Markdown that are written by us.</summary>
internal static class Markdown
{
    /// <summary>A fence longer than any run of backticks inside, so that the code cannot end it.</summary>
    public static string Fence(string code, string? language)
    {
        var longest = 0;
        var run = 0;
        foreach (var c in code)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', Math.Max(3, longest + 1));
        var name = language is null ? "" : new string([.. language.Where(c => c is not ('`' or '\n' or '\r'))]);
        return $"{fence}{name}\n{code.TrimEnd('\n')}\n{fence}";
    }

    /// <summary>Text between brackets, in one line.</summary>
    public static string LinkText(string text) =>
        text.ReplaceLineEndings(" ")
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("[", "\\[", StringComparison.Ordinal)
            .Replace("]", "\\]", StringComparison.Ordinal);

    /// <summary>A heading's text: one line, with nothing that would end it.</summary>
    public static string Heading(string text) => text.ReplaceLineEndings(" ").Trim();

    /// <summary>Every line marked as quoted.</summary>
    public static string Quote(string text) =>
        "> " + text.ReplaceLineEndings("\n").Replace("\n", "\n> ", StringComparison.Ordinal);
}
