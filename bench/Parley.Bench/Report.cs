using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Parley.Bench;

/// <summary>The results of one scenario: printed as they come, written to bench/results/NAME.md at the end.</summary>
internal sealed class Report(string name)
{
    public string Name { get; set; } = name;

    private readonly List<(string What, double Value, double Limit, string Unit)> rows = [];
    private readonly List<string> notes = [];

    /// <summary>The repository's root, from which ./dev bench runs.</summary>
    public static string Root { get; } = Directory.GetCurrentDirectory();

    /// <summary>A measured value that must not exceed its limit; without a limit it is for information.</summary>
    public void Row(string what, double value, double limit, string unit)
    {
        rows.Add((what, value, limit, unit));
        Console.WriteLine(
            $"{Name}: {what}: {Number(value)} {unit}{(double.IsFinite(limit) ? $" (limit {Number(limit)})" : "")}"
        );
    }

    public void Row(string what, double value, string unit) => Row(what, value, double.PositiveInfinity, unit);

    public void Note(string text) => notes.Add(text);

    /// <summary>Writes the page; true when every limit was met.</summary>
    public bool Write()
    {
        var page = new StringBuilder();
        page.AppendLine($"# {Name}").AppendLine();
        page.AppendLine(
            $"Commit {Git("rev-parse", "--short=12", "HEAD")}{(Git("status", "--porcelain", "--", "src", "native").Length > 0 ? " with changes" : "")}, {DateOnly.FromDateTime(DateTime.UtcNow):yyyy-MM-dd}; {Machine()}; {RuntimeInformation.FrameworkDescription}."
        );
        page.AppendLine().AppendLine("| measured | value | limit | met |").AppendLine("|---|--:|--:|---|");
        foreach (var (what, value, limit, unit) in rows)
        {
            var (shown, met) = double.IsFinite(limit)
                ? ($"{Number(limit)} {unit}", value <= limit ? "yes" : "**no**")
                : ("", "");
            page.AppendLine($"| {what} | {Number(value)} {unit} | {shown} | {met} |");
        }

        foreach (var note in notes)
        {
            page.AppendLine().AppendLine(note);
        }

        var folder = Directory.CreateDirectory(Path.Combine(Root, "bench", "results"));
        File.WriteAllText(Path.Combine(folder.FullName, Name + ".md"), page.ToString());
        return rows.TrueForAll(r => r.Value <= r.Limit);
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : "0.##");

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        return $"{Environment.ProcessorCount} × {model?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()}, {memory:0} GB";
    }

    private static string Git(params string[] arguments)
    {
        using var git = Process.Start(
            new ProcessStartInfo("git", arguments) { WorkingDirectory = Root, RedirectStandardOutput = true }
        )!;
        return git.StandardOutput.ReadToEnd().Trim();
    }
}
