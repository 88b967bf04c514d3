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
            .MapGet(
                "/assets/{file}",
                (string file) =>
                    files.Find("assets/" + file) is { } asset ? asset : (IResult)ProblemResult.NotFound("file")
            )
            .WithTags("system")
            .ForAnyone()
            .Describe("getAsset", "Script, style or picture of the page; its name changes with its content")
            .Takes(new PathParameter("file", "As the page names it"))
            .ReturnsFile("text/javascript", "text/css", "image/svg+xml")
            .ReturnsETag(known: true);
    }
}
