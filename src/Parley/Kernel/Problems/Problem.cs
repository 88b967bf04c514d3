using System.Text.Json.Serialization;

namespace Parley.Kernel.Problems;

/// <summary>The body of every 4xx and 5xx: RFC 9457 with a stable <c>code</c>, the trace id, and the fields at fault.</summary>
internal sealed record Problem(
    string Type,
    string Title,
    int Status,
    string? Detail,
    string Code,
    string? TraceId,
    IReadOnlyList<FieldError>? Errors = null
);

/// <summary>What is wrong with one field of a request.</summary>
internal sealed record FieldError(string Field, string Message);

/// <summary>
/// Ends a request with a problem from the depth of a handler. For expected outcomes a handler returns
/// <see cref="ProblemResult"/>; this is for bindings and helpers that have no other way out.
/// </summary>
internal sealed class ProblemException(ProblemCode code, string detail, params FieldError[] errors) : Exception(detail)
{
    public ProblemCode Code { get; } = code;
    public IReadOnlyList<FieldError> Errors { get; } = errors;

    /// <summary>When it is worth trying again; null: the code's own.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Headers that the answer carries.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;
