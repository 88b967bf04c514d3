namespace Parley.Identity;

/// <summary>Event ids 600-699.</summary>
internal static partial class IdentityLog
{
    [LoggerMessage(
        600,
        LogLevel.Warning,
        "There is no account yet. The first one, which will be the admin's, needs the setup code {Code}"
    )]
    public static partial void NeedsSetup(ILogger log, string code);
}
