namespace Parley.Bench;

/// <summary>Xapian from Debian (python3-xapian), in a process of its own: bench/rivals/xapian_rival.py.</summary>
internal sealed class XapianRival : Rival
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Script = Path.Combine(Report.Root, "bench", "rivals", "xapian_rival.py");
    private readonly Child process;

    private XapianRival(string folder) => process = Child.Start(Python, Script, "serve", folder);

    public override string Name => "Xapian";

    public override (string Ranked, string Newest) Orders => ("BM25", "newest");

    /// <summary>Null where it is not installed.</summary>
    public static XapianRival? Find(int messages)
    {
        if (!Directory.Exists("/usr/lib/python3/dist-packages/xapian"))
        {
            return null;
        }

        var folder = Path.Combine(Workspace.Folder, $"xapian-{messages}");
        if (!Directory.Exists(folder))
        {
            Child.Run(Python, Script, "build", folder + ".part", Fts5Rival.Database(messages));
            Directory.Move(folder + ".part", folder);
        }

        return new XapianRival(folder);
    }

    public override void Dispose() => process.Dispose();

    /// <summary>Its prefixes are cut off at 100 words unless it is told otherwise; what it refuses counts as nothing.</summary>
    protected override double Ask(QueryForms query, bool newest)
    {
        process.Input.WriteLine($"{(newest ? "newest" : "ranked")}\t{query.Fts5}");
        return Number(process.Output.ReadLine() ?? throw new InvalidOperationException("Xapian ended"));
    }
}
