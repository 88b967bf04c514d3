namespace Parley.Identity;

/// <summary>Event ids 700-799.</summary>
internal static partial class IdentityLog
{
    [LoggerMessage(700, LogLevel.Warning, "A sign-in by the provider failed: {Reason}")]
    public static partial void ProviderRefused(ILogger log, string reason);
}
