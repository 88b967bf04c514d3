using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>The models a caller may use, as clients of either kind expect them.</summary>
internal static class ModelLists
{
    private const string NoTime = "1970-01-01T00:00:00Z";

    public static async Task OllamaAsync(HttpContext http, Caller caller, ModelRouter router)
    {
        var models = await router.ListAsync(caller, http.RequestAborted);
        await WriteAsync(
            http,
            json =>
            {
                json.WriteStartArray("models"u8);
                foreach (var model in models)
                {
                    json.WriteStartObject();
                    json.WriteString("name"u8, model.Name);
                    json.WriteString("model"u8, model.Name);
                    json.WriteString("modified_at"u8, NoTime);
                    json.WriteNumber("size"u8, 0);
                    json.WriteString("digest"u8, ""u8);
                    json.WriteStartObject("details"u8);
                    json.WriteString("format"u8, ""u8);
                    json.WriteString("family"u8, model.Upstream.Kind.Name());
                    json.WriteEndObject();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    /// <summary>Clients look at it to learn what they may ask: the version of Ollama whose words are spoken here.</summary>
    public static Task Version(HttpContext http) =>
        WriteAsync(
            http,
            json =>
            {
                json.WriteString("version"u8, "0.12.0"u8);
                json.WriteString("parley"u8, ParleyVersion.Text);
            }
        );

    public static async Task OpenAiAsync(HttpContext http, Caller caller, ModelRouter router)
    {
        var models = await router.ListAsync(caller, http.RequestAborted);
        await WriteAsync(
            http,
            json =>
            {
                json.WriteString("object"u8, "list"u8);
                json.WriteStartArray("data"u8);
                foreach (var model in models)
                {
                    json.WriteStartObject();
                    One(json, model);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    public static async Task OneAsync(HttpContext http, string id, Caller caller, ModelRouter router)
    {
        var name = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (await router.FindAsync(caller, name, http.RequestAborted) is not { } model)
        {
            await GatewayProblem.NoModelAsync(http, Dialect.OpenAi, name);
            return;
        }

        await WriteAsync(http, json => One(json, model));
    }

    private static void One(Utf8JsonWriter json, ModelRoute model)
    {
        json.WriteString("id"u8, model.Name);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, 0);
        json.WriteString("owned_by"u8, model.Upstream.Name);
    }

    internal static async Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write)
    {
        http.Response.ContentType = "application/json";
        using (var json = new Utf8JsonWriter(http.Response.BodyWriter, JsonOut.Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
