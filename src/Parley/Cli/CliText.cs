namespace Parley.Cli;

/// <summary>A stranger's text on a terminal: it must not steer it.</summary>
internal static class CliText
{
    /// <summary>Control characters as blanks, one for one.</summary>
    /// <param name="lines">Ends of lines and tabs stay.</param>
    public static string Clean(string text, bool lines) =>
        string.Create(
            text.Length,
            (text, lines),
            static (to, from) =>
            {
                for (var i = 0; i < to.Length; i++)
                {
                    var c = from.text[i];
                    to[i] = char.IsControl(c) && !(from.lines && c is '\n' or '\t') ? ' ' : c;
                }
            }
        );
}
