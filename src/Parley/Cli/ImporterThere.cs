using System.IO.Compression;
using System.Text.Json;
using Parley.Import;

namespace Parley.Cli;

/// <summary>Imports through the running server: files are sent, folders as a zip, and its events are followed.</summary>
internal sealed class ImporterThere(HttpClient client, ImportWishes wishes) : IImporter
{
    public async Task<ImportReport> PreviewAsync(string path, string name, CancellationToken ct)
    {
        using var response = await SendAsync(path, name, "application/json", "&dry_run=true", ct);
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        return (await JsonSerializer.DeserializeAsync(body, ImportJson.Default.ImportReport, ct))!;
    }

    public async Task<ImportJob> ImportAsync(
        string path,
        string name,
        Action<ImportProgress> show,
        CancellationToken ct
    )
    {
        using var response = await SendAsync(path, name, "application/x-ndjson", "", ct);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            var e = JsonSerializer.Deserialize(line, ImportJson.Default.ImportEvent)!;
            if (e.Progress is { } progress)
            {
                show(progress);
            }

            if (e.Import is { } import)
            {
                return import;
            }
        }

        throw new CliException(
            "the server ended the import's events early; `parley get /api/imports` says how it stands"
        );
    }

    private async Task<HttpResponseMessage> SendAsync(
        string path,
        string name,
        string accept,
        string query,
        CancellationToken ct
    )
    {
        var folder = Directory.Exists(path);
        var file = folder ? Zip(path) : path;
        try
        {
            await using var content = File.OpenRead(file);
            var wanted =
                $"/api/import?name={Uri.EscapeDataString(name)}{query}{(wishes.Space is { } space ? "&space=" + Uri.EscapeDataString(space) : "")}{(wishes.RestoreDeleted ? "&restore_deleted=true" : "")}";
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(wanted, UriKind.Relative))
            {
                Content = new StreamContent(content),
            };
            request.Content.Headers.ContentType = new("application/octet-stream");
            request.Headers.Accept.ParseAdd(accept);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            await LocalApi.EnsureAsync(response, ct);
            return response;
        }
        finally
        {
            if (folder)
            {
                File.Delete(file);
            }
        }
    }

    private static string Zip(string folder)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".zip");
        ZipFile.CreateFromDirectory(folder, path, CompressionLevel.Fastest, includeBaseDirectory: false);
        return path;
    }
}
