using Parley.Conversations;

namespace Parley.Tests.Import.Formats.ChatbotUi;

public sealed class ChatbotUiFormatTests
{
    [Fact]
    public void History_folders_and_prompts_are_read()
    {
        var run = FormatRun.OfText(
            "chatbot_ui_history.json",
            """
            {"version":4,"history":[{"id":"c1","name":"One","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},{"role":"user","content":"q"}],"model":{"id":"gpt-4","name":"GPT-4"},"prompt":"You are…","temperature":1,"folderId":"f"},
             {"id":"c2","name":"Empty","messages":[],"model":{"id":"gpt-4"},"prompt":"","folderId":null}],
             "folders":[{"id":"f","name":"Work","type":"chat"}],"prompts":[{"id":"p","name":"Saved","description":"d","content":"Explain {{x}}","folderId":null}]}
            """
        );
        var conversation = Assert.Single(run.Conversations);
        Assert.Equal(
            ("chatbot-ui", "c1", "One", "gpt-4", "Work"),
            (
                conversation.Provider,
                conversation.ProviderId,
                conversation.Title,
                conversation.Model,
                conversation.ProjectName
            )
        );
        Assert.Equal(["q", "a", "q"], conversation.Messages.Select(m => m.Text));
        Assert.Equal("prompt:p", Assert.Single(run.Documents).ProviderId);
        Assert.Contains(run.Ignored, i => i.Code == "empty" && i.Id == "c2");
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void The_bare_array_of_the_first_version_is_read()
    {
        var run = FormatRun.OfText(
            "h.json",
            """[{"id":1,"name":"Old","model":{"id":"gpt-3.5"},"prompt":"p","folderId":0,"messages":[{"role":"user","content":"q"}]}]"""
        );
        Assert.Equal("1", Assert.Single(run.Conversations).ProviderId);
    }
}
