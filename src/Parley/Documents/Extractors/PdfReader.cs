using System.Globalization;
using Parley.Kernel.Processes;

namespace Parley.Documents;

/// <summary>
/// PDF by poppler's <c>pdftotext</c>: a program of its own, without a shell and without our environment, with limits on
/// time, memory and output. What it says is lines; a form feed begins the next page.
/// </summary>
internal sealed class PdfReader(DocumentText text)
{
    private const string Program = "pdftotext";
    private const long MostMemory = 1L << 30;
    private const int MostSeconds = 60;
    private const int LongestLine = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(MostSeconds);

    private readonly TaskCompletionSource<ExtractionException> limit = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private bool newPage;

    /// <exception cref="ExtractionException">It holds no text, is protected or damaged, or the program is not there.</exception>
    public async Task ReadAsync(string path, CancellationToken ct)
    {
        if (ProgramPath.Find(Program) is null)
        {
            throw new ExtractionException(
                $"PDF is read by {Program}, which is not installed on this server: it comes with the Debian package poppler-utils; install that, then try again"
            );
        }

        text.Page();
        await using var process = Start(path);
        try
        {
            await Task.WhenAny(process.Ended, limit.Task).WaitAsync(Patience, ct);
        }
        catch (TimeoutException)
        {
            throw TooSlow();
        }

        if (limit.Task.IsCompletedSuccessfully)
        {
            throw await limit.Task;
        }

        Judge(await process.Ended, process);
    }

    private ChildProcess Start(string path)
    {
        string[] own = ["-enc", "UTF-8", "-eol", "unix", "-l", $"{DocumentText.MostPages + 1}", path, "-"];
        var command = new ChildCommand(Program, own);
        if (OperatingSystem.IsLinux() && ProgramPath.Find("prlimit") is { } limits)
        {
            string[] held =
            [
                string.Create(CultureInfo.InvariantCulture, $"--as={MostMemory}"),
                string.Create(CultureInfo.InvariantCulture, $"--cpu={MostSeconds}"),
                "--core=0",
                "--fsize=0",
                "--nofile=64",
                ProgramPath.Find(Program)!,
            ];
            command = new ChildCommand(limits, [.. held, .. own]);
        }

        return ChildProcess.Start(
            command with
            {
                Environment = ChildEnvironment.With(new Dictionary<string, string>()),
                DiesWithParley = true,
            },
            Line,
            LongestLine
        );
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        if (limit.Task.IsCompleted)
        {
            return;
        }

        try
        {
            for (int feed; (feed = line.IndexOf((byte)'\f')) >= 0; line = line[(feed + 1)..])
            {
                Words(line[..feed]);
                Turn();
                newPage = true;
            }

            Words(line);
            text.Add("\n"u8);
        }
        catch (ExtractionException tooMuch)
        {
            limit.TrySetResult(tooMuch);
        }
        catch (OperationCanceledException)
        {
            limit.TrySetResult(TooSlow());
        }
    }

    private void Words(ReadOnlySpan<byte> words)
    {
        if (!words.IsEmpty)
        {
            Turn();
            text.Add(words);
        }
    }

    /// <summary>A form feed stands behind each page, the last one too.</summary>
    private void Turn()
    {
        if (newPage)
        {
            text.Block();
            text.Page();
            newPage = false;
        }
    }

    /// <summary>Exit codes: 1 cannot be opened, 3 permissions, 99 other. What it complains of tells more.</summary>
    private void Judge(int exitCode, ChildProcess process)
    {
        var complaints = string.Join(' ', process.Complaints.All);
        if (complaints.Contains("Incorrect password", StringComparison.OrdinalIgnoreCase) || exitCode == 3)
        {
            throw new ExtractionException("the PDF is protected by a password: hand it over without");
        }

        if (process.Fault is not null)
        {
            throw new ExtractionException("the PDF is damaged: what it holds is no lines of text");
        }

        if (exitCode is 128 + 9 or 128 + 24)
        {
            throw TooSlow();
        }

        if (text.IsEmpty)
        {
            throw new ExtractionException(
                exitCode == 0
                    ? "the PDF holds no text: its pages are pictures, as scanners make them; a program for text recognition (OCR) can add it"
                    : "the PDF is damaged and cannot be read"
            );
        }

        if (exitCode is not (0 or 1))
        {
            throw new ExtractionException(
                "the PDF cannot be read: it is damaged, or needs more memory than it may have"
            );
        }
    }

    private static ExtractionException TooSlow() =>
        new($"the PDF took longer than the {MostSeconds} s that reading may take: hand it over in parts");
}
