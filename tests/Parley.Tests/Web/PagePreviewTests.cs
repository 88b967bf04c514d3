using Parley.Tests.Chat;

namespace Parley.Tests.Web;

/// <summary>HTML and SVG of models, in a real browser: tests/node/page-preview.mjs.</summary>
public sealed class PagePreviewTests
{
    /// <summary>Tries what a script of a stranger's would, and writes down what it got.</summary>
    private const string Hostile = """
        A clock:

        ```html
        <!doctype html>
        <style>h1 { color: rgb(1, 2, 3); height: 5000px }</style>
        <h1>Clock</h1><p id="tried"></p><p id="ran"></p>
        <img src="https://elsewhere.example/planted.png">
        <img src="/api/auth/me?planted">
        <script>
        const got = [];
        const attempt = async (name, work) => { try { got.push(name + "=" + (await work() ?? "done")); } catch { got.push(name + " refused"); } };
        (async () => {
          await attempt("parent", () => { parent.planted = 1; });
          await attempt("document", () => parent.document.title);
          await attempt("top", () => { top.document.body.innerHTML = "planted"; });
          await attempt("storage", () => localStorage.getItem("theme"));
          await attempt("cookie", () => document.cookie);
          await attempt("fetch", () => fetch("/api/auth/me?planted"));
          await attempt("far", () => fetch("https://elsewhere.example/planted"));
          await attempt("eval", () => (0, eval)("1"));
          await attempt("worker", () => new Promise((ran, no) => {
            const worker = new Worker(URL.createObjectURL(new Blob(["postMessage(1)"])));
            worker.onmessage = () => ran("ran");
            worker.onerror = no;
          }));
          await attempt("open", () => { if (!window.open("https://elsewhere.example/planted")) throw 1; });
          await attempt("navigate", () => { top.location = "/planted"; });
          parent.postMessage({ preview: "height", height: "99999px" }, "*");
          parent.postMessage({ preview: "ready" }, "*");
          parent.postMessage("planted", "*");
          document.getElementById("tried").textContent = got.join("; ");
          document.getElementById("ran").textContent = "all of it was tried";
        })();
        </script>
        ```

        ```svg
        <svg viewBox="0 0 10 10" xmlns="http://www.w3.org/2000/svg"><circle cx="5" cy="5" r="4" onclick="parent.planted=1"/></svg>
        ```

        ```sh
        echo no preview
        ```

        It costs $5, or $7, and $t = \frac{1}{f}$ holds: \(\href{javascript:parent.planted=1}{x}\)

        $$
        \frac{a}{b}
        $$
        """;

    [Fact]
    public async Task S37_what_a_model_wrote_runs_apart_and_reaches_nothing()
    {
        await using var app = await ChatHost.AppAsync();
        var (id, _) = await app.MakeConversationAsync("Clock", "Draw a clock", Hostile);
        using var page = PageJourney.Start("page-preview.mjs", app, id);

        var seen = await page.EndAsync();
        Assert.Equal(2, seen.Number("buttons"));
        Assert.Equal("allow-scripts", seen.Text("sandbox"));
        Assert.Equal("rgb(1, 2, 3)", seen.Text("colour"));
        Assert.Equal(
            "parent refused; document refused; top refused; storage refused; cookie refused; fetch refused; far refused; eval refused; worker refused; open refused; navigate refused",
            seen.Text("tried")
        );
        Assert.Equal("undefined,undefined", seen.Text("planted"));
        Assert.EndsWith("/c/" + id, seen.Text("where"), StringComparison.Ordinal);
        Assert.Equal("Clock · Parley", seen.Text("title"));
        Assert.Empty(seen.Items("outside"));
        Assert.Empty(seen.Items("api"));
        Assert.InRange(seen.Number("blocked"), 1, 100);
        Assert.Equal(3, seen.Number("formulas"));
        Assert.StartsWith("It costs $5, or $7, and", seen.Text("money"), StringComparison.Ordinal);
        Assert.Equal(0, seen.Number("links"));
        Assert.True(seen.Number("sideways") <= 0);
    }
}
