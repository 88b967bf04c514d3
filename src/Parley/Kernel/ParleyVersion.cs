using System.Reflection;

namespace Parley.Kernel;

/// <summary>The version of this build, as releases are named.</summary>
internal static class ParleyVersion
{
    public static string Text { get; } = Read();

    private static string Read()
    {
        var full =
            typeof(ParleyVersion)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion
            ?? "0.0.0";
        var build = full.IndexOf('+', StringComparison.Ordinal);
        return build < 0 ? full : full[..build];
    }
}
