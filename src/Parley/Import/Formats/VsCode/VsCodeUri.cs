namespace Parley.Import.Formats.VsCode;

/// <summary>Addresses as VS Code serialises them: a string, or <c>{$mid,scheme,path,external,fsPath}</c>.</summary>
internal static class VsCodeUri
{
    public static string? Of(Json uri) =>
        uri.IsString ? uri.String() : uri["external"].String() ?? uri["fsPath"].String() ?? uri["path"].String();

    /// <summary>The last segment of its path.</summary>
    public static string? NameOf(Json uri) =>
        Of(uri) is { } path ? path[(path.TrimEnd('/', '\\').LastIndexOfAny(['/', '\\']) + 1)..] : null;
}
