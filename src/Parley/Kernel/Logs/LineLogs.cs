namespace Parley.Kernel;

/// <summary>
/// Loggers that write a line for each message:
/// <c>2026-11-22T08:15:30.123Z warn Parley.Kernel.Db[12] text exception</c>, the time in UTC, all on one line.
/// </summary>
/// <remarks>
/// Ours and not the framework's console, whose options, formatters and filters are some sixty generic types that the
/// native executable builds anew at each start (decision 2).
/// </remarks>
/// <param name="least">What is below it is not written.</param>
internal sealed class LineLogs(LogLevel least, LineWriter lines, TimeProvider time) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, Least(categoryName), lines, time);

    /// <summary>Nothing asks for another; it is the contract's.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <summary>The container disposes what it made, the writer among it.</summary>
    public void Dispose() { }

    private LogLevel Least(string category) =>
        category switch
        {
            // Where it may log it makes an activity for each request; HttpLog writes what there is to say.
            "Microsoft.AspNetCore.Hosting.Diagnostics" => LogLevel.None,
            // Itself it says only that a handler threw: that is an answer that was cut on purpose, everything else is caught.
            "Microsoft.AspNetCore.Server.Kestrel" => Above(LogLevel.Critical),
            _ when category.StartsWith("Microsoft", StringComparison.Ordinal) => Above(LogLevel.Warning),
            _ => least,
        };

    private LogLevel Above(LogLevel level) => level > least ? level : least;
}
