using System.Net.Mime;
using Parley.Kernel.Http;

namespace Parley.Web;

/// <summary>
/// The frame in which HTML and SVG that a model wrote run (S37). It is a document of ours with a policy of its own, since
/// one that the page makes itself (a blob, srcdoc) inherits the page's, under which nothing of a preview would run. The
/// policy takes its origin away wherever it is opened, and loads nothing; only our own page may frame it. It is empty
/// until the window around it says, once, what to show.
/// </summary>
internal sealed class PreviewPage : IResult
{
    public const string Policy =
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    private static ReadOnlySpan<byte> Html =>
        """
            <!doctype html>
            <meta charset="utf-8">
            <title>Preview</title>
            <script>
            addEventListener("message", function show(event) {
              if (event.source !== parent || !event.data || typeof event.data.preview !== "string") return;
              removeEventListener("message", show);
              document.open();
              document.write(event.data.preview);
              document.close();
              const tell = () => parent.postMessage({ preview: "height", height: document.documentElement.scrollHeight }, "*");
              new ResizeObserver(tell).observe(document.documentElement);
              tell();
            });
            parent.postMessage({ preview: "ready" }, "*");
            </script>

            """u8;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = FileAnswer.Revalidated;
        response.ContentType = MediaTypeNames.Text.Html + "; charset=utf-8";
        response.ContentLength = Html.Length;
        await response.BodyWriter.WriteAsync(Html.ToArray(), httpContext.RequestAborted);
    }
}
