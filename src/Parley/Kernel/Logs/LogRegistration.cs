namespace Parley.Kernel;

/// <summary>Loggers that the container need not close a generic type for.</summary>
internal static class LogRegistration
{
    /// <summary>What is logged goes to <paramref name="output"/>, in place of the framework's loggers.</summary>
    public static IServiceCollection AddLogs(this IServiceCollection services, Stream output, LogLevel least) =>
        services
            .AddSingleton(_ => new LineWriter(output))
            .AddSingleton<ILoggerFactory>(s => new LineLogs(
                least,
                s.GetRequiredService<LineWriter>(),
                s.GetRequiredService<TimeProvider>()
            ));

    /// <summary>
    /// The logger of <typeparamref name="T"/>, made by code that is there: ahead of time the open registration of the
    /// framework builds the closed type anew at every start, a millisecond each (decision 2).
    /// </summary>
    public static IServiceCollection AddLog<T>(this IServiceCollection services) =>
        services.AddSingleton<ILogger<T>>(static s => new Logger<T>(s.GetRequiredService<ILoggerFactory>()));
}
