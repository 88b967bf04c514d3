using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Archives;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Import;

/// <summary>Imports over HTTP.</summary>
internal static class ImportEndpoints
{
    private static readonly TimeSpan WaitForReport = TimeSpan.FromSeconds(30);
    private static readonly PathParameter Id = new("id", "Id of the import") { Format = "uuid" };

    public static void MapImport(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api").WithTags("import").ForUsers(KeyScopes.Import);
        at.MapPost("/import", PostAsync)
            .Describe(
                "importArchive",
                "Import exports of other programs, told apart by their content",
                "Send the file as it came, as multipart/form-data or as the raw body. With Accept: text/event-stream or application/x-ndjson the answer "
                    + "is a stream of events. Otherwise it waits up to 30 s: 200 with the finished job, or 202 with the job so far; several files make a "
                    + "list of jobs. With dry_run nothing is written and the answer is the report alone."
            )
            .TakesFiles()
            .Takes(
                new QueryParameter("dry_run", "boolean", "Report what would be imported, without writing"),
                new QueryParameter("restore_deleted", "boolean", "Bring back what was deleted here for good"),
                new QueryParameter("space", "string", "Name or id of the space conversations go to"),
                new QueryParameter("name", "string", "The file's name, where the body is the file itself")
            )
            .Returns<ImportJob>()
            .Returns<ImportJobPage>()
            .Returns<ImportReport>()
            .Returns<ImportJob>(StatusCodes.Status202Accepted)
            .Returns<ImportJobPage>(StatusCodes.Status202Accepted)
            .ReturnsEvents<ImportEvent>("text/event-stream", "application/x-ndjson")
            .Fails(ProblemCodes.NotRecognised, ProblemCodes.StorageQuota)
            .WithBodyLimit(null);
        at.MapGet("/imports", ListAsync)
            .Describe("listImports", "List imports, newest first")
            .Takes(
                new QueryParameter("limit", "integer", "Items at most")
                {
                    Min = 1,
                    Max = PageRequest.MaxLimit,
                    Default = "50",
                },
                new QueryParameter("cursor", "string", "next_cursor of the page before")
            )
            .Returns<ImportJobPage>();
        at.MapGet("/imports/{id}", GetAsync)
            .Describe("getImport", "One import: live progress while it runs, then its report")
            .Takes(Id)
            .Returns<ImportJob>();
        at.MapGet("/imports/{id}/events", EventsAsync)
            .Describe("followImport", "What happens in an import, until it has ended")
            .Takes(Id)
            .ReturnsEvents<ImportEvent>("text/event-stream");
        at.MapPost("/imports/{id}/cancel", CancelAsync)
            .Describe("cancelImport", "Stop an import; what it has brought so far stays")
            .Takes(Id)
            .Returns<ImportJob>()
            .Fails(ProblemCodes.Conflict);
        at.MapDelete("/imports/{id}", UndoAsync)
            .Describe("undoImport", "Undo an import: remove what only it brought; 202 while that still runs after 30 s")
            .Takes(Id)
            .Returns<ImportJob>()
            .Returns<ImportJob>(StatusCodes.Status202Accepted);
    }

    /// <summary>
    /// Takes archives, streamed to disk first. Answers as asked: server-sent events, JSON lines, or one document: 200
    /// with the report when it is done within 30 s, else 202 with the job.
    /// </summary>
    private static async Task<IResult> PostAsync(
        HttpRequest request,
        Caller caller,
        ImportUploads uploads,
        ImportJobs jobs,
        SpaceNames spaces,
        ImportPreview preview,
        ImportOptions options,
        Quotas quotas,
        bool? dry_run,
        bool? restore_deleted,
        string? space,
        CancellationToken ct
    )
    {
        if (await spaces.FindAsync(caller.OwnerId, space, ct) is not { } spaceId)
        {
            return ProblemResult.Invalid("space", "there is no such space");
        }

        if (dry_run is not true)
        {
            await quotas.RequireAsync(request.HttpContext, caller.OwnerId, QuotaKind.Files, ct);
            await quotas.RequireAsync(request.HttpContext, caller.OwnerId, QuotaKind.Bytes, ct);
        }

        var files = await uploads.SpoolAsync(request, ct);
        if (dry_run is true)
        {
            return await PreviewAsync(files, caller, preview, options, restore_deleted is true, ct);
        }

        var ids = new List<long>();
        foreach (var file in files)
        {
            ids.Add(
                await jobs.SubmitAsync(
                    caller.OwnerId,
                    file.Name,
                    file.Path,
                    spooled: true,
                    spaceId,
                    restore_deleted is true,
                    CancellationToken.None
                )
            );
        }

        var accept = request.Headers.Accept.ToString();
        if (accept.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            return new ImportStream(jobs, caller.OwnerId, ids, ServerSentEvents: true);
        }

        if (accept.Contains("application/x-ndjson", StringComparison.OrdinalIgnoreCase))
        {
            return new ImportStream(jobs, caller.OwnerId, ids, ServerSentEvents: false);
        }

        return await WaitAsync(jobs, caller.OwnerId, ids, ct);
    }

    private static async Task<IResult> PreviewAsync(
        List<SpooledFile> files,
        Caller caller,
        ImportPreview preview,
        ImportOptions options,
        bool restoreDeleted,
        CancellationToken ct
    )
    {
        try
        {
            using var source = ImportSources.Open(files[0].Path, files[0].Name, options, dated: false);
            var report = await preview.RunAsync(source, caller.OwnerId, restoreDeleted, ct);
            return report.Sources.Count == 0
                ? new ProblemResult(ProblemCodes.NotRecognised, ImportHandler.NothingKnown(source))
                : new JsonAnswer<ImportReport>(report, ImportJson.Default.ImportReport);
        }
        catch (Exception e) when (e is SourceException or InvalidDataException or NotSupportedException)
        {
            return new ProblemResult(ProblemCodes.NotRecognised, e.Message);
        }
        finally
        {
            ImportUploads.Discard(files);
        }
    }

    private static async Task<IResult> WaitAsync(ImportJobs jobs, long ownerId, List<long> ids, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(WaitForReport);
        var ended = true;
        foreach (var id in ids)
        {
            ended &= await jobs.WaitAsync(ownerId, id, limit.Token);
        }

        var rows = new List<ImportJob>();
        foreach (var id in ids)
        {
            rows.Add(ImportJob.Of((await jobs.FindAsync(ownerId, id, ct))!, jobs.FindWatch(id)));
        }

        var status = ended ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        return rows.Count == 1
            ? new JsonAnswer<ImportJob>(rows[0], ImportJson.Default.ImportJob, status)
            : new JsonAnswer<ImportJobPage>(
                new ImportJobPage(rows, rows.Count, null),
                ImportJson.Default.ImportJobPage,
                status
            );
    }

    private static async Task<IResult> ListAsync(
        Caller caller,
        ImportJobs jobs,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var count = limit ?? 50;
        if (count is < 1 or > 200)
        {
            return ProblemResult.Invalid("limit", "from 1 to 200");
        }

        long? before = null;
        if (cursor is not null)
        {
            if (!Ids.TryParse(cursor, IdKind.Import, out var parsed))
            {
                return ProblemResult.Invalid("cursor", "not one of this list's");
            }

            before = parsed;
        }

        var rows = await jobs.ListAsync(caller.OwnerId, before, count + 1, ct);
        var next = rows.Count > count ? Ids.Format(rows[count - 1].Id, IdKind.Import) : null;
        return new JsonAnswer<ImportJobPage>(
            new ImportJobPage([.. rows.Take(count).Select(r => ImportJob.Of(r, jobs.FindWatch(r.Id)))], null, next),
            ImportJson.Default.ImportJobPage
        );
    }

    private static async Task<IResult> GetAsync(string id, Caller caller, ImportJobs jobs, CancellationToken ct) =>
        Ids.TryParse(id, IdKind.Import, out var key) && await jobs.FindAsync(caller.OwnerId, key, ct) is { } row
            ? new JsonAnswer<ImportJob>(ImportJob.Of(row, jobs.FindWatch(key)), ImportJson.Default.ImportJob)
            : ProblemResult.NotFound("import");

    private static async Task<IResult> EventsAsync(string id, Caller caller, ImportJobs jobs, CancellationToken ct) =>
        Ids.TryParse(id, IdKind.Import, out var key) && await jobs.FindAsync(caller.OwnerId, key, ct) is not null
            ? new ImportStream(jobs, caller.OwnerId, [key], ServerSentEvents: true)
            : ProblemResult.NotFound("import");

    private static async Task<IResult> CancelAsync(string id, Caller caller, ImportJobs jobs, CancellationToken ct)
    {
        if (!Ids.TryParse(id, IdKind.Import, out var key) || await jobs.FindAsync(caller.OwnerId, key, ct) is null)
        {
            return ProblemResult.NotFound("import");
        }

        return await jobs.CancelAsync(caller.OwnerId, key, ct)
            ? await GetAsync(id, caller, jobs, ct)
            : new ProblemResult(ProblemCodes.Conflict, "the import has ended already; delete it to undo it");
    }

    private static async Task<IResult> UndoAsync(string id, Caller caller, ImportJobs jobs, CancellationToken ct)
    {
        if (
            !Ids.TryParse(id, IdKind.Import, out var key)
            || await jobs.UndoAsync(caller.OwnerId, key, ct) is not { } begun
        )
        {
            return ProblemResult.NotFound("import");
        }

        if (!begun)
        {
            return await GetAsync(id, caller, jobs, ct);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(WaitForReport);
        var ended = await jobs.WaitAsync(caller.OwnerId, key, limit.Token);
        var row = await jobs.FindAsync(caller.OwnerId, key, ct);
        return new JsonAnswer<ImportJob>(
            ImportJob.Of(row!),
            ImportJson.Default.ImportJob,
            ended ? StatusCodes.Status200OK : StatusCodes.Status202Accepted
        );
    }
}
