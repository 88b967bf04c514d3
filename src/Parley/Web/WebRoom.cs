using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Ops;

namespace Parley.Web;

/// <summary>
/// The page: <c>web/</c> as it was built into this executable. Its own addresses (<c>/c/…</c>, <c>/search</c>) are the
/// page too (<see cref="RequestPaths"/>); everything private comes over the API.
/// </summary>
internal static class WebRoom
{
    public static void MapWeb(this IEndpointRouteBuilder routes)
    {
        var files = PageFiles.Embedded();
        // Without Node there is no page to build in; the rest of the server is whole.
        var absent = new Lazy<StaticFile>(AbsentPage.Make);
        routes
            .MapGet("/", () => files.Find("index.html") is { } page ? page : (IResult)absent.Value)
            .WithTags("system")
            .ForAnyone()
            .Describe("getHome", "The page: conversations, search, import")
            .ReturnsFile("text/html")
            .ReturnsETag(known: true);
        routes
            .MapGet("/preview", () => new PreviewPage())
            .WithTags("system")
            .ForAnyone()
            .Describe("getPreviewFrame", "The empty frame in which the page shows HTML and SVG, apart from itself")
            .ReturnsFile("text/html");
        routes
            .MapGet("/assets/{file}", (string file) => Named("assets/" + file))
            .WithTags("system")
            .ForAnyone()
            .Describe("getAsset", "Script, style or picture of the page; its name changes with its content")
            .Takes(new PathParameter("file", "As the page names it"))
            .ReturnsFile("text/javascript", "text/css", "image/svg+xml")
            .ReturnsETag(known: true);
        routes
            .MapGet("/manifest.webmanifest", () => Named("manifest.webmanifest"))
            .WithTags("system")
            .ForAnyone()
            .Describe("getManifest", "What a system that installs the page is told of it")
            .ReturnsFile("application/manifest+json")
            .ReturnsETag(known: true);
        routes
            .MapGet("/sw.js", () => Named(PageFile.Worker))
            .WithTags("system")
            .ForAnyone()
            .Describe("getServiceWorker", "The script that keeps the page on a device, for when the server is away")
            .ReturnsFile("text/javascript")
            .ReturnsETag(known: true);
        routes
            .MapGet("/icons/{file}", (string file) => Named("icons/" + file))
            .WithTags("system")
            .ForAnyone()
            .Describe("getIcon", "Icon of the installed page")
            .Takes(new PathParameter("file", "As the manifest names it"))
            .ReturnsFile("image/png", "image/svg+xml")
            .ReturnsETag(known: true);

        IResult Named(string name) => files.Find(name) is { } file ? file : ProblemResult.NotFound("file");
    }
}
