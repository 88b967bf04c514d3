using System.Text;
using Parley.Conversations;

namespace Parley.Tests.Import.Formats.Mistral;

public sealed class LeChatFormatTests
{
    [Fact]
    public void The_fixture_holds_what_is_expected_of_it()
    {
        FixtureCounts.Check("others/mistral-chat-0a1b.json");
        var run = FormatRun.OfFixture("others/mistral-chat-0a1b.json");
        var chat = Assert.Single(run.Conversations);
        Assert.Equal(("mistral", "0a1b"), (chat.Provider, chat.ProviderId));
        Assert.Null(chat.Title);
        Assert.Equal([PartKind.Text, PartKind.Image], chat.Messages[0].Parts.Select(p => p.Kind));
        Assert.Equal([PartKind.ToolCall, PartKind.Text, PartKind.Citation], chat.Messages[1].Parts.Select(p => p.Kind));
        Assert.Equal("{\"query\":\"x\"}", chat.Messages[1].Parts[0].Text);
        Assert.Contains("[\n     1\n    ]", chat.Messages[1].Parts[2].Extras, StringComparison.Ordinal);
        Assert.NotNull(chat.CreatedAt);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void Regenerated_answers_are_siblings_and_the_last_is_on_the_path()
    {
        var run = FormatRun.OfText(
            "chat-1.json",
            """
            [{"id":"q","chatId":"1","version":0,"role":"user","content":"?","contentChunks":null},{"id":"a","chatId":"1","version":0,"role":"assistant","content":"one","contentChunks":null},
             {"id":"a","chatId":"1","version":1,"role":"assistant","content":"two","contentChunks":[]},{"id":"b","chatId":"1","version":2,"role":"assistant","content":"three"},
             {"id":"r","chatId":"1","version":0,"role":"user","content":"next"}]
            """
        );
        var chat = Assert.Single(run.Conversations);
        Assert.Equal(["q", "b", "r"], chat.Messages.Where(m => m.OnPath).Select(m => m.ProviderId));
        Assert.Equal(3, chat.Messages.Count(m => m.Parent is { } p && p.Equals(chat.Messages[0].Key)));
    }

    [Fact]
    public void Files_are_found_in_the_folder_of_their_chat_and_unknown_chunks_are_kept()
    {
        var folder = Directory.CreateTempSubdirectory("parley-mistral-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "chat-7-files"));
            File.WriteAllText(Path.Combine(folder.FullName, "chat-7-files", "n.txt"), "bytes");
            File.WriteAllText(
                Path.Combine(folder.FullName, "chat-7.json"),
                """
                [{"id":"1","chatId":"7","role":"user","content":"x","contentChunks":null,"files":[{"type":"text","name":"n.txt"},{"type":"text","name":"gone.txt"}],"quotes":["a passage"],"canvas":[{"title":"Doc","content":"canvas words"}]},
                 {"id":"2","chatId":"7","role":"oracle","content":"","contentChunks":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"custom_element","x":1},{"type":"image_url","imageUrl":"data:image/png;base64,aGk="},{"type":"new","y":2},{"type":"text","text":"t"}]}, null]
                """
            );
            var run = FormatRun.Of(folder.FullName);
            var parts = run.Messages.First().Parts;
            Assert.Equal("bytes", Encoding.UTF8.GetString(parts[1].AttachmentBytes!));
            Assert.Null(parts[2].AttachmentBytes);
            Assert.Equal("canvas words", parts[3].AttachmentText);
            Assert.Equal("a passage", parts[4].Text);
            Assert.Equal(
                [PartKind.Thinking, PartKind.Unknown, PartKind.Image, PartKind.Unknown, PartKind.Text],
                run.Messages.Last().Parts.Select(p => p.Kind)
            );
            Assert.Equal("oracle", run.Messages.Last().RawRole);
            Assert.Equal(
                ["unknown-content-type", "unknown-role"],
                run.Warnings.Select(w => w.Code).Order(StringComparer.Ordinal)
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
