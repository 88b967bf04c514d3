using Parley.Conversations;
using Parley.Identity;
using Parley.Import;

namespace Parley.Cli;

/// <summary>Imports in this process, reading files in place: no copy is made.</summary>
internal sealed class ImporterHere(IServiceProvider services, ImportWishes wishes) : IImporter
{
    private readonly ImportJobs jobs = services.GetRequiredService<ImportJobs>();

    public async Task<ImportReport> PreviewAsync(string path, string name, CancellationToken ct)
    {
        using var source = ImportSources.Open(path, name, services.GetRequiredService<ImportOptions>());
        return await services
            .GetRequiredService<ImportPreview>()
            .RunAsync(source, Caller.Local.OwnerId, wishes.RestoreDeleted, ct);
    }

    public async Task<ImportJob> ImportAsync(
        string path,
        string name,
        Action<ImportProgress> show,
        CancellationToken ct
    )
    {
        var owner = Caller.Local.OwnerId;
        var spaceId =
            await services.GetRequiredService<SpaceNames>().FindAsync(owner, wishes.Space, ct)
            ?? throw new CliException($"there is no space \"{wishes.Space}\"", ExitCode.WrongUse);
        var id = await jobs.SubmitAsync(owner, name, path, spooled: false, spaceId, wishes.RestoreDeleted, ct);
        while (true)
        {
            var watch = jobs.Watch(id);
            var changed = watch.Changed;
            var row = await jobs.FindAsync(owner, id, ct);
            if (row is null || jobs.HasEnded(row))
            {
                jobs.Forget(id);
                return ImportJob.Of(row ?? throw new CliException("the import is gone"));
            }

            if (watch.Progress is { } progress)
            {
                show(progress);
            }

            await changed.WaitAsync(ct);
        }
    }
}
