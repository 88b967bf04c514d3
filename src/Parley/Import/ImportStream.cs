using System.Text;
using System.Text.Json;

namespace Parley.Import;

/// <summary>
/// The live events of imports as an answer: progress (the latest, at most every 100 ms), each new kind of warning, and
/// done with the whole report. Leaving changes nothing: the import goes on.
/// </summary>
internal sealed record ImportStream(ImportJobs Jobs, long OwnerId, IReadOnlyList<long> Imports, bool ServerSentEvents)
    : IResult
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = ServerSentEvents ? "text/event-stream" : "application/x-ndjson";
        response.Headers["X-Accel-Buffering"] = "no";
        foreach (var id in Imports)
        {
            await FollowAsync(
                response,
                id,
                httpContext.RequestServices.GetRequiredService<TimeProvider>(),
                httpContext.RequestAborted
            );
        }
    }

    private async Task FollowAsync(HttpResponse response, long id, TimeProvider time, CancellationToken ct)
    {
        var told = 0;
        ImportProgress? last = null;
        while (true)
        {
            var watch = Jobs.Watch(id);
            var changed = watch.Changed;
            var row = await Jobs.FindAsync(OwnerId, id, ct);
            if (row is null || Jobs.HasEnded(row))
            {
                Jobs.Forget(id);
                await WarnAsync(response, row?.Report, told, ct);
                await WriteAsync(response, new ImportEvent("done", Import: row is null ? null : ImportJob.Of(row)), ct);
                return;
            }

            if (watch.Progress is { } progress && progress != last)
            {
                last = progress;
                await WriteAsync(response, new ImportEvent("progress", Progress: progress), ct);
            }

            told = await WarnAsync(response, row.Report, told, ct);
            await Task.Delay(Pace, time, ct);
            if (await Task.WhenAny(changed, Task.Delay(Heartbeat, time, ct)) != changed && ServerSentEvents)
            {
                await response.WriteAsync(": heartbeat\n\n", ct);
                await response.Body.FlushAsync(ct);
            }
        }
    }

    private async Task<int> WarnAsync(HttpResponse response, ImportReport? report, int told, CancellationToken ct)
    {
        var warnings = report?.Sources.SelectMany(s => s.Warnings.Groups.Concat(s.Failures.Groups)).ToList() ?? [];
        foreach (var warning in warnings.Skip(told))
        {
            await WriteAsync(response, new ImportEvent("warning", Warning: warning), ct);
        }

        return Math.Max(told, warnings.Count);
    }

    private async Task WriteAsync(HttpResponse response, ImportEvent e, CancellationToken ct)
    {
        var json = JsonSerializer.Serialize(e, ImportJson.Default.ImportEvent);
        var text = ServerSentEvents ? $"event: {e.Event}\ndata: {json}\n\n" : json + "\n";
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        await response.Body.FlushAsync(ct);
    }
}
