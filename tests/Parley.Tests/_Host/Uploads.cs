using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Parley.Tests;

/// <summary>Small exports, and people who upload them.</summary>
internal static class Uploads
{
    /// <summary>An export of ChatGPT's: one conversation with one message and these files.</summary>
    public static async Task<byte[]> ExportAsync(string id, string words, params (string Name, string Text)[] files)
    {
        var body = new MemoryStream();
        await using (var zip = new ZipArchive(body, ZipArchiveMode.Create, leaveOpen: true))
        {
            async Task AddAsync(string name, string text)
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync();
                await entry.WriteAsync(Encoding.UTF8.GetBytes(text));
            }

            for (var i = 0; i < files.Length; i++)
            {
                await AddAsync($"file-{id}{i}.txt", files[i].Text);
            }

            var attachments = files.Select((file, i) => $$"""{"id":"file-{{id}}{{i}}","name":"{{file.Name}}"}""");
            await AddAsync(
                "conversations.json",
                $$$"""
                [{"title":"{{{words}}}","create_time":1700000000,"conversation_id":"{{{id}}}","mapping":{
                "r":{"id":"r","message":null,"parent":null,"children":["m"]},
                "m":{"id":"m","parent":"r","children":[],"message":{"id":"m","author":{"role":"user"},"create_time":1700000000,
                "content":{"content_type":"text","parts":["{{{words}}} words"]},
                "metadata":{"attachments":[{{{string.Join(',', attachments)}}}] } } } },"current_node":"m"}]
                """
            );
        }

        return body.ToArray();
    }

    /// <summary>Uploads it and waits for the job.</summary>
    public static async Task<JsonElement> ImportAsync(this Person who, byte[] export, string name, int status = 200)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/import?name=" + name)
        {
            Content = new ByteArrayContent(export),
        };
        request.Headers.TryAddWithoutValidation("Authorization", who.Header.Value);
        using var answer = await who.App.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
