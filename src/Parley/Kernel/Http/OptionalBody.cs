using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;

namespace Parley.Kernel.Http;

/// <summary>A JSON body that need not be there; an absent one is the empty object.</summary>
internal sealed record OptionalBody<T>(T Value, ReadOnlyMemory<byte> Utf8) : IEndpointParameterMetadataProvider
    where T : class, IRequestBody<T>
{
    private static readonly byte[] Nothing = Encoding.UTF8.GetBytes("{}");

    public static async ValueTask<OptionalBody<T>?> BindAsync(HttpContext http)
    {
        var utf8 = await JsonBodies.ReadAsync(http);
        var body = utf8.IsEmpty ? Nothing : utf8;
        return new OptionalBody<T>(Body<T>.Parse(body.Span), body);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: true));
}
