using System.Runtime.InteropServices;

namespace Parley.Kernel.Http;

/// <summary>
/// SIGTERM and Ctrl+C: the first drains and then stops the host, the second stops it at once. Stands in for the
/// framework's console lifetime, which stops listening before anybody could be told.
/// </summary>
internal sealed class StopSignals(Draining draining, IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => registrations.ForEach(r => r.Dispose());

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true; // we end the process ourselves, when the store is closed
        if (draining.IsActive)
        {
            lifetime.StopApplication();
            return;
        }

        _ = Task.Run(StopAsync, CancellationToken.None);
    }

    private async Task StopAsync()
    {
        await draining.DrainAsync();
        lifetime.StopApplication();
    }
}
