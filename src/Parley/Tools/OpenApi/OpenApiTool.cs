using System.Net.Http;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Parley.Identity;

namespace Parley.Tools.OpenApi;

/// <summary>Calls one operation. What reads by HTTP's own meaning is taken to read; every other method may change something.</summary>
internal sealed class OpenApiTool(ToolHttp http, ToolServer server, OpenApiOperation operation)
    : RemoteTool(
        server,
        operation.Name,
        operation.Description,
        operation.Parameters,
        writes: operation.Method is not ("GET" or "HEAD")
    )
{
    private const int MostRead = 256 * 1024;

    public override async Task<string> RunAsync(Caller caller, JsonElement arguments, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Address(arguments));
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/plain;q=0.8, */*;q=0.5");
        foreach (var argument in operation.Arguments)
        {
            if (!arguments.TryGetProperty(argument.Argument, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (argument.Place == ArgumentPlace.Header)
            {
                var text = string.Join(',', Values(value));
                if (text.Any(c => c is < ' ' or > '~'))
                {
                    throw new ToolException($"{argument.Argument} must be plain ASCII: it goes into a header");
                }

                request.Headers.TryAddWithoutValidation(argument.Name, text);
            }
            else if (argument.Place == ArgumentPlace.Body)
            {
                request.Content = new ByteArrayContent(JsonMarshal.GetRawUtf8Value(value).ToArray());
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(argument.Name);
            }
        }

        using var answer = await http.SendAsync(Server, request, ct);
        if (
            ToolServerException.Of((int)answer.StatusCode, $"{Server.Name} answered {(int)answer.StatusCode}") is
            { IsAway: true } away
        )
        {
            throw away;
        }

        var (body, cut) = await ToolHttp.ReadAsync(Server, answer, MostRead, ct);
        var said = Text(answer, body) + (cut ? "\n[cut: the answer was longer]" : "");
        return answer.IsSuccessStatusCode
            ? said.Length > 0
                ? said
                : $"It answered {(int)answer.StatusCode}, without a text."
            : throw new ToolException($"it answered {(int)answer.StatusCode}{(said.Length > 0 ? ": " : "")}{said}");
    }

    private Uri Address(JsonElement arguments)
    {
        var path = new StringBuilder(operation.Base.GetLeftPart(UriPartial.Path).TrimEnd('/'));
        var template = operation.Path;
        var query = new StringBuilder(operation.Base.Query.TrimStart('?'));
        foreach (var argument in operation.Arguments)
        {
            if (!arguments.TryGetProperty(argument.Argument, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (argument.Place == ArgumentPlace.Path)
            {
                var segment = string.Join(',', Values(value));
                // A dot segment would climb out of the operation's own path, escaped or not.
                if (segment is "" or "." or "..")
                {
                    throw new ToolException($"{argument.Argument} cannot be \"{segment}\"");
                }

                template = template.Replace(
                    $"{{{argument.Name}}}",
                    Uri.EscapeDataString(segment),
                    StringComparison.Ordinal
                );
            }
            else if (argument.Place == ArgumentPlace.Query)
            {
                IEnumerable<string> values = argument.Joined ? [string.Join(',', Values(value))] : Values(value);
                foreach (var one in values)
                {
                    query.Append(query.Length > 0 ? "&" : "");
                    query.Append(Uri.EscapeDataString(argument.Name)).Append('=').Append(Uri.EscapeDataString(one));
                }
            }
        }

        path.Append(template.StartsWith('/') ? "" : "/").Append(template);
        return new Uri(query.Length > 0 ? $"{path}?{query}" : path.ToString());
    }

    /// <summary>A list's items, or the one value; an object is its JSON.</summary>
    private static List<string> Values(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(One)] : [One(value)];

    private static string One(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Text(HttpResponseMessage answer, byte[] body)
    {
        var type = answer.Content.Headers.ContentType?.MediaType ?? "text/plain";
        return
            body.Length == 0
            || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.Contains("json", StringComparison.OrdinalIgnoreCase)
            || type.Contains("xml", StringComparison.OrdinalIgnoreCase)
            ? Encoding.UTF8.GetString(body)
            : $"[{body.Length} bytes of {type}, which is no text]";
    }
}
