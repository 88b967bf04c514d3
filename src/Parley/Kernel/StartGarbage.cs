namespace Parley.Kernel;

/// <summary>
/// Gives back what the start needed and nothing after it does: without this, a server that nobody talks to keeps it, for
/// there is no collection before the first megabytes of requests. Costs some milliseconds, once.
/// </summary>
internal sealed class StartGarbage : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        SpareMemory.GiveBack();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
