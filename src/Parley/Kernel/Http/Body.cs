using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>A handler's parameter bound to the JSON body. The bytes stay with it: an idempotency key is tied to them.</summary>
internal sealed record Body<T>(T Value, ReadOnlyMemory<byte> Utf8) : IEndpointParameterMetadataProvider
    where T : class, IRequestBody<T>
{
    public static async ValueTask<Body<T>?> BindAsync(HttpContext http)
    {
        var utf8 = await JsonBodies.ReadAsync(http);
        if (utf8.IsEmpty)
        {
            throw new ProblemException(ProblemCodes.BadRequest, "the body is empty: send a JSON object");
        }

        return new Body<T>(Parse(utf8.Span), utf8);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    internal static T Parse(ReadOnlySpan<byte> utf8)
    {
        var value = Deserialize(utf8);
        var check = new FieldChecks();
        value.Check(check);
        check.Done();
        return value;
    }

    private static T Deserialize(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, T.Json)
                ?? throw new ProblemException(ProblemCodes.BadRequest, "the body is null: send a JSON object");
        }
        catch (JsonException failure)
        {
            throw JsonFaults.Explain(failure, utf8, T.Json);
        }
    }
}
