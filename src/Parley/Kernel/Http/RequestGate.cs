using System.Globalization;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>
/// The one way in and out, before routing: headers, host, method and encoding rules on the way in; on the way out every
/// failure becomes a problem body, once, and is logged once. One small step for all of it, since each costs every request.
/// </summary>
internal sealed class RequestGate(
    RequestDelegate next,
    HttpOptions options,
    Draining draining,
    HttpMetrics metrics,
    TimeProvider time,
    ILogger<RequestGate> log
)
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> hosts = new HashSet<string>(
        [.. options.Hosts, "localhost", "127.0.0.1", "[::1]"],
        StringComparer.OrdinalIgnoreCase
    ).GetAlternateLookup<ReadOnlySpan<char>>();

    public async Task InvokeAsync(HttpContext http)
    {
        var timing = RequestTiming.Begin(http, time);
        ForwardedRequest.Apply(http, options.Proxies);
        SecurityHeaders.Set(http);
        draining.Enter();
        try
        {
            if (Refuse(http) is { } refusal)
            {
                await refusal.ExecuteAsync(http);
            }
            else if (Cors.Apply(http, options.Origins))
            {
                await http.Response.CompleteAsync();
            }
            else
            {
                RequestPaths.Normalise(http.Request);
                await next(http);
                await FinishAsync(http);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            HttpLog.ClientLeft(log, http.Request.Method, Path(http));
        }
        catch (Exception failure) when (failure is not CutAnswerException)
        {
            await FailAsync(http, failure);
        }
        finally
        {
            draining.Leave();
            metrics.Count(http.Response.StatusCode, timing.Elapsed);
            if (log.IsEnabled(LogLevel.Debug))
            {
                HttpLog.Answered(
                    log,
                    http.Request.Method,
                    Path(http),
                    http.Response.StatusCode,
                    timing.Elapsed.TotalMilliseconds
                );
            }
        }
    }

    private ProblemResult? Refuse(HttpContext http)
    {
        var request = http.Request;
        if (!hosts.Contains(HostName(request.Host.Value)))
        {
            return new ProblemResult(
                ProblemCodes.WrongHost,
                "call the server by localhost, or add the name to its settings"
            );
        }

        if (HttpMethods.IsTrace(request.Method) || HttpMethods.IsConnect(request.Method))
        {
            return new ProblemResult(ProblemCodes.MethodNotAllowed);
        }

        // A compressed body could be thousands of times its length (S28).
        if (
            request.Headers.ContentEncoding is { Count: > 0 } encoding
            && !encoding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase)
        )
        {
            return new ProblemResult(ProblemCodes.UnsupportedMediaType, "compressed request bodies are not accepted");
        }

        if (draining.IsActive && !request.Path.StartsWithSegments("/health"))
        {
            http.Response.Headers.Connection = "close";
            return new ProblemResult(ProblemCodes.Busy, "the server is stopping");
        }

        return null;
    }

    /// <summary>The host without its port: the name is what a rebinding attack controls.</summary>
    private static ReadOnlySpan<char> HostName(ReadOnlySpan<char> host)
    {
        var colon = host.LastIndexOf(':');
        return colon > host.LastIndexOf(']') ? host[..colon] : host;
    }

    /// <summary>What the framework answered without a body (404, 405, 413, 415, 416) gets one.</summary>
    private static Task FinishAsync(HttpContext http)
    {
        var response = http.Response;
        if (response.StatusCode == StatusCodes.Status416RangeNotSatisfiable && !response.HasStarted)
        {
            // Dressed as the file by the framework, empty; Content-Range, which says how long the file is, stays.
            response.ContentType = null;
            response.ContentLength = null;
            response.Headers.ContentDisposition = default;
        }

        return response.StatusCode < 400 || response.HasStarted || response.ContentType is not null
            ? Task.CompletedTask
            : ProblemResult.WriteAsync(http, ProblemCodes.Of(response.StatusCode), null, []);
    }

    private async Task FailAsync(HttpContext http, Exception failure)
    {
        var problem = Failures.Explain(failure);
        Log(http, failure, problem);
        if (http.Response.HasStarted)
        {
            // Half an answer must not look whole.
            http.Abort();
            return;
        }

        http.Response.Clear();
        SecurityHeaders.Set(http);
        Cors.Apply(http, options.Origins);
        if (problem.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in problem.Headers)
        {
            http.Response.Headers[name] = value;
        }

        await ProblemResult.WriteAsync(http, problem.Code, problem.Message, problem.Errors);
    }

    private void Log(HttpContext http, Exception failure, ProblemException problem)
    {
        if (problem.Code == ProblemCodes.Internal)
        {
            HttpLog.Failed(log, http.Request.Method, Path(http), TraceId.Of(http), failure);
        }
        else if (problem.Code.Status >= 500)
        {
            HttpLog.Refused(
                log,
                http.Request.Method,
                Path(http),
                problem.Code.Status,
                problem.Code.Code,
                problem.Message
            );
        }
    }

    /// <summary>A token in a path is a secret like any other (S45): the route's own words stand for it.</summary>
    private static string Path(HttpContext http) =>
        http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } words }
        && words.Contains("{token}", StringComparison.Ordinal)
            ? words
            : http.Request.Path.ToUriComponent();
}
