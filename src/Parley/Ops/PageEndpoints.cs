using Parley.Kernel.Http;

namespace Parley.Ops;

/// <summary>The API's description, the pages made from it, and the page that says what this is.</summary>
internal static class PageEndpoints
{
    public static void MapPageRoutes(this IEndpointRouteBuilder routes)
    {
        var description = StaticFile.Embedded("openapi.json", "application/json");
        Map(
            routes,
            "/openapi.json",
            new Lazy<StaticFile>(description),
            "This description, as OpenAPI",
            "application/json"
        );
        Map(
            routes,
            "/site.css",
            new Lazy<StaticFile>(() => StaticFile.Embedded("site.css", "text/css; charset=utf-8")),
            "Style of the plain pages",
            "text/css"
        );
        Map(routes, "/", new Lazy<StaticFile>(HomePage.Make), "What this is and where things are", "text/html");
        Map(
            routes,
            "/docs",
            new Lazy<StaticFile>(() => DocsPage.Make(description.Content)),
            "Every route, to read",
            "text/html"
        );
        Map(
            routes,
            "/docs/problems",
            new Lazy<StaticFile>(ProblemsPage.Make),
            "Every problem code, to read",
            "text/html"
        );
    }

    private static void Map(
        IEndpointRouteBuilder routes,
        string path,
        Lazy<StaticFile> file,
        string summary,
        string mediaType
    ) => routes.MapGet(path, () => file.Value).WithTags("system").Describe(summary).ReturnsFile(mediaType);
}
