using System.Net.Http;
using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>Calls whose client speaks other words than the upstream. Thread-safe.</summary>
internal sealed class Translation(ModelRouter router, UpstreamHttp upstreams, UsageLog usage, TimeProvider time)
{
    /// <summary>OpenAI's chat completions.</summary>
    public async Task OpenAiAsync(HttpContext http, Caller caller, GatewayBody body, ModelRoute route)
    {
        var chat = Chat.OfOpenAi(body);
        using var writer = new OpenAiWriter(http, body.Model, chat, time.GetUtcNow());
        await RunAsync(http, caller, route, chat, writer);
    }

    /// <summary>What an Ollama would be asked.</summary>
    public async Task OllamaAsync(HttpContext http, Caller caller, GatewayBody body, ModelRoute route, string path)
    {
        if (path is "/api/chat" or "/api/generate")
        {
            var generate = path == "/api/generate";
            var chat = Chat.OfOllama(body, generate);
            using var writer = new OllamaWriter(http, body.Model, chat, generate, time);
            await RunAsync(http, caller, route, chat, writer);
        }
        else if (path == "/api/show")
        {
            await ShowAsync(http, route);
        }
        else if (route.Upstream.Kind == UpstreamKind.OpenAi)
        {
            await EmbedAsync(http, caller, body, route, single: path == "/api/embeddings");
        }
        else
        {
            await GatewayProblem.BadAsync(http, Dialect.Ollama, $"{route.Upstream.Name} has no embeddings");
        }
    }

    private async Task RunAsync(HttpContext http, Caller caller, ModelRoute route, Chat chat, ChatWriter writer)
    {
        var began = time.GetTimestamp();
        TimeSpan? first = null;
        var status = StatusCodes.Status200OK;
        try
        {
            await foreach (var one in router.StreamAsync(route, chat.Request, http.RequestAborted))
            {
                if (first is null)
                {
                    first = time.GetElapsedTime(began);
                    writer.Start();
                }

                await writer.WriteAsync(one);
            }
        }
        catch (UpstreamException failure) when (http.Response.HasStarted)
        {
            status = StatusCodes.Status502BadGateway;
            await writer.FailAsync(failure);
        }
        catch (UpstreamException failure)
        {
            status = GatewayProblem.CodeOf(failure).Status;
            throw;
        }
        catch (OperationCanceledException)
        {
            status = 499;
            throw;
        }
        finally
        {
            Book(caller, route, began, first, status, writer.Usage);
        }
    }

    private static Task ShowAsync(HttpContext http, ModelRoute route) =>
        ModelLists.WriteAsync(
            http,
            json =>
            {
                json.WriteString("modelfile"u8, ""u8);
                json.WriteString("template"u8, ""u8);
                json.WriteStartObject("details"u8);
                json.WriteString("family"u8, route.Upstream.Kind.Name());
                json.WriteEndObject();
                json.WriteStartObject("model_info"u8);
                if (route.Model.ContextTokens is { } tokens)
                {
                    json.WriteString("general.architecture"u8, "remote"u8);
                    json.WriteNumber("remote.context_length"u8, tokens);
                }

                json.WriteEndObject();
                json.WriteStartArray("capabilities"u8);
                json.WriteStringValue("completion"u8);
                json.WriteEndArray();
            }
        );

    /// <param name="single">Ollama's older call: one prompt, one vector.</param>
    private async Task EmbedAsync(HttpContext http, Caller caller, GatewayBody body, ModelRoute route, bool single)
    {
        var began = time.GetTimestamp();
        using var asked = JsonDocument.Parse(body.Utf8);
        if (!asked.RootElement.TryGetProperty(single ? "prompt" : "input", out var input))
        {
            await GatewayProblem.BadAsync(http, Dialect.Ollama, $"the body has no {(single ? "prompt" : "input")}");
            return;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, route.Upstream.At("/embeddings"))
        {
            Content = PassThrough.Json(Embedding(route.Model.Name, input)),
        };
        using var answer = await upstreams.AskAsync(route.Upstream, request, http.RequestAborted);
        using var document = await UpstreamHttp.ReadAsync(answer);
        var root = document.RootElement;
        if (!root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            throw answer.Failure("answered no embeddings");
        }

        long? tokens =
            root.TryGetProperty("usage", out var used)
            && used.TryGetProperty("prompt_tokens", out var count)
            && count.TryGetInt64(out var number)
                ? number
                : null;
        Book(caller, route, began, time.GetElapsedTime(began), StatusCodes.Status200OK, new ModelUsage(tokens, null));
        await ModelLists.WriteAsync(http, json => Vectors(json, body.Model, data, tokens, single));
    }

    private static byte[] Embedding(string model, JsonElement input)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, JsonOut.Options))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            json.WritePropertyName("input"u8);
            input.WriteTo(json);
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static void Vectors(Utf8JsonWriter json, string model, JsonElement data, long? tokens, bool single)
    {
        if (!single)
        {
            json.WriteString("model"u8, model);
            json.WriteStartArray("embeddings"u8);
        }

        foreach (var item in data.EnumerateArray())
        {
            if (item.TryGetProperty("embedding", out var vector))
            {
                if (single)
                {
                    json.WritePropertyName("embedding"u8);
                    vector.WriteTo(json);
                    return;
                }

                vector.WriteTo(json);
            }
        }

        if (!single)
        {
            json.WriteEndArray();
            json.WriteNumber("prompt_eval_count"u8, tokens ?? 0);
        }
    }

    private void Book(Caller caller, ModelRoute route, long began, TimeSpan? first, int status, ModelUsage? used) =>
        usage.Add(
            new ModelCall(caller.OwnerId, route.Upstream.Id, route.Name)
            {
                At = time.GetUtcNow(),
                Usage = used,
                FirstByte = first,
                Total = time.GetElapsedTime(began),
                Status = status,
            }
        );
}
