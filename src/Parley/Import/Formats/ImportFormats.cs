using Parley.Import.Formats.AiStudio;
using Parley.Import.Formats.ChatbotUi;
using Parley.Import.Formats.ChatGpt;
using Parley.Import.Formats.Claude;
using Parley.Import.Formats.ClaudeCode;
using Parley.Import.Formats.Codex;
using Parley.Import.Formats.Copilot;
using Parley.Import.Formats.Cursor;
using Parley.Import.Formats.DeepSeek;
using Parley.Import.Formats.FineTune;
using Parley.Import.Formats.Gemini;
using Parley.Import.Formats.GeminiCli;
using Parley.Import.Formats.Grok;
using Parley.Import.Formats.LibreChat;
using Parley.Import.Formats.Llm;
using Parley.Import.Formats.LobeChat;
using Parley.Import.Formats.Mistral;
using Parley.Import.Formats.OllamaApp;
using Parley.Import.Formats.OpenWebUi;
using Parley.Import.Formats.ParleyExport;
using Parley.Import.Formats.Perplexity;
using Parley.Import.Formats.VsCode;
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
        new ParleyFormat(),
        new DeepSeekFormat(),
        new ChatGptFormat(),
        new ClaudeFormat(),
        new GeminiTakeoutFormat(),
        new OpenWebUiFormat(),
        new LeChatFormat(),
        new GrokFormat(),
        new AiStudioFormat(),
        new GeminiCliFormat(),
        new ZedTextThreadFormat(),
        new LibreChatFormat(),
        new VsCodeFormat(),
        new ClaudeDesignFormat(),
        new ClaudeCodeFormat(),
        new CodexFormat(),
        new ChatbotUiFormat(),
        new LobeChatFormat(),
        new PerplexityFormat(),
        new FineTuneFormat(),
        new CopilotFormat(),
        new GeminiTakeoutHtmlFormat(),
    ];
}
