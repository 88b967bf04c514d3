using System.Diagnostics;
using System.Globalization;
using System.Text;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Ops;

/// <summary>The Prometheus text format (exposition format 0.0.4), written by hand: a dozen numbers need no library.</summary>
internal static class MetricsPage
{
    public static string Write(DbHealth store, HttpMetrics http, int running, HealthReport health)
    {
        var page = new StringBuilder(4096);
        Gauge(page, "parley_info", "The version that runs", 1, $"version=\"{health.Version}\"");
        Gauge(page, "parley_degraded", "1 when health has a warning", health.Warnings.Count > 0 ? 1 : 0);
        Gauge(page, "parley_uptime_seconds", "Since the start", health.UptimeSeconds);
        Process(page);
        Http(page, http, running);
        Counter(page, "parley_store_writes_total", "Writes committed", store.Writes);
        Counter(page, "parley_store_commits_total", "Commits that took", store.Commits);
        Gauge(page, "parley_store_queue_length", "Writes waiting", store.QueueLength);
        Gauge(page, "parley_store_readers", "Reads running", store.Readers);
        Gauge(page, "parley_store_oldest_reader_seconds", "Age of the longest read", store.OldestReader.TotalSeconds);
        Gauge(page, "parley_store_log_bytes", "Size of the write-ahead log", store.LogBytes);
        Gauge(
            page,
            "parley_store_read_only",
            "1 when nothing can be written",
            store.ReadOnlyReason is null && !store.AwaitsRoom ? 0 : 1
        );
        Gauge(page, "parley_disk_free_bytes", "Room on the store's disk", store.Disk.FreeBytes);
        return page.ToString();
    }

    private static void Process(StringBuilder page)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        Counter(
            page,
            "process_cpu_seconds_total",
            "Processor time, user and system",
            process.TotalProcessorTime.TotalSeconds
        );
        Gauge(page, "process_resident_memory_bytes", "Resident memory", process.WorkingSet64);
        Gauge(page, "process_threads", "Threads", process.Threads.Count);
        Gauge(page, "parley_heap_bytes", "Managed heap", GC.GetTotalMemory(forceFullCollection: false));
        Counter(page, "parley_collections_total", "Garbage collections of any generation", GC.CollectionCount(0));
    }

    private static void Http(StringBuilder page, HttpMetrics http, int running)
    {
        Gauge(page, "parley_http_requests_running", "Requests being answered", running);
        Head(page, "parley_http_requests_total", "Answers by class of status", "counter");
        for (var hundred = 1; hundred <= 5; hundred++)
        {
            Line(page, "parley_http_requests_total", http.OfClass(hundred), $"class=\"{hundred}xx\"");
        }

        Head(page, "parley_http_request_duration_seconds", "Time to the end of the answer", "histogram");
        var below = 0L;
        for (var i = 0; i <= HttpMetrics.Bounds.Length; i++)
        {
            below += http.InBucket(i);
            var bound =
                i < HttpMetrics.Bounds.Length ? HttpMetrics.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(page, "parley_http_request_duration_seconds_bucket", below, $"le=\"{bound}\"");
        }

        Line(page, "parley_http_request_duration_seconds_sum", http.TotalSeconds);
        Line(page, "parley_http_request_duration_seconds_count", below);
    }

    private static void Gauge(StringBuilder page, string name, string help, double value, string? labels = null)
    {
        Head(page, name, help, "gauge");
        Line(page, name, value, labels);
    }

    private static void Counter(StringBuilder page, string name, string help, double value)
    {
        Head(page, name, help, "counter");
        Line(page, name, value);
    }

    private static void Head(StringBuilder page, string name, string help, string type) =>
        page.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static void Line(StringBuilder page, string name, double value, string? labels = null) =>
        page.Append(name)
            .Append(labels is null ? "" : "{" + labels + "}")
            .Append(' ')
            .Append(value.ToString("R", CultureInfo.InvariantCulture))
            .Append('\n');
}
