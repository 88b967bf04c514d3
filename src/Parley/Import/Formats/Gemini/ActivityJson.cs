using System.Text;
using Parley.Conversations;
using Parley.Kernel.Html;

namespace Parley.Import.Formats.Gemini;

/// <summary>Rows of <c>MyActivity.json</c> (imports.md 5.2), one at a time.</summary>
internal sealed class ActivityJson(RecordContext record)
{
    private static readonly FieldMap Fields = new(
        "Gemini activity",
        mapped: "header title titleUrl time products safeHtmlItem subtitles attachedFiles imageFile audioFiles details activityControls",
        dropped: "locationInfos description"
    );

    private readonly HtmlMarkdown markdown = new();

    /// <summary>Null for a row of another product, and for what is no row; the report then says so.</summary>
    public ActivityRow? Read(Json json)
    {
        if (!json.IsObject)
        {
            record.Fail("bad-record", "the element is no activity");
            return null;
        }

        var header = json["header"].String();
        if (!ActivityVerbs.IsGemini(header) && !json["products"].Items().Any(p => ActivityVerbs.IsGemini(p.String())))
        {
            record.Ignore("other-product", $"activity of another product: {RecordContext.Short(header)}");
            return null;
        }

        var row = new ActivityRow
        {
            Entry = record.Entry,
            Index = record.Index,
            Time = json["time"].Time(),
            Title = json["title"].String() ?? "",
            Conversation = Conversation(json),
        };
        var verb = ActivityVerbs.Read(row.Title, out var prompt);
        Answer(row, json["safeHtmlItem"]);
        row.IsTurn =
            verb == ActivityVerb.Prompt
            || row.Answer is not null
            || (verb == ActivityVerb.Unknown && json["activityControls"].Exists);
        row.Prompt = prompt;
        var rest = Files(row, json);
        if (row.IsTurn && verb == ActivityVerb.Unknown)
        {
            record.Warn("unknown-verb", "the title does not begin with a known word for a prompt: it was kept whole");
        }

        Extras(row, json, rest);
        return row;
    }

    /// <summary>Exactly one id makes a conversation; two, or none, leave the row alone.</summary>
    private static string? Conversation(Json json)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var detail in json["details"].Items())
        {
            Add(detail["url"].String() ?? detail["name"].String() ?? detail.String());
        }

        Add(json["titleUrl"].String());
        return ids.Count == 1 ? ids.First() : null;

        void Add(string? link)
        {
            if (ActivityLinks.Conversation(link) is { } id)
            {
                ids.Add(id);
            }
        }
    }

    private void Answer(ActivityRow row, Json items)
    {
        var answer = new StringBuilder();
        var any = false;
        foreach (var item in items.IsArray ? items.Items() : [items])
        {
            var html = item.String() ?? item.Any("html", "htmlValue").String();
            if (string.IsNullOrWhiteSpace(html))
            {
                if (item.Exists && item.Any("html", "htmlValue") is { Exists: true, IsString: false })
                {
                    record.Warn("unknown-content-type", "an answer is no HTML text, kept as it stands");
                    html = Encoding.UTF8.GetString(item.RawBytes());
                }
                else
                {
                    continue;
                }
            }

            any = true;
            var text = markdown.Convert(html);
            answer.Append(answer.Length > 0 && text.Markdown.Length > 0 ? "\n\n" : "").Append(text.Markdown);
            row.Media.AddRange(text.Media);
        }

        row.Answer = any ? answer.ToString() : null;
    }

    /// <summary>Attached files, under the names <c>subtitles</c> gives them. Gives the subtitles that name no file.</summary>
    private static List<Json> Files(ActivityRow row, Json json)
    {
        var shown = new Dictionary<string, string?>(StringComparer.Ordinal);
        var rest = new List<Json>();
        string? announcement = null;
        foreach (var subtitle in json["subtitles"].Items())
        {
            if (subtitle["url"].String() is { } url && ActivityLinks.IsEntry(url))
            {
                // "-  name"
                shown[url] = subtitle["name"].String()?.TrimStart('-', ' ', '\u00A0').Trim();
            }
            else
            {
                announcement ??= shown.Count == 0 && rest.Count == 0 ? subtitle["name"].String() : null;
                rest.Add(subtitle);
            }
        }

        var files = json["attachedFiles"].Items().Concat(json["audioFiles"].Items()).Append(json["imageFile"]);
        foreach (var name in files.Select(f => f.String() ?? f.Any("name", "url").String()).Concat(shown.Keys))
        {
            if (!string.IsNullOrWhiteSpace(name) && !row.Files.Exists(f => f.Name == name))
            {
                row.Files.Add(new ActivityFile(name, shown.GetValueOrDefault(name)));
            }
        }

        if (shown.Count > 0 && rest.Count > 0 && rest[0]["name"].String() == announcement)
        {
            // "Attached 2 files."; older titles end with it too.
            rest.RemoveAt(0);
            row.Prompt =
                announcement is { Length: > 0 } && row.Prompt.EndsWith(announcement, StringComparison.Ordinal)
                    ? row.Prompt[..^announcement.Length].TrimEnd()
                    : row.Prompt;
        }

        return rest;
    }

    private void Extras(ActivityRow row, Json json, List<Json> subtitles)
    {
        var extras = record.BeginExtras(json, Fields);
        if (subtitles.Count > 0)
        {
            extras.Add("subtitles"u8, json["subtitles"]);
        }

        if (row.Conversation is null)
        {
            extras.Add("details"u8, json["details"]);
            extras.Add("titleUrl"u8, json["titleUrl"]);
        }

        if (!row.IsTurn)
        {
            extras.Add("title"u8, json["title"]);
            extras.Add("time"u8, json["time"]);
            row.Prompt = string.Join(
                '\n',
                subtitles.Select(s => s["name"].String()).Where(s => !string.IsNullOrWhiteSpace(s))
            );
        }

        using var arena = new Utf8Arena();
        row.Extras = Encoding.UTF8.GetString(extras.Finish(arena).Span);
    }
}
