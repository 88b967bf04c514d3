using Parley.Import.Formats.ChatGpt;
using Parley.Import.Formats.Claude;
using Parley.Import.Formats.ClaudeCode;
using Parley.Import.Formats.Cursor;
using Parley.Import.Formats.DeepSeek;
using Parley.Import.Formats.Gemini;
using Parley.Import.Formats.Grok;
using Parley.Import.Formats.Llm;
using Parley.Import.Formats.OllamaApp;
using Parley.Import.Formats.OpenWebUi;
using Parley.Import.Formats.Zed;

namespace Parley.Import.Formats;

/// <summary>All formats, in the order of imports.md section 2: the first that claims an entry reads it.</summary>
internal static class ImportFormats
{
    public static readonly IReadOnlyList<IImportFormat> All =
    [
        new ZedThreadsFormat(),
        new OpenWebUiDatabase(),
        new LlmFormat(),
        new CursorFormat(),
        new OllamaAppFormat(),
        new XArchiveFormat(),
        new DeepSeekFormat(),
        new ChatGptFormat(),
        new ClaudeFormat(),
        new GeminiTakeoutFormat(),
        new OpenWebUiFormat(),
        new GrokFormat(),
        new ZedTextThreadFormat(),
        new ClaudeDesignFormat(),
        new ClaudeCodeFormat(),
        new GeminiTakeoutHtmlFormat(),
    ];
}
