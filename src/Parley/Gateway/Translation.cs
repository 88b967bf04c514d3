using System.Text.Json;
using Parley.Chat;
using Parley.Identity;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>Calls whose client speaks other words than the upstream. Thread-safe.</summary>
internal sealed class Translation(
    ModelRouter router,
    Embeddings embeddings,
    UsageLog usage,
    TokenCounts tokens,
    TimeProvider time
)
{
    /// <summary>OpenAI's chat completions.</summary>
    /// <param name="record">Where the answer is to be stored too.</param>
    public async Task OpenAiAsync(
        HttpContext http,
        Caller caller,
        GatewayBody body,
        ModelRoute route,
        ExchangeRecord? record
    )
    {
        var chat = Chat.OfOpenAi(body);
        using var writer = new OpenAiWriter(http, body.Model, chat, time.GetUtcNow());
        await RunAsync(http, caller, route, chat, writer, record);
    }

    /// <summary>OpenAI's embeddings.</summary>
    public Task EmbedAsync(HttpContext http, Caller caller, GatewayBody body, ModelRoute route) =>
        embeddings.OpenAiAsync(http, caller, body, route);

    /// <summary>What an Ollama would be asked.</summary>
    /// <inheritdoc cref="OpenAiAsync" path="/param"/>
    public async Task OllamaAsync(
        HttpContext http,
        Caller caller,
        GatewayBody body,
        ModelRoute route,
        string path,
        ExchangeRecord? record
    )
    {
        if (path is "/api/chat" or "/api/generate")
        {
            var generate = path == "/api/generate";
            var chat = Chat.OfOllama(body, generate);
            using var writer = new OllamaWriter(http, body.Model, chat, generate, time);
            await RunAsync(http, caller, route, chat, writer, record);
        }
        else if (path == "/api/show")
        {
            await ShowAsync(http, route);
        }
        else
        {
            await embeddings.OllamaAsync(http, caller, body, route, single: path == "/api/embeddings");
        }
    }

    private async Task RunAsync(
        HttpContext http,
        Caller caller,
        ModelRoute route,
        Chat chat,
        ChatWriter writer,
        ExchangeRecord? record
    )
    {
        var began = time.GetTimestamp();
        TimeSpan? first = null;
        var asked = route;
        var status = StatusCodes.Status200OK;
        var open = usage.Begin(
            caller.OwnerId,
            () => writer.Written > 0 ? SpentTokens.Of(asked, Estimate(asked, chat, writer, null)) : null
        );
        try
        {
            await foreach (var one in router.StreamAsync(route, chat.Request, http.RequestAborted))
            {
                if (first is null)
                {
                    first = time.GetElapsedTime(began);
                    asked = one.From ?? route;
                    writer.Start();
                }

                record?.Add(one);
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
            var spent = first is null ? null : SpentTokens.Of(asked, Counted(asked, chat, writer));
            record?.Spent = spent;
            Book(caller, asked, began, first, status, spent, open);
        }
    }

    /// <summary>As the upstream counted; what it did not count is estimated.</summary>
    private ModelUsage Counted(ModelRoute route, Chat chat, ChatWriter writer)
    {
        var counted = writer.Usage ?? new ModelUsage(null, null);
        if (counted is { PromptTokens: not null, CompletionTokens: not null })
        {
            return counted;
        }

        return Estimate(route, chat, writer, counted);
    }

    private ModelUsage Estimate(ModelRoute route, Chat chat, ChatWriter writer, ModelUsage? counted) =>
        new(
            counted?.PromptTokens ?? chat.Request.Messages.Sum(m => tokens.Estimate(route.Name, m.Text.Span)),
            counted?.CompletionTokens ?? writer.Written / 4,
            counted?.CachedTokens,
            counted?.ReasoningTokens
        )
        {
            Estimated = true,
        };

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

    private void Book(
        Caller caller,
        ModelRoute route,
        long began,
        TimeSpan? first,
        int status,
        SpentTokens? spent,
        OpenCall open
    ) =>
        usage.Add(
            new ModelCall(caller.OwnerId, route.Upstream.Id, route.Name)
            {
                At = time.GetUtcNow(),
                Spent = spent,
                FirstByte = first,
                Total = time.GetElapsedTime(began),
                Status = status,
            },
            open
        );
}
