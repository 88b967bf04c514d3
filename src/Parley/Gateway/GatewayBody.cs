using System.Text;
using System.Text.Json;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Gateway;

/// <summary>A JSON body, and the model it names.</summary>
/// <param name="At">Where the name stands, with its quotes.</param>
internal sealed record GatewayBody(ReadOnlyMemory<byte> Utf8, string Model, Range At)
{
    /// <summary>
    /// Reads it whole. A body that names two models is refused, in whatever case the second is written: several servers
    /// take the last one and do not look at case, and would be asked for another model than was allowed.
    /// </summary>
    /// <param name="name">The field: <c>model</c>, and <c>name</c> where older clients of Ollama say so.</param>
    /// <exception cref="ProblemException">It is no JSON object, or names no model or two.</exception>
    public static async ValueTask<GatewayBody> ReadAsync(HttpContext http, string name = "model", string? older = null)
    {
        var utf8 = await JsonBodies.ReadAsync(http);
        return Find(utf8, name, older)
            ?? throw new ProblemException(
                ProblemCodes.BadRequest,
                $"the body names no {name}: send a JSON object with \"{name}\""
            );
    }

    /// <summary>Null where it names none.</summary>
    internal static GatewayBody? Find(ReadOnlyMemory<byte> utf8, string name, string? older)
    {
        GatewayBody? found = null;
        GatewayBody? second = null;
        try
        {
            var json = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = 256 });
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var is1 = Is(ref json, name);
                var is2 = !is1 && older is not null && Is(ref json, older);
                if (!is1 && !is2)
                {
                    json.Skip();
                    continue;
                }

                json.Read();
                if (json.TokenType != JsonTokenType.String)
                {
                    throw new ProblemException(ProblemCodes.BadRequest, $"{name} must be a string");
                }

                var start = (int)json.TokenStartIndex;
                var one = new GatewayBody(utf8, json.GetString()!, start..(int)json.BytesConsumed);
                if (is1 ? found is not null : second is not null)
                {
                    throw new ProblemException(ProblemCodes.BadRequest, $"the body names {name} twice");
                }

                (found, second) = is1 ? (one, second) : (found, one);
            }

            if (json.Read())
            {
                return null;
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new ProblemException(ProblemCodes.BadRequest, "the body is not valid JSON");
        }

        if (found is not null && second is not null && found.Model != second.Model)
        {
            throw new ProblemException(ProblemCodes.BadRequest, $"the body names two models, as {name} and as {older}");
        }

        return found ?? second;
    }

    private static bool Is(ref Utf8JsonReader json, string name)
    {
        if (json.ValueTextEquals(name))
        {
            return true;
        }

        // Only a key that could be the same in another case is worth a string.
        return (json.ValueIsEscaped || json.ValueSpan.Length == name.Length)
            && name.Equals(json.GetString(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The body as the upstream gets it: as it came, with the upstream's own name of the model.</summary>
    public ReadOnlyMemory<byte> For(string model)
    {
        if (model == Model)
        {
            return Utf8;
        }

        var name = Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(model)}\"");
        var (start, length) = At.GetOffsetAndLength(Utf8.Length);
        var body = new byte[Utf8.Length - length + name.Length];
        Utf8.Span[..start].CopyTo(body);
        name.CopyTo(body, start);
        Utf8.Span[(start + length)..].CopyTo(body.AsSpan(start + name.Length));
        return body;
    }
}
