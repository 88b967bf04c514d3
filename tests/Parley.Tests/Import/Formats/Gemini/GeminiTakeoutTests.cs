using Parley.Conversations;

namespace Parley.Tests.Import;

public sealed class GeminiTakeoutTests
{
    private const string Plain =
        """{"header":"Gemini Apps","products":["Gemini Apps"],"activityControls":["x"],"time":"2026-04-18T15:34:00.123Z","title":"Prompted """;

    [Fact]
    public void Prompts_lose_their_verb_and_only_that()
    {
        var run = Json(
            Row("Prompted  two spaces\nand a line", 9),
            Row("Prompt\u00A0: question en français", 8),
            Row("Eingegebener Prompt: Frage: ja?", 7),
            Row("日本語の質問 と入力しました", 6),
            Row("送信したメッセージ：質問", 5),
            Row("Prompting is not the verb", 4),
            Row("Asked Bard: old", 3)
        );

        Assert.Equal(
            [
                "old",
                "Prompting is not the verb",
                "質問",
                "日本語の質問",
                "Frage: ja?",
                "question en français",
                " two spaces\nand a line",
            ],
            run.Messages.Where(m => m.Role == Role.User).Select(m => m.Text)
        );
        Assert.Equal("two spaces", run.Conversations[^1].Title);
        var warning = Assert.Single(run.Warnings);
        Assert.Equal(("unknown-verb", 5L), (warning.Code, warning.Index));
    }

    [Fact]
    public void Rows_of_a_conversation_are_put_in_order_over_files_and_others_stand_alone()
    {
        var folder = Directory.CreateTempSubdirectory("parley-takeout-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "1.json"),
                $"[null,{Row("Prompted third", 3, "aa")},{Row("Prompted alone", 2)},{Row("Prompted first", 1, "aa")}]"
            );
            File.WriteAllText(
                Path.Combine(folder.FullName, "2.json"),
                $"[{Row("Prompted second", 2, "aa")},{Row("Prompted first", 1, "aa")},\"junk\"]"
            );
            var run = FormatRun.Of(folder.FullName);

            Assert.Equal(2, run.Conversations.Count);
            var conversation = run.Conversations.Single(c => c.ProviderId == "aa");
            Assert.Equal(
                ["first", "answer", "second", "answer", "third", "answer"],
                conversation.Messages.Select(m => m.Text)
            );
            Assert.Equal("first", conversation.Title);
            Assert.Equal(1776526860000000, conversation.CreatedAt);
            Assert.Equal(1776526980000000, conversation.UpdatedAt);
            Assert.Equal(1, run.Ignored.Count(i => i.Code == "repeated-row"));
            Assert.Equal(2, run.Failures.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Ids_come_from_details_and_title_links_of_gemini_alone()
    {
        var run = Json(
            Plain + """a","titleUrl":"https://gemini.google.com/app/c/one?hl=en"}""",
            Plain
                + """b","titleUrl":"https://gemini.google.com/u/1/app/two#x","details":[{"name":"no link"},null,7]}""",
            Plain + """c","details":[{"name":"https://gemini.google.com/gem/abc/three"}]}""",
            Plain
                + """d","details":[{"url":"https://evil.example/gemini.google.com/app/four"}],"titleUrl":"https://www.google.com/search?q=gemini.google.com/app/five"}""",
            Plain
                + """e","titleUrl":"https://gemini.google.com/app/one","details":[{"url":"https://gemini.google.com/app/two"}]}"""
        );

        Assert.Equal(5, run.Conversations.Count);
        Assert.Equal(["three", "two", "one"], run.Conversations.Select(c => c.ProviderId!).Where(i => i.Length < 10));
    }

    [Fact]
    public void Answers_of_every_shape_are_read_and_files_keep_both_names()
    {
        var run = Json(
            Plain
                + """x","safeHtmlItem":[{"html":"<p>one</p>"},{"html":""},null,"<p>two</p>",{"htmlValue":"<b>three</b>"}],"attachedFiles":["a-1.txt",{"name":"b-2.pdf"},null],"audioFiles":["c.wav"],"subtitles":[{"name":"Attached 3 files."},{"name":"-  a.txt","url":"a-1.txt"},{"name":"- d.csv","url":"d-4.csv"},{"name":"loose"}],"brandNew":{"x":1}}"""
        );

        var (user, answer) = (run.Messages.First(), run.Messages.Last());
        Assert.Equal("one\n\ntwo\n\n**three**", answer.Text);
        Assert.Equal(
            [("a.txt", "a-1.txt"), ("b-2.pdf", "b-2.pdf"), ("c.wav", "c.wav"), ("d.csv", "d-4.csv")],
            user.Parts.Skip(1).Select(p => (p.AttachmentName, p.AttachmentId))
        );
        Assert.Equal(
            [PartKind.Text, PartKind.File, PartKind.File, PartKind.Audio, PartKind.File],
            user.Parts.Select(p => p.Kind)
        );
        Assert.Contains("loose", user.Extras, StringComparison.Ordinal);
        Assert.Contains("\"brandNew\":{\"x\":1}", user.Extras, StringComparison.Ordinal);
        Assert.Equal("unknown-field", Assert.Single(run.Warnings).Code);
    }

    [Fact]
    public void A_prompt_that_is_a_picture_has_no_text_and_the_answers_picture_is_the_answers()
    {
        var run = Json(
            Plain
                + "\""
                + ""","imageFile":"made.png","attachedFiles":["photo.png","made.png"],"safeHtmlItem":[{"html":"<p>A cat.</p><img src='made.png' alt='a cat'><img src='data:image/gif;base64,R0lGODlh'>"}]}"""
        );

        Assert.Equal("photo.png", Assert.Single(run.Messages.First().Parts).AttachmentName);
        var answer = run.Messages.Last();
        Assert.Equal([PartKind.Text, PartKind.Image, PartKind.Image], answer.Parts.Select(p => p.Kind));
        Assert.Equal("a cat", answer.Parts[1].Text);
        Assert.Null(answer.Parts[1].AttachmentBytes);
        Assert.Equal("GIF89a"u8[..3].ToArray(), answer.Parts[2].AttachmentBytes![..3]);
        Assert.Null(run.Conversations[0].Title);
    }

    [Fact]
    public void What_is_no_turn_makes_no_message_and_a_canvas_is_a_document()
    {
        const string details = ""","details":[{"url":"https://gemini.google.com/app/aa"}]""";
        var run = Json(
            """{"header":"Gemini Apps","title":"Gave feedback: Good response","time":"2026-04-18T15:40:00Z"}""",
            """{"header":"Gemini Apps","title":"Selected preferred draft","time":"2026-04-18T15:39:00Z","activityControls":["x"]"""
                + details
                + "}",
            """{"header":"Gemini Apps","title":"Created Gemini Canvas titled Plan","time":"2026-04-18T15:38:00Z","subtitles":[{"name":"# The plan\nof it"},{"name":"rest"}]}""",
            """{"header":"Gemini アプリ","title":"Gemini Canvas を作成しました: X","time":"2026-04-18T15:37:00Z","activityControls":["x"]}""",
            Row("Prompted real", 1, "aa"),
            """{"header":"Search","products":["Search"],"title":"Searched for gemini","time":"2026-04-18T15:30:00Z"}""",
            """{"title":"Prompted of no product","time":"2026-04-18T15:30:00Z"}"""
        );

        Assert.Equal(2, run.Messages.Count());
        Assert.Contains("Selected preferred draft", run.Conversations.Single().Extras, StringComparison.Ordinal);
        var canvas = Assert.Single(run.Documents);
        Assert.Equal("# The plan\nof it\nrest", System.Text.Encoding.UTF8.GetString(canvas.Text.Span));
        Assert.Equal("Created Gemini Canvas titled Plan", canvas.Name);
        Assert.Equal(3, run.Ignored.Count(i => i.Code == "not-a-turn"));
        Assert.Equal(2, run.Ignored.Count(i => i.Code == "other-product"));
    }

    [Fact]
    public void The_same_rows_as_json_and_as_html_do_not_double()
    {
        var folder = Directory.CreateTempSubdirectory("parley-takeout-");
        try
        {
            File.WriteAllText(
                Path.Combine(folder.FullName, "MyActivity.json"),
                """
                [{"header":"Gemini Apps","title":"Prompted a question\nof two lines","time":"2026-09-02T19:12:52.987Z","details":[{"url":"https://gemini.google.com/app/0123456789abcdef"}],"safeHtmlItem":[{"html":"<p>Yes: <code>3 &lt; 5</code>.</p>"}]},
                 {"header":"Gemini Apps","title":"Prompted alone","time":"2026-09-02T19:10:01.001Z","safeHtmlItem":[{"html":"<p>No.</p>"}]}]
                """
            );
            File.WriteAllText(
                Path.Combine(folder.FullName, "MyActivity.html"),
                "<body>"
                    + Cell(
                        "Prompted a question<br>of two lines<br>Sep 2, 2026, 12:12:52\u202FPM PDT<br><p>Yes: <code>3 &lt; 5</code>.</p>",
                        "<a href=\"https://gemini.google.com/app/0123456789abcdef\">x</a>"
                    )
                    + Cell("Prompted&nbsp;alone<br>Sep 2, 2026, 12:10:01\u202FPM PDT<br><p>No.</p>", "")
            );
            var run = FormatRun.Of(folder.FullName);

            Assert.Equal(["gemini-takeout", "gemini-takeout-html"], run.Formats);
            Assert.Equal(2, run.Conversations.Count);
            Assert.Equal(4, run.Messages.Count());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Html_rows_are_taken_apart_at_the_first_time_after_the_first_line()
    {
        var run = FormatRun.OfText(
            "MeineAktivitäten.html",
            "\uFEFF<html><body>"
                + Cell(
                    "Prompted Sep 1, 2026, 1:00:00 AM PDT<br>what is that?<br>Sep 2, 2026, 12:12:52 PM PDT<br>A time:<br>Sep 3, 2026, 1:00:00 AM PDT<br><div><div>deep</div></div>",
                    ""
                )
                + Cell(
                    "Eingegebener Prompt: Lies<br><br>beides<br>2 Dateien angehängt.<br>-&nbsp;<a href=\"brief%20aa.pdf\">brief.pdf</a><br>-&nbsp;<a href=\"b.png\">b.png</a><br>05.01.2026, 08:00:00 QQQ<br>",
                    ""
                )
                + Cell(
                    "<a href=\"https://gemini.google.com/app/c/linked\">Prompted linked</a><br>18 ก.ย. 2569 13:12:52 GMT+7<br><p>ok</p>",
                    ""
                )
                + Cell("Prompted no time at all", "")
                + "<div class=\"outer-cell\"><p>no content</p></div>"
        );

        var byText = run.Messages.ToLookup(m => m.Text);
        Assert.Equal(
            "A time:  \nSep 3, 2026, 1:00:00 AM PDT\n\ndeep",
            run.Messages.Single(m => m.Text.StartsWith("A time", StringComparison.Ordinal)).Text
        );
        Assert.Single(byText["Sep 1, 2026, 1:00:00 AM PDT\nwhat is that?"]);
        var files = byText["Lies\n\nbeides"].Single().Parts.Skip(1).ToList();
        Assert.Equal(
            [("brief.pdf", "brief aa.pdf"), ("b.png", "b.png")],
            files.Select(f => (f.AttachmentName, f.AttachmentId))
        );
        Assert.Equal("linked", run.Conversations.Single(c => c.Title == "linked").ProviderId);
        Assert.Null(byText["no time at all"].Single().CreatedAt);
        Assert.Equal(["unknown-time", "unknown-time", "unknown-zone"], run.Warnings.Select(w => w.Code).Order());
        Assert.Equal("bad-record", Assert.Single(run.Failures).Code);
    }

    [Fact]
    public void A_cut_off_file_gives_the_rows_before_the_cut()
    {
        var json = $"[{Row("Prompted one", 1)},{Row("Prompted two", 2)[..40]}";
        var run = FormatRun.OfText("a.json", json);
        Assert.Single(run.Conversations);
        Assert.Equal("bad-json", Assert.Single(run.Failures).Code);
    }

    [Fact]
    public void Large_exports_go_through_a_file_and_come_out_the_same()
    {
        var answer = "<p>" + string.Concat(Enumerable.Repeat("words of an answer ", 5000)) + "</p>";
        var rows = Enumerable
            .Range(0, 500)
            .Select(i => Row($"Prompted number {i}", 500 - i, i % 2 == 0 ? "even" : "odd", answer));
        var run = FormatRun.OfText("a.json", $"[{string.Join(',', rows)}]");

        Assert.Equal(2, run.Conversations.Count);
        Assert.Equal(
            Enumerable.Range(0, 250).Select(i => $"number {499 - (i * 2)}"),
            run.Conversations.Single(c => c.ProviderId == "odd")
                .Messages.Where(m => m.Role == Role.User)
                .Select(m => m.Text)
        );
    }

    private static FormatRun Json(params string[] rows) =>
        FormatRun.OfText("activity.json", $"[{string.Join(',', rows)}]");

    private static string Row(string title, int minute, string? id = null, string answer = "<p>answer</p>") =>
        $$"""
            {"header":"Gemini Apps","products":["Gemini Apps"],"activityControls":["x"],"title":"{{title.Replace(
                "\n",
                "\\n",
                StringComparison.Ordinal
            )}}",
             "time":"{{DateTimeOffset.UnixEpoch.AddSeconds(1776526800).AddMinutes(
                minute
            ):yyyy-MM-ddTHH:mm:ssZ}}","safeHtmlItem":[{"html":"{{answer}}"}]{{(
                id is null ? "" : $$""","details":[{"url":"https://gemini.google.com/app/{{id}}"}]"""
            )}}}
            """;

    private static string Cell(string content, string details) =>
        "<div class=\"outer-cell mdl-cell\"><div class=\"mdl-grid\"><div class=\"header-cell\"><p>Gemini Apps<br></p></div><div class=\"content-cell mdl-typography--body-1\">"
        + content
        + "</div><div class=\"content-cell mdl-typography--text-right\"></div><div class=\"content-cell mdl-typography--caption\"><b>Products:</b><br>&emsp;Gemini Apps<br><b>Details:</b><br>"
        + details
        + "</div></div></div>";
}
