using Parley.Identity;
using Parley.Kernel.Http;

namespace Parley.Ops;

/// <summary>The API's description and the pages made from it.</summary>
internal static class PageEndpoints
{
    public static void MapPageRoutes(this IEndpointRouteBuilder routes)
    {
        var description = new Lazy<StaticFile>(() => StaticFile.Compressed("openapi.json", "application/json"));
        routes
            .MapFile("/openapi.json", description)
            .Describe("getDescription", "This description, as OpenAPI")
            .ReturnsFile("application/json");
        routes
            .MapFile(
                "/site.css",
                new Lazy<StaticFile>(() => StaticFile.Embedded("site.css", "text/css; charset=utf-8"))
            )
            .Describe("getStyle", "Style of the plain pages")
            .ReturnsFile("text/css");
        routes
            .MapFile("/docs", new Lazy<StaticFile>(() => DocsPage.Make(description.Value.Content)))
            .Describe("getDocs", "Every route, to read")
            .ReturnsFile("text/html");
        routes
            .MapFile("/docs/problems", new Lazy<StaticFile>(ProblemsPage.Make))
            .Describe("getProblemDocs", "Every problem code, to read")
            .ReturnsFile("text/html");
        routes.MapSetupPage();
    }

    private static RouteHandlerBuilder MapFile(this IEndpointRouteBuilder routes, string path, Lazy<StaticFile> file) =>
        routes.MapGet(path, () => file.Value).WithTags("system").ForAnyone().ReturnsETag(known: true);
}
