namespace Parley.Aot;

/// <summary>The import fixtures of the repository.</summary>
internal static class Fixtures
{
    public static string Path(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(System.IO.Path.Combine(folder!.FullName, "tests", "fixtures")))
        {
            folder = folder.Parent;
        }

        return System.IO.Path.Combine(folder.FullName, "tests", "fixtures", "imports", name);
    }
}
