using Parley.Kernel;

namespace Parley.Import;

/// <summary>An import as the API answers with it.</summary>
/// <param name="Status">queued, running, done, failed, cancelled, undoing, undone.</param>
internal sealed record ImportJob(
    string Id,
    string Status,
    string Name,
    long Size,
    string CreatedAt,
    string? StartedAt,
    string? FinishedAt,
    ImportProgress? Progress,
    ImportReport? Report,
    string? Error
)
{
    public static ImportJob Of(ImportRow row, ImportWatch? watch = null) =>
        new(
            Ids.Format(row.Id, IdKind.Import),
            row.Status,
            row.Name,
            row.Size,
            Iso.Micros(row.CreatedAt),
            row.StartedAt is { } started ? Iso.Micros(started) : null,
            row.FinishedAt is { } finished ? Iso.Micros(finished) : null,
            row.Status == ImportStatus.Running ? watch?.Progress : null,
            row.Report,
            row.Error
        );
}

internal sealed record ImportJobPage(IReadOnlyList<ImportJob> Items, long? Total, string? NextCursor);

/// <summary>One line of an import's stream: progress, warning, done.</summary>
internal sealed record ImportEvent(
    string Event,
    ImportProgress? Progress = null,
    Notice? Warning = null,
    ImportJob? Import = null
);
