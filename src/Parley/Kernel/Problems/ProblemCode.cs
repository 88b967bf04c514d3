namespace Parley.Kernel.Problems;

/// <summary>One kind of failure: its stable code, HTTP status and title. The whole table is <see cref="ProblemCodes"/>.</summary>
internal sealed record ProblemCode(string Code, int Status, string Title);

/// <summary>Every failure Parley answers with, in one table: every surface renders from it (RFC 9457).</summary>
internal static class ProblemCodes
{
    public static readonly ProblemCode BadRequest = new("bad-request", 400, "The request cannot be understood");
    public static readonly ProblemCode Validation = new(
        "validation",
        400,
        "The request holds values that cannot be used"
    );
    public static readonly ProblemCode UnknownField = new(
        "unknown-field",
        400,
        "The request holds a field that does not exist"
    );
    public static readonly ProblemCode Unauthenticated = new("unauthenticated", 401, "Sign in first");
    public static readonly ProblemCode SecondFactor = new(
        "second-factor",
        401,
        "A code of the second factor is needed"
    );
    public static readonly ProblemCode Forbidden = new("forbidden", 403, "You may not do that");
    public static readonly ProblemCode NotFound = new("not-found", 404, "There is no such thing");
    public static readonly ProblemCode MethodNotAllowed = new(
        "method-not-allowed",
        405,
        "This address does not take that method"
    );
    public static readonly ProblemCode Conflict = new("conflict", 409, "The request conflicts with the present state");
    public static readonly ProblemCode Superseded = new(
        "superseded",
        409,
        "A later request took the place of this one"
    );
    public static readonly ProblemCode StaleVersion = new("stale-version", 412, "It was changed since it was read");
    public static readonly ProblemCode TooLarge = new("too-large", 413, "The request is larger than allowed");
    public static readonly ProblemCode UnsupportedMediaType = new(
        "unsupported-media-type",
        415,
        "The body's type or encoding is not supported"
    );
    public static readonly ProblemCode RangeNotSatisfiable = new(
        "range-not-satisfiable",
        416,
        "The file ends before the part that was asked for"
    );
    public static readonly ProblemCode WrongHost = new("wrong-host", 421, "This server does not answer to that name");
    public static readonly ProblemCode NotRecognised = new(
        "not-recognised",
        422,
        "The file is no export that Parley knows"
    );
    public static readonly ProblemCode UnreadableDocument = new(
        "unreadable-document",
        422,
        "The document cannot be read"
    );
    public static readonly ProblemCode KeyReused = new(
        "idempotency-key-reused",
        422,
        "The Idempotency-Key belongs to another request"
    );
    public static readonly ProblemCode UpgradeRequired = new(
        "upgrade-required",
        426,
        "This address speaks WebSocket only"
    );
    public static readonly ProblemCode TooManyRequests = new("too-many-requests", 429, "Too many requests");
    public static readonly ProblemCode QuotaUsedUp = new("quota-used-up", 429, "A quota is used up");
    public static readonly ProblemCode Internal = new("internal", 500, "Something went wrong inside Parley");
    public static readonly ProblemCode ProviderFailed = new(
        "provider-failed",
        502,
        "The sign-in provider does not answer as it must"
    );
    public static readonly ProblemCode UpstreamFailed = new("upstream-failed", 502, "The model server gave no answer");
    public static readonly ProblemCode NoModel = new("no-model", 503, "No model server answers");
    public static readonly ProblemCode Busy = new("busy", 503, "Too much is waiting already");
    public static readonly ProblemCode ReadOnly = new("read-only", 503, "The store can only be read");
    public static readonly ProblemCode TimedOut = new("timed-out", 503, "It took longer than its limit");
    public static readonly ProblemCode StorageFull = new("storage-full", 507, "The disk is full");
    public static readonly ProblemCode StorageQuota = new("storage-quota", 507, "The room for your files is used up");

    public static IReadOnlyList<ProblemCode> All { get; } =
    [
        BadRequest,
        Validation,
        UnknownField,
        Unauthenticated,
        SecondFactor,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        Conflict,
        Superseded,
        StaleVersion,
        TooLarge,
        UnsupportedMediaType,
        RangeNotSatisfiable,
        WrongHost,
        NotRecognised,
        UnreadableDocument,
        KeyReused,
        UpgradeRequired,
        TooManyRequests,
        QuotaUsedUp,
        Internal,
        ProviderFailed,
        UpstreamFailed,
        Busy,
        NoModel,
        ReadOnly,
        TimedOut,
        StorageFull,
        StorageQuota,
    ];

    /// <summary>The entry for a bare status, as the framework gives them (404, 405, 413, 415…).</summary>
    public static ProblemCode Of(int status) =>
        All.FirstOrDefault(p => p.Status == status)
        ?? (status >= 500 ? Internal : new ProblemCode("http-" + status, status, "The request was refused"));
}
