using System.Net.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>Decides for one request whom it goes to and how: on as it is, or translated. Thread-safe.</summary>
internal sealed class GatewayCalls(
    ModelRouter router,
    PassThrough pass,
    Translation translation,
    ExchangeKeeper keeper,
    UpstreamStore store,
    Quotas quotas,
    DataFolder folder
)
{
    /// <summary>Ollama's calls of a model.</summary>
    public Task OllamaAsync(HttpContext http, Caller caller, string path) =>
        RunAsync(
            http,
            caller,
            Dialect.Ollama,
            async (body, route, record) =>
            {
                if (route.Upstream.Kind == UpstreamKind.Ollama)
                {
                    await PassAsync(http, caller, body, route, UpstreamKind.Ollama, path, record);
                    return;
                }

                await translation.OllamaAsync(http, caller, body, route, path, record);
            },
            path is "/api/chat" or "/api/generate" ? body => Chat.OfOllama(body, path == "/api/generate") : null,
            path == "/api/show" ? "name" : null
        );

    /// <summary>OpenAI's calls of a model.</summary>
    public Task OpenAiAsync(HttpContext http, Caller caller, string path) =>
        RunAsync(
            http,
            caller,
            Dialect.OpenAi,
            async (body, route, record) =>
            {
                if (route.Upstream.Kind == UpstreamKind.OpenAi)
                {
                    await PassAsync(http, caller, body, route, UpstreamKind.OpenAi, path, record);
                }
                else if (path == "/chat/completions")
                {
                    await translation.OpenAiAsync(http, caller, body, route, record);
                }
                else if (path == "/embeddings")
                {
                    await translation.EmbedAsync(http, caller, body, route);
                }
                else if (route.Upstream.Kind == UpstreamKind.Ollama)
                {
                    // Ollama speaks the rest of OpenAI's words itself.
                    await PassAsync(http, caller, body, route, UpstreamKind.Ollama, "/v1" + path, record);
                }
                else
                {
                    await GatewayProblem.BadAsync(
                        http,
                        Dialect.OpenAi,
                        $"{route.Upstream.Name} has no {path}: only chat/completions"
                    );
                }
            },
            path == "/chat/completions" ? Chat.OfOpenAi : null,
            null
        );

    /// <summary>
    /// A form: held on disk until its model is known, which often stands behind the file, then sent on as it came.
    /// </summary>
    public async Task FormAsync(HttpContext http, Caller caller, string path)
    {
        await using var spool = new FileBufferingReadStream(
            http.Request.Body,
            memoryThreshold: 64 * 1024,
            bufferLimit: null,
            folder.Path
        );
        string? model;
        try
        {
            model = await FormModelAsync(http.Request, spool, http.RequestAborted);
            await spool.DrainAsync(http.RequestAborted);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new ProblemException(ProblemCodes.BadRequest, "the form is broken or cut");
        }

        if (model is null)
        {
            await GatewayProblem.BadAsync(http, Dialect.OpenAi, "the form names no model");
            return;
        }

        if (await router.FindAsync(caller, model, http.RequestAborted) is not { } route)
        {
            await GatewayProblem.NoModelAsync(http, Dialect.OpenAi, model);
            return;
        }

        if (route.Upstream.Kind != UpstreamKind.OpenAi || route.Model.Name != model)
        {
            await GatewayProblem.BadAsync(
                http,
                Dialect.OpenAi,
                $"{route.Upstream.Name} takes no forms{(route.Model.Name != model ? " for a model with a prefix" : "")}"
            );
            return;
        }

        if (!await MayAsync(http, caller, Dialect.OpenAi))
        {
            return;
        }

        spool.Position = 0;
        var content = new StreamContent(spool);
        content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
        await GuardAsync(
            http,
            Dialect.OpenAi,
            () => pass.RunAsync(http, caller, [new PassThrough.Target(route.Upstream, path, model, content)])
        );
    }

    /// <summary>What changes an Ollama, or looks into it: the one that has the model, else the first there is.</summary>
    public async Task ManageAsync(HttpContext http, Caller caller, string path)
    {
        GatewayBody? body = null;
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            body =
                path == "/api/copy"
                    ? await GatewayBody.ReadAsync(http, "source")
                    : await GatewayBody.ReadAsync(http, "model", "name");
        }

        var (upstream, model) = await ChooseAsync(caller, body?.Model, http.RequestAborted);
        if (upstream is null)
        {
            await GatewayProblem.WriteAsync(http, Dialect.Ollama, ProblemCodes.NotFound, "there is no Ollama");
            return;
        }

        var content = body is null ? null : PassThrough.Json(body.For(model!));
        await GuardAsync(
            http,
            Dialect.Ollama,
            () => pass.RunAsync(http, caller, [new PassThrough.Target(upstream, path, "", content)])
        );
    }

    private async Task<(Upstream? Upstream, string? Model)> ChooseAsync(
        Caller caller,
        string? model,
        CancellationToken ct
    )
    {
        if (
            model is not null
            && await router.FindAsync(caller, model, ct) is { Upstream.Kind: UpstreamKind.Ollama } route
        )
        {
            return (route.Upstream, route.Model.Name);
        }

        foreach (var setup in await store.AllAsync(ct))
        {
            if (setup.Upstream.Kind == UpstreamKind.Ollama && setup.IsFor(caller.OwnerId))
            {
                return (setup.Upstream, model);
            }
        }

        return (null, model);
    }

    private async Task RunAsync(
        HttpContext http,
        Caller caller,
        Dialect dialect,
        Func<GatewayBody, ModelRoute, ExchangeRecord?, Task> ask,
        Func<GatewayBody, Chat>? read,
        string? older
    )
    {
        var body = await GatewayBody.ReadAsync(http, "model", older);
        if (await router.FindAsync(caller, body.Model, http.RequestAborted) is not { } route)
        {
            await GatewayProblem.NoModelAsync(http, dialect, body.Model);
            return;
        }

        // Only what looks at a model has an older name for it; it costs no tokens.
        if (older is null && !await MayAsync(http, caller, dialect))
        {
            return;
        }

        var record = read is null ? null : ExchangeKeeper.Begin(http, caller, body, read);
        try
        {
            await GuardAsync(http, dialect, () => ask(body, route, record));
        }
        finally
        {
            if (record is not null)
            {
                await keeper.KeepAsync(caller, record);
            }
        }
    }

    /// <summary>Whether tokens are left; where not, the client is told in its words.</summary>
    private async Task<bool> MayAsync(HttpContext http, Caller caller, Dialect dialect)
    {
        try
        {
            await quotas.RequireAsync(http, caller.OwnerId, QuotaKind.Tokens, http.RequestAborted);
            return true;
        }
        catch (ProblemException refusal)
        {
            await GatewayProblem.RefusedAsync(http, dialect, refusal);
            return false;
        }
    }

    /// <summary>An upstream's failure before the first byte is told in the client's words.</summary>
    private static async Task GuardAsync(HttpContext http, Dialect dialect, Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (UpstreamException failure) when (!http.Response.HasStarted)
        {
            await GatewayProblem.FailedAsync(http, dialect, failure);
        }
        catch (UpstreamException)
        {
            throw new CutAnswerException(); // half an answer must not look whole
        }
    }

    /// <summary>To the route's upstream, or one of its fallbacks that speaks the same.</summary>
    private Task PassAsync(
        HttpContext http,
        Caller caller,
        GatewayBody body,
        ModelRoute route,
        UpstreamKind kind,
        string path,
        ExchangeRecord? record
    )
    {
        var targets = new List<PassThrough.Target>(1);
        foreach (var one in (IEnumerable<ModelRoute>)[route, .. route.Fallbacks])
        {
            if (one.Upstream.Kind == kind)
            {
                targets.Add(
                    new PassThrough.Target(
                        one.Upstream,
                        path,
                        body.Model,
                        PassThrough.Json(body.For(one.Model.Name)),
                        body.Utf8
                    )
                    {
                        OwnModel = one.Model.Name,
                    }
                );
            }
        }

        return pass.RunAsync(http, caller, targets, record);
    }

    /// <summary>The field <c>model</c>; two of them are refused, see <see cref="GatewayBody.ReadAsync"/>.</summary>
    private static async Task<string?> FormModelAsync(HttpRequest request, Stream body, CancellationToken ct)
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary
        )
        {
            throw new ProblemException(ProblemCodes.UnsupportedMediaType, "send multipart/form-data");
        }

        string? model = null;
        var reader = new MultipartReader(boundary, body) { BodyLengthLimit = null };
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (
                !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var about)
                || !HeaderUtilities.RemoveQuotes(about.Name).Equals("model", StringComparison.OrdinalIgnoreCase)
            )
            {
                continue;
            }

            if (model is not null)
            {
                throw new ProblemException(ProblemCodes.BadRequest, "the form names model twice");
            }

            using var text = new StreamReader(section.Body);
            var room = new char[301];
            var length = await text.ReadBlockAsync(room, ct);
            model =
                length <= 300
                    ? new string(room, 0, length)
                    : throw new ProblemException(
                        ProblemCodes.BadRequest,
                        "the model's name is longer than 300 characters"
                    );
        }

        return model;
    }
}
