using System.Text;
using System.Text.Json;
using Parley.Import;

namespace Parley.Tests.Import;

/// <summary>ChatGPT exports written in a line: ids that begin with q are questions, others answers; the last message is the leaf.</summary>
internal static class ChatGptExport
{
    public static byte[] Of(params IEnumerable<string> conversations) =>
        Encoding.UTF8.GetBytes($"[{string.Join(",\n", conversations)}]");

    public static string Conversation(
        string id,
        string title,
        int updated,
        params (string Id, string? Parent, string Text)[] messages
    )
    {
        var nodes = messages.Select((m, i) => $"{m.Id.Quoted()}:{Node(m, updated - messages.Length + i)}");
        return $$"""
            {"conversation_id":{{id.Quoted()}},"title":{{title.Quoted()}},"create_time":10,"update_time":{{updated}},
            "current_node":{{messages[^1].Id.Quoted()}},"mapping":{ {{string.Join(",", nodes)}} } }
            """;
    }

    public static async Task<ImportJob> ImportAsync(this ParleyApp app, byte[] export, string query = "")
    {
        using var body = new ByteArrayContent(export);
        using var answer = await app.Client.PostAsync(new Uri("/api/import" + query, UriKind.Relative), body);
        var job = JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(), ImportJson.Default.ImportJob)!;
        Assert.True(job.Status == ImportStatus.Done, $"{job.Status} {job.Error}");
        return job;
    }

    public static async Task UndoAsync(this ParleyApp app, ImportJob job) =>
        Assert.Equal("undone", (await app.SendJsonAsync("DELETE", "/api/imports/" + job.Id)).Text("status"));

    private static string Node((string Id, string? Parent, string Text) message, int at) =>
        $$"""
            {"id":{{message.Id.Quoted()}},"parent":{{message.Parent?.Quoted()
                ?? "null"}},"message":{"id":{{message.Id.Quoted()}},"create_time":{{at}},
            "author":{"role":"{{(
                message.Id[0] == 'q' ? "user" : "assistant"
            )}}"},"content":{"content_type":"text","parts":[{{message.Text.Quoted()}}]} } }
            """;
}
