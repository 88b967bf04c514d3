using System.Buffers.Binary;
using System.Net.Http;
using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Providers;
using static Parley.Gateway.BodyFields;
using static Parley.Kernel.JsonMembers;

namespace Parley.Gateway;

/// <summary>
/// Embeddings whose client speaks other words than the upstream. OpenAI's clients ask for base64 unasked and take
/// whatever comes for it: Ollama's own imitation of OpenAI answers numbers, of which such a client silently makes a
/// vector of a quarter of the length (https://github.com/ollama/ollama/issues/6934). So it is translated. Thread-safe.
/// </summary>
internal sealed class Embeddings(UpstreamHttp upstreams, UsageLog usage, TimeProvider time)
{
    /// <summary>What was answered: a vector for each input, in their order.</summary>
    private sealed record Answer(JsonDocument Document, List<JsonElement> Vectors, long? Tokens);

    /// <param name="single">Ollama's older call: one prompt, one vector.</param>
    public async Task OllamaAsync(HttpContext http, Caller caller, GatewayBody body, ModelRoute route, bool single)
    {
        using var asked = Parse(body);
        var name = single ? "prompt" : "input";
        if (!asked.RootElement.TryGetProperty(name, out var input))
        {
            await GatewayProblem.BadAsync(http, Dialect.Ollama, $"the body has no {name}");
            return;
        }

        if (single && input.ValueKind != JsonValueKind.String)
        {
            throw Bad("prompt", "must be a text");
        }

        if (route.Upstream.Kind != UpstreamKind.OpenAi)
        {
            await NoneAsync(http, Dialect.Ollama, route);
            return;
        }

        var answer = await AskAsync(
            caller,
            route,
            "/embeddings",
            "data",
            input,
            Whole(asked.RootElement, "dimensions"),
            http
        );
        using var document = answer.Document;
        await ModelLists.WriteAsync(
            http,
            json =>
            {
                if (single)
                {
                    json.WritePropertyName("embedding"u8);
                    answer.Vectors[0].WriteTo(json);
                    return;
                }

                json.WriteString("model"u8, body.Model);
                json.WriteStartArray("embeddings"u8);
                foreach (var vector in answer.Vectors)
                {
                    vector.WriteTo(json);
                }

                json.WriteEndArray();
                json.WriteNumber("prompt_eval_count"u8, answer.Tokens ?? 0);
            }
        );
    }

    public async Task OpenAiAsync(HttpContext http, Caller caller, GatewayBody body, ModelRoute route)
    {
        if (route.Upstream.Kind != UpstreamKind.Ollama)
        {
            await NoneAsync(http, Dialect.OpenAi, route);
            return;
        }

        using var asked = Parse(body);
        var root = asked.RootElement;
        if (!root.TryGetProperty("input", out var input) || !IsText(input))
        {
            throw Bad("input", "must be a text or a list of texts");
        }

        var base64 = Text(root, "encoding_format") switch
        {
            null or "float" => false,
            "base64" => true,
            _ => throw Bad("encoding_format", "must be float or base64"),
        };
        var answer = await AskAsync(caller, route, "/api/embed", "embeddings", input, Whole(root, "dimensions"), http);
        using var document = answer.Document;
        await ModelLists.WriteAsync(http, json => Write(json, body.Model, answer, base64));
    }

    private static void Write(Utf8JsonWriter json, string model, Answer answer, bool base64)
    {
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (var i = 0; i < answer.Vectors.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "embedding"u8);
            json.WriteNumber("index"u8, i);
            json.WritePropertyName("embedding"u8);
            if (base64)
            {
                json.WriteBase64StringValue(Bytes(answer.Vectors[i]));
            }
            else
            {
                answer.Vectors[i].WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model"u8, model);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, answer.Tokens ?? 0);
        json.WriteNumber("total_tokens"u8, answer.Tokens ?? 0);
        json.WriteEndObject();
    }

    /// <summary>As 32-bit numbers, the lowest byte first.</summary>
    private static byte[] Bytes(JsonElement vector)
    {
        var bytes = new byte[vector.GetArrayLength() * sizeof(float)];
        var at = 0;
        foreach (var number in vector.EnumerateArray())
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), (float)number.GetDouble());
            at += sizeof(float);
        }

        return bytes;
    }

    /// <summary>Ollama takes texts; OpenAI also takes tokens, which mean nothing to another model.</summary>
    private static bool IsText(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Array)
        {
            return input.ValueKind == JsonValueKind.String;
        }

        foreach (var item in input.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<Answer> AskAsync(
        Caller caller,
        ModelRoute route,
        string path,
        string list,
        JsonElement input,
        int? dimensions,
        HttpContext http
    )
    {
        var began = time.GetTimestamp();
        var request = new HttpRequestMessage(HttpMethod.Post, route.Upstream.At(path))
        {
            Content = PassThrough.Json(Question(route.Model.Name, input, dimensions)),
        };
        using var answer = await upstreams.AskAsync(route.Upstream, request, http.RequestAborted);
        var document = await UpstreamHttp.ReadAsync(answer);
        var expected = input.ValueKind == JsonValueKind.Array ? input.GetArrayLength() : 1;
        if (Vectors(document.RootElement, list) is not { } vectors || vectors.Count != expected)
        {
            document.Dispose();
            throw answer.Failure($"answered no embedding for each of {expected} texts");
        }

        var root = document.RootElement;
        var tokens =
            Long(root, "prompt_eval_count")
            ?? (root.TryGetProperty("usage", out var used) ? Long(used, "prompt_tokens") : null);
        usage.Add(
            new ModelCall(caller.OwnerId, route.Upstream.Id, route.Name)
            {
                At = time.GetUtcNow(),
                Spent = tokens is null ? null : SpentTokens.Of(route, new ModelUsage(tokens, null)),
                FirstByte = time.GetElapsedTime(began),
                Total = time.GetElapsedTime(began),
                Status = StatusCodes.Status200OK,
            }
        );
        return new Answer(document, vectors, tokens);
    }

    private static byte[] Question(string model, JsonElement input, int? dimensions)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, JsonOut.Options))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            json.WritePropertyName("input"u8);
            input.WriteTo(json);
            if (dimensions is { } length)
            {
                json.WriteNumber("dimensions"u8, length);
            }

            json.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>Lists of numbers, or objects that hold one each; null where it is anything else.</summary>
    private static List<JsonElement>? Vectors(JsonElement root, string name)
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty(name, out var list)
            || list.ValueKind != JsonValueKind.Array
        )
        {
            return null;
        }

        var vectors = new List<JsonElement>();
        foreach (var item in list.EnumerateArray())
        {
            var vector =
                item.ValueKind == JsonValueKind.Object && item.TryGetProperty("embedding", out var held) ? held : item;
            if (!IsVector(vector))
            {
                return null;
            }

            vectors.Add(vector);
        }

        return vectors;
    }

    private static bool IsVector(JsonElement vector)
    {
        if (vector.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var number in vector.EnumerateArray())
        {
            if (number.ValueKind != JsonValueKind.Number)
            {
                return false;
            }
        }

        return true;
    }

    private static Task NoneAsync(HttpContext http, Dialect dialect, ModelRoute route) =>
        GatewayProblem.BadAsync(http, dialect, $"{route.Upstream.Name} has no embeddings");
}
