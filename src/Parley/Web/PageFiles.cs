using System.Reflection;

namespace Parley.Web;

/// <summary>The files of the page, by name; empty where it was not built in. Thread-safe: it never changes.</summary>
internal sealed class PageFiles
{
    private const string Prefix = "web/";
    private const string Suffix = ".br";
    private readonly Dictionary<string, PageFile> files = new(StringComparer.Ordinal);

    public static PageFiles Embedded()
    {
        var found = new PageFiles();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (resource.StartsWith(Prefix, StringComparison.Ordinal))
            {
                var name = resource[Prefix.Length..^Suffix.Length];
                found.files[name] = new PageFile(name, () => assembly.GetManifestResourceStream(resource)!);
            }
        }

        return found;
    }

    public IReadOnlyCollection<string> Names => files.Keys;

    public PageFile? Find(string name) => files.GetValueOrDefault(name);
}
