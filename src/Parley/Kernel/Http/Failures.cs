using System.Text.Json;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>What an exception that ended a request is for its client. Never a stack, SQL, path or library name (S27).</summary>
internal static class Failures
{
    private const int NoSpaceLeft = 28; // ENOSPC, as the framework keeps it in HResult on Unix
    private const int DiskFullWindows = unchecked((int)0x80070070);

    public static ProblemException Explain(Exception failure) =>
        failure switch
        {
            ProblemException problem => problem,
            StoreFullException full => new ProblemException(ProblemCodes.StorageFull, full.Message),
            StoreBusyException busy => new ProblemException(ProblemCodes.Busy, busy.Message),
            StoreReadOnlyException readOnly => new ProblemException(ProblemCodes.ReadOnly, readOnly.Message),
            QueryTimeoutException slow => new ProblemException(ProblemCodes.TimedOut, slow.Message),
            BadHttpRequestException bad => new ProblemException(
                ProblemCodes.Of(bad.StatusCode),
                Reason(bad.StatusCode)
            ),
            JsonException json => new ProblemException(ProblemCodes.BadRequest, Where(json)),
            IOException { HResult: NoSpaceLeft or DiskFullWindows } => new ProblemException(
                ProblemCodes.StorageFull,
                "the disk is full: free some space, then try again"
            ),
            _ => new ProblemException(ProblemCodes.Internal, "the failure was logged under the trace id"),
        };

    /// <summary>The framework's own texts name its types; these say what to do.</summary>
    private static string Reason(int status) =>
        status switch
        {
            StatusCodes.Status408RequestTimeout => "the request arrived too slowly",
            StatusCodes.Status413PayloadTooLarge => "the body is larger than this address takes",
            _ => "the request could not be read",
        };

    private static string Where(JsonException json) =>
        json.LineNumber is { } line
            ? $"the body is not valid JSON at line {line + 1}, byte {json.BytePositionInLine + 1}"
            : "the body is not valid JSON";
}
