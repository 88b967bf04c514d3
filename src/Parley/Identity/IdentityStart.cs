namespace Parley.Identity;

/// <summary>A server without an admin says how it gets one.</summary>
internal sealed class IdentityStart(
    IdentityOptions options,
    Accounts accounts,
    SetupCode setup,
    ILogger<IdentityStart> log
) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options is { SingleUser: false, SetupCode: null } && !await accounts.HasAdminAsync(cancellationToken))
        {
            IdentityLog.NeedsSetup(log, setup.Text);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
