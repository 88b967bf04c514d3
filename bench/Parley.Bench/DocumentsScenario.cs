using System.Globalization;
using System.Text;

namespace Parley.Bench;

/// <summary>Files to pieces that are ready: 10,000 Markdown files from a folder, and a PDF of 1,000 pages beyond poppler's own time.</summary>
internal static class DocumentsScenario
{
    private const int Files = 10_000;
    private const int Pages = 1_000;

    /// <summary>PARLEY_BENCH_FILES makes fewer of them; limits are scaled with it.</summary>
    private static readonly int Many = int.TryParse(
        Environment.GetEnvironmentVariable("PARLEY_BENCH_FILES"),
        CultureInfo.InvariantCulture,
        out var some
    )
        ? Math.Clamp(some, 1, Files)
        : Files;

    public static Task RunAsync(Report report)
    {
        var folder = Workspace.Fresh("documents");
        var random = new Random(5);
        long bytes = 0;
        for (var i = 0; i < Many; i++)
        {
            var path = Path.Combine(folder, $"{i / 500:D3}", $"note-{i:D5}.md");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var text = Note(random, i);
            bytes += text.Length;
            File.WriteAllText(path, text);
        }

        var store = Workspace.Fresh("documents-store");
        var read = Child.Run(Workspace.Parley, ["documents", "add", "--data", store, folder]);
        report.Row($"{Many:N0} Markdown files to ready", read.Wall, 60.0 * Many / Files, "s");
        report.Row("their CPU", read.Cpu, "s");
        report.Row("peak resident memory", read.PeakRss / 1e6, 400, "MB");
        var again = Child.Run(Workspace.Parley, ["documents", "add", "--data", store, folder]);
        report.Row("the same folder again, which changes nothing", again.Wall, "s");

        var pdf = Path.Combine(Workspace.Folder, "pages.pdf");
        File.WriteAllBytes(pdf, Pdf(random));
        var poppler = Child.Run("pdftotext", ["-enc", "UTF-8", pdf, Path.Combine(Workspace.Folder, "pages.txt")]);
        var empty = Child.Run(Workspace.Parley, ["documents", "list", "--data", store]);
        var whole = Child.Run(Workspace.Parley, ["documents", "add", "--data", store, pdf]);
        report.Row(
            $"a PDF of {Pages:N0} pages to ready, beyond poppler's own {poppler.Wall:0.0} s",
            whole.Wall - poppler.Wall,
            30,
            "s"
        );
        report.Note(
            $"Measured with the {Workspace.Kind}: {Many:N0} files of {bytes / 1e6:0} MB; a command that lists them takes {empty.Wall:0.0} s. Exit codes {read.ExitCode}, {again.ExitCode}, {whole.ExitCode}."
        );
        return Task.CompletedTask;
    }

    private static string Note(Random random, int number)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Note {number}\n\n");
        for (var section = 0; section < 4; section++)
        {
            text.Append(CultureInfo.InvariantCulture, $"## Section {section}\n\n");
            for (var i = 0; i < 10; i++)
            {
                text.Append(Sentence(random)).Append(i % 4 == 3 ? "\n\n" : " ");
            }

            text.Append("\n\n");
        }

        return text.ToString();
    }

    private static string Sentence(Random random) =>
        string.Join(' ', Enumerable.Range(0, random.Next(6, 18)).Select(_ => "word" + random.Next(20_000))) + ".";

    private static byte[] Pdf(Random random)
    {
        var body = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        void Object(string content)
        {
            places.Add(body.Length);
            body.Append(CultureInfo.InvariantCulture, $"{places.Count} 0 obj\n{content}\nendobj\n");
        }

        Object("<< /Type /Catalog /Pages 2 0 R >>");
        Object(
            $"<< /Type /Pages /Kids [{string.Join(' ', Enumerable.Range(0, Pages).Select(i => $"{4 + (2 * i)} 0 R"))}] /Count {Pages} >>"
        );
        Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        for (var page = 0; page < Pages; page++)
        {
            var lines = string.Concat(Enumerable.Range(0, 40).Select(_ => $"({Sentence(random)}) Tj 0 -14 Td\n"));
            var stream = $"BT /F1 9 Tf 36 740 Td\n{lines}ET";
            Object(
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {places.Count + 2} 0 R >>"
            );
            Object($"<< /Length {stream.Length} >>\nstream\n{stream}\nendstream");
        }

        var table = body.Length;
        body.Append(CultureInfo.InvariantCulture, $"xref\n0 {places.Count + 1}\n0000000000 65535 f \n");
        places.ForEach(place => body.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n"));
        body.Append(
            CultureInfo.InvariantCulture,
            $"trailer\n<< /Size {places.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        );
        return Encoding.Latin1.GetBytes(body.ToString());
    }
}
