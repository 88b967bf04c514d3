using System.Globalization;
using Parley.Kernel.Problems;

namespace Parley.Identity.Scim;

/// <summary>A failure in SCIM's words (RFC 7644, 3.12).</summary>
/// <param name="scimType">One of the RFC's words; null where it has none for it.</param>
internal sealed class ScimException(int status, string? scimType, string detail) : Exception(detail)
{
    public int Status => status;

    public string? ScimType => scimType;

    public static ScimException Bad(string scimType, string detail) => new(400, scimType, detail);

    public static ScimException NotFound(string id) => new(404, null, $"there is no resource {id}");
}

/// <summary>SCIM's routes fail in SCIM's shape, whoever refuses (S27).</summary>
internal sealed class ScimProblemShape : IProblemShape
{
    public const string ContentType = "application/scim+json";

    public static readonly ScimProblemShape Instance = new();

    public Task WriteAsync(HttpContext http, int status, string? detail) => WriteAsync(http, status, null, detail);

    public static async Task WriteAsync(HttpContext http, int status, string? scimType, string? detail)
    {
        var error = new ScimObject
        {
            ["schemas"] = new List<object> { "urn:ietf:params:scim:api:messages:2.0:Error" },
            ["status"] = status.ToString(CultureInfo.InvariantCulture),
        };
        if (scimType is not null)
        {
            error["scimType"] = scimType;
        }

        if (detail is not null)
        {
            error["detail"] = detail;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        await http.Response.Body.WriteAsync(error.ToJson(), http.RequestAborted);
    }
}
