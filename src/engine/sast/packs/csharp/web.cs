using System;
using System.IO;
using System.Net.Http;
using System.Threading.Tasks;

public class PagesController : Controller
{
    public IActionResult Go(string next)
    {
        if (Url.IsLocalUrl(next))
        {
            // ok: csharp.web.redirect-taint
            return Redirect(next);
        }
        // ok: csharp.web.redirect-taint
        LocalRedirect(next);
        // ruleid: csharp.web.redirect-taint
        return Redirect(next);
    }

    public void Old()
    {
        // ruleid: csharp.web.redirect-taint
        Response.Redirect(Request.QueryString["next"]);
        // ok: csharp.web.redirect-taint
        Response.Redirect("/home");
    }

    public IActionResult Download(string file)
    {
        var path = Path.Combine(root, file);
        // ruleid: csharp.files.path-taint
        var text = System.IO.File.ReadAllText(path);
        // ruleid: csharp.files.path-taint
        var stream = new FileStream("data/" + Request.Query["f"], FileMode.Open);
        // ok: csharp.files.path-taint
        var safe = System.IO.File.ReadAllText(Path.Combine(root, Path.GetFileName(file)));
        // ok: csharp.files.path-taint
        System.IO.File.WriteAllText("log.txt", file);
        return Ok(text);
    }

    public ActionResult Cover(string name)
    {
        if (name.Contains("..")) return BadRequest();
        // ok: csharp.files.path-taint
        return PhysicalFile(Path.Join(root, name), "image/png");
    }

    public async Task<ActionResult> Subtitle(string format)
    {
        Stream stream = await EncodeSubtitles(format);
        // ok: csharp.files.path-taint
        using var reader = new StreamReader(stream);
        return Ok(await reader.ReadToEndAsync());
    }

    public ActionResult Show(string text, Item item)
    {
        // ruleid: csharp.xss.output-taint, csharp.xss.raw-markup
        var a = new HtmlString("<b>" + text + "</b>");
        // ruleid: csharp.xss.output-taint
        Response.Write(Request.QueryString["q"]);
        // ok: csharp.xss.output-taint
        Response.Write(HttpUtility.HtmlEncode(text));
        // ruleid: csharp.xss.raw-markup
        var b = Html.Raw(item.Body);
        // ok: csharp.xss.raw-markup
        var c = Html.Raw("<br>");
        return View();
    }

    public async Task<IActionResult> Fetch(string url)
    {
        // ruleid: csharp.ssrf.request-target-taint
        var a = await client.GetStringAsync(url);
        // ruleid: csharp.ssrf.request-target-taint
        var b = WebRequest.Create(url);
        // ok: csharp.ssrf.request-target-taint
        var c = await client.GetStringAsync("https://example.com/?q=" + Uri.EscapeDataString(url));
        // ruleid: csharp.injection.script-taint
        var d = await CSharpScript.EvaluateAsync(Request.Form["code"]);
        // ruleid: csharp.injection.script-taint
        var e = Type.GetType(url);
        // ok: csharp.injection.script-taint
        var f = Type.GetType("System.String");
        return Ok(a);
    }
}
