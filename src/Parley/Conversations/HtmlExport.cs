using System.Net;
using System.Text;
using System.Text.Json;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// A conversation as one page that needs nothing else and runs nothing: words as they were typed, everything escaped.
/// </summary>
internal static class HtmlExport
{
    private const string Head = """
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <style>
        :root { color-scheme: light dark; }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
        section { margin: 1.5rem 0; padding-left: 1rem; border-left: 4px solid #8a8a8a; }
        section.user { border-color: #2f6fb0; }
        section.assistant { border-color: #2c8a57; }
        h2 { font-size: 1rem; margin: 0 0 .5rem; }
        .text, pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 .75rem; }
        pre, details { background: color-mix(in srgb, currentcolor 8%, transparent); padding: .5rem .75rem; border-radius: 4px; }
        </style>
        """;

    public static void Write(DbSession session, ConversationView conversation, ExportScope scope, Stream to)
    {
        using var html = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true)
        {
            NewLine = "\n",
        };
        var title = Encode(conversation.Title ?? "Untitled");
        html.WriteLine("<!doctype html>\n<html lang=\"en\">\n<head>");
        html.WriteLine(Head);
        html.WriteLine($"<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<ul>");
        foreach (var (name, value) in MarkdownExport.Facts(conversation))
        {
            html.WriteLine($"<li>{name}: {Encode(value)}</li>");
        }

        html.WriteLine("</ul>\n<main>");
        foreach (var message in MarkdownExport.Messages(session, conversation, scope))
        {
            html.WriteLine($"<section class=\"{message.Role}\">\n<h2>{Encode(MarkdownExport.Heading(message))}</h2>");
            WriteContent(html, message);
            html.WriteLine("</section>");
        }

        html.WriteLine("</main>\n</body>\n</html>");
    }

    private static void WriteContent(StreamWriter html, MessageView message)
    {
        if (message.Parts is not { } parts)
        {
            html.WriteLine($"<div class=\"text\">{Encode(message.Content.ToString())}</div>");
            return;
        }

        using var document = JsonDocument.Parse(parts.Utf8, new JsonDocumentOptions { MaxDepth = 100_000 });
        foreach (var part in document.RootElement.EnumerateArray())
        {
            html.WriteLine(Block(new PartText(part)));
        }
    }

    private static string Block(PartText part) =>
        part.Kind switch
        {
            PartKind.Text => $"<div class=\"text\">{Encode(part.Text)}</div>",
            PartKind.Code => $"<pre><code>{Encode(part.Text)}</code></pre>",
            PartKind.Thinking => Fold("Thinking", part.Text),
            PartKind.ToolCall => Fold("Tool call: " + part.Name, part.Text),
            PartKind.ToolResult => Fold(part.IsError ? "Tool result (error)" : "Tool result", part.Text),
            PartKind.Citation => $"<p>{Encode(part.Name ?? "Source")}: {Encode(part.Url ?? "")}</p>",
            PartKind.Unknown => Fold(part.Name ?? "Other", part.Text),
            _ => $"<p>[{Encode(part.FileName ?? PartKinds.Name(part.Kind))}]</p>"
                + (part.Text.Length > 0 ? $"<div class=\"text\">{Encode(part.Text)}</div>" : ""),
        };

    private static string Fold(string summary, string text) =>
        $"<details><summary>{Encode(summary)}</summary><pre>{Encode(text)}</pre></details>";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
