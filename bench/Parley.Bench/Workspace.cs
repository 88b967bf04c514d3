namespace Parley.Bench;

/// <summary>Corpora, stores and executables of a run, under artifacts/bench; corpora are kept from run to run.</summary>
internal static class Workspace
{
    public static string Folder { get; } =
        Directory.CreateDirectory(Path.Combine(Report.Root, "artifacts", "bench")).FullName;

    /// <summary>The native executable where it is published, else the optimised JIT build.</summary>
    public static string Parley { get; } =
        new[] { "artifacts/native/parley", "src/Parley/bin/Release/net10.0/parley" }
            .Select(p => Path.Combine(Report.Root, p))
            .First(File.Exists);

    public static string Kind =>
        Parley.Contains("native", StringComparison.Ordinal) ? "native executable" : "JIT build";

    /// <summary>The export with that many messages, made when it is not there.</summary>
    public static string Zip(int messages)
    {
        var path = Path.Combine(Folder, $"corpus-{messages}.zip");
        if (!File.Exists(path))
        {
            Console.WriteLine($"making a corpus of {messages:N0} messages");
            var length = new Corpus(messages).WriteZip(path + ".part.zip");
            File.Move(path + ".part.zip", path);
            Console.WriteLine($"  {length / 1e6:N0} MB of JSON, {new FileInfo(path).Length / 1e6:N0} MB zip");
        }

        return path;
    }

    /// <summary>A store of that many messages, imported when it is not there.</summary>
    public static string Store(int messages)
    {
        var path = Path.Combine(Folder, $"store-{messages}");
        if (!Directory.Exists(path))
        {
            var (_, _, _, code) = Child.Run(Parley, "import", "--data", path + ".part", Zip(messages));
            if (code != 0)
            {
                throw new InvalidOperationException($"the import ended with {code}");
            }

            Directory.Move(path + ".part", path);
        }

        return path;
    }

    public static string Fresh(string name)
    {
        var path = Path.Combine(Folder, name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        return path;
    }
}
