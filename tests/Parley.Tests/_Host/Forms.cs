using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Parley.Tests;

/// <summary>Files sent as multipart/form-data.</summary>
internal static class Forms
{
    public static async Task<HttpResponseMessage> SendFilesAsync(
        this ParleyApp app,
        string path,
        IEnumerable<(string Name, byte[] Bytes)> files,
        params (string Name, string Value)[] headers
    )
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, bytes) in files)
        {
            var part = new ByteArrayContent(bytes);
            part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
            {
                Name = "file",
                FileNameStar = name,
                FileName = "x",
            };
            form.Add(part);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await app.Client.SendAsync(request);
    }

    public static async Task<JsonElement> PostFilesAsync(
        this ParleyApp app,
        string path,
        IEnumerable<(string Name, byte[] Bytes)> files,
        int status = 201,
        params (string Name, string Value)[] headers
    )
    {
        using var answer = await app.SendFilesAsync(path, files, headers);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public static (string Name, byte[] Bytes) Text(string name, string text) => (name, Encoding.UTF8.GetBytes(text));
}
