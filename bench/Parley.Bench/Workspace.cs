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

    /// <summary>The export with that many messages, made when it is not there: one archive, or some where it is large.</summary>
    public static string[] Zips(int messages)
    {
        var corpus = new Corpus(messages);
        var paths = Enumerable
            .Range(0, corpus.Zips)
            .Select(number => Path.Combine(Folder, $"corpus-{messages}{(corpus.Zips == 1 ? "" : $"-{number}")}.zip"))
            .ToArray();
        if (Array.TrueForAll(paths, File.Exists))
        {
            return paths;
        }

        Console.WriteLine($"making a corpus of {messages:N0} messages");
        for (var number = 0; number < paths.Length; number++)
        {
            var length = corpus.WriteZip(paths[number] + ".part.zip", number);
            File.Move(paths[number] + ".part.zip", paths[number], overwrite: true);
            Console.WriteLine($"  {length / 1e6:N0} MB of JSON, {new FileInfo(paths[number]).Length / 1e6:N0} MB zip");
        }

        return paths;
    }

    /// <summary>A store of that many messages, imported when it is not there.</summary>
    public static string Store(int messages)
    {
        var path = Path.Combine(Folder, $"store-{messages}");
        if (!Directory.Exists(path))
        {
            var (_, _, _, code) = Child.Run(Parley, ["import", "--data", path + ".part", .. Zips(messages)]);
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
