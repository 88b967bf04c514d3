namespace Parley.Bench;

/// <summary>Zip to searchable: CPU as a ratio to <see cref="Floor"/> in the same run, memory flat in the input's size.</summary>
internal static class ImportScenario
{
    private const int Messages = 1_000_000;
    private const int Rounds = 3;

    public static Task RunAsync(Report report)
    {
        var zips = Workspace.Zips(Messages);
        var ratios = new List<double>();
        long peak = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var floor = Child.Run(Environment.ProcessPath!, ["--floor", Workspace.Fresh("floor"), .. zips]);
            Workspace.Fresh("floor");
            var store = Workspace.Fresh($"store-{Messages}");
            var ours = Child.Run(Workspace.Parley, ["import", "--data", store, .. zips]);
            ratios.Add(ours.Cpu / floor.Cpu);
            peak = Math.Max(peak, ours.PeakRss);
            report.Note(
                $"Round {round + 1}: floor {floor.Cpu:0.0} s CPU, {floor.Wall:0.0} s wall; Parley {ours.Cpu:0.0} s CPU, {ours.Wall:0.0} s wall, peak {ours.PeakRss / 1e6:0} MB."
            );
        }

        ratios.Sort();
        var tenth = Child.Run(
            Workspace.Parley,
            ["import", "--data", Workspace.Fresh("tenth"), .. Workspace.Zips(Messages / 10)]
        );
        Workspace.Fresh("tenth");
        report.Row(
            "import of 1,000,000 messages, CPU as ratio to the floor, median of 3",
            ratios[Rounds / 2],
            1.5,
            "x"
        );
        report.Row("peak resident memory, 1,000,000 messages", peak / 1e6, 250, "MB");
        report.Row("peak resident memory, 100,000 messages", tenth.PeakRss / 1e6, 250, "MB");
        report.Row("peak at 1,000,000 to peak at 100,000", (double)peak / tenth.PeakRss, 1.25, "x");
        report.Note(
            $"Measured with the {Workspace.Kind}. Floor: inflate, Utf8JsonReader walk with unescape, plain insert, FTS5 rebuild with unicode61 at a 256 MB hash."
        );
        return Task.CompletedTask;
    }
}
