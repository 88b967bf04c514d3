using System.Globalization;
using System.Text;

namespace Parley.Kernel;

/// <summary>The lines of one category; scopes are not written.</summary>
internal sealed class LineLogger(string category, LogLevel least, LineWriter lines, TimeProvider time) : ILogger
{
    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel < LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
        {
            lines.Write(Line(logLevel, eventId.Id, formatter(state, exception), exception));
        }
    }

    private string Line(LogLevel level, int id, string text, Exception? exception)
    {
        var line = new StringBuilder(64 + category.Length + text.Length);
        line.Append(CultureInfo.InvariantCulture, $"{time.GetUtcNow().UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} ");
        line.Append(Name(level)).Append(' ').Append(category);
        line.Append('[').Append(id).Append("] ");
        Flat(line, text);
        if (exception is not null)
        {
            line.Append(' ');
            Flat(line, exception.ToString());
        }

        return line.Append('\n').ToString();
    }

    /// <summary>A stranger's words end no line and move no cursor: what controls a terminal is a space.</summary>
    private static void Flat(StringBuilder line, string text)
    {
        foreach (var c in text)
        {
            line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        }
    }

    private static string Name(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
}
