using System.Net.Http;
using System.Text.Json;

namespace Parley.Tools.OpenApi;

/// <summary>The operations of an OpenAPI 3 document as tools. Thread-safe.</summary>
internal sealed class OpenApiSource(ToolHttp http) : IToolSource
{
    public ToolServerKind Kind => ToolServerKind.OpenApi;

    public async Task<IReadOnlyList<RemoteTool>> ListAsync(ToolServer server, Action<string> left, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var answer = await http.SendAsync(server, request, ct);
        if (!answer.IsSuccessStatusCode)
        {
            throw ToolServerException.Of(
                (int)answer.StatusCode,
                $"{server.Name} answered {(int)answer.StatusCode} for its document"
            );
        }

        var (body, cut) = await ToolHttp.ReadAsync(server, answer, ToolHttp.LargestBody, ct);
        if (cut)
        {
            throw new ToolServerException(
                $"the document of {server.Name} is larger than {ToolHttp.LargestBody / 1024 / 1024} MiB"
            );
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            var reader = new OpenApiReader(server, document.RootElement);
            return [.. reader.Read(left).Select(o => new OpenApiTool(http, server, o))];
        }
        catch (JsonException broken)
        {
            throw new ToolServerException(
                $"the document of {server.Name} is no JSON (YAML is not read): line {broken.LineNumber + 1}",
                broken
            );
        }
    }
}
