using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>Entity tags are the row's version number.</summary>
internal static class ETags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>The client has this version already (If-None-Match).</summary>
    public static bool IsKnown(HttpRequest request, long version) =>
        Matches(request.Headers.IfNoneMatch, version, weak: true);

    internal static bool Matches(Microsoft.Extensions.Primitives.StringValues header, long version, bool weak)
    {
        if (header.Count == 0 || !EntityTagHeaderValue.TryParseList(header, out var tags))
        {
            return false;
        }

        var own = Of(version);
        return tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || (t.Tag == own && (weak || !t.IsWeak)));
    }
}

/// <summary>What the caller believes to be changing (If-Match); checked inside the writing transaction.</summary>
internal sealed record IfMatch(Microsoft.Extensions.Primitives.StringValues Tags) : IEndpointParameterMetadataProvider
{
    public static readonly IfMatch Anything = new(default(Microsoft.Extensions.Primitives.StringValues));

    public static ValueTask<IfMatch?> BindAsync(HttpContext http) =>
        ValueTask.FromResult<IfMatch?>(new IfMatch(http.Request.Headers.IfMatch));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(
            new HeaderParameter("If-Match", "The ETag that was read; a change made since answers 412")
        );

    /// <exception cref="ProblemException">412: it has another version by now.</exception>
    public void Require(long version)
    {
        if (Tags.Count > 0 && !ETags.Matches(Tags, version, weak: false))
        {
            throw new ProblemException(
                ProblemCodes.StaleVersion,
                "it was changed since it was read: read it again, then change it"
            );
        }
    }
}
